import OCPP
import Units

// SecurityProfile, AuthorizationKey and the client certificate: changed by trying, and back to what worked (whitepaper A01, A02, A05).
extension ChargePoint {
    /// What configuration and certificates ask for.
    var wantedCredentials: LinkCredentials {
        LinkCredentials(
            securityProfile: configuration.integer(.securityProfile), authorizationKey: configuration.text(.authorizationKey),
            certificate: certificates.certificate)
    }

    /// What the next connection is made with.
    public var credentials: LinkCredentials {
        guard let fallback = trial.fallback, trial.usesFallback else { return wantedCredentials }
        return fallback
    }

    /// ChangeConfiguration of SecurityProfile or AuthorizationKey, with a value of the right form.
    mutating func changeCredentials(_ key: ConfigurationKey, _ value: String) -> (status: ConfigurationStatus, problem: String?) {
        // What worked before must be on disk before anything else is tried.
        if let storageFailure { return (.rejected, "\(key.rawValue): nothing can be recorded (\(storageFailure))") }
        settleTrial()
        var asked = credentials
        if key == .securityProfile {
            let profile = Int(value) ?? 0
            if let problem = problem(withProfile: profile) {
                log(.notice, "SecurityProfile \(profile) refused: \(problem)")
                return (.rejected, "SecurityProfile: \(problem)")
            }
            asked.securityProfile = profile
        } else {
            asked.authorizationKey = value
        }
        let isNew = asked != wantedCredentials
        adopt(asked)
        if isNew { report(.reconfigurationOfSecurityParameters, info: "\(key.rawValue) was changed") }
        return (.accepted, nil)
    }

    /// Whoever asks for other credentials over a connection has let in those that it was made with: they are what to come back to, proven
    /// or not. The ones before them may be locked out already.
    private mutating func settleTrial() {
        guard trial.fallback != nil, link.isOpen, link.credentials == trial.number else { return }
        if trial.usesFallback { returnToFallback() } else { prove() }
    }

    /// Why this profile cannot be used; nil: everything that it needs is there.
    private func problem(withProfile profile: Int) -> String? {
        let current = credentials.securityProfile
        if !settings.hasCentralSystem { return "no Central System is configured" }
        // A05.FR.01: "a value lower or equal to the current value … SHALL respond with Rejected".
        if profile <= current { return "it is \(current) already, and is raised only" }
        // A05.FR.02
        if profile == 1 || profile == 2, credentials.authorizationKey.unicodeScalars.count < 16 {
            return "it needs an AuthorizationKey of at least 16 characters first"
        }
        guard profile >= 2 else { return nil }
        let time = clock.now(now)
        // A05.FR.03
        let isTrusting = certificates.inventory.roots(.centralSystemRootCertificate).contains { $0.notAfter > time }
        if !isTrusting, !certificates.inventory.trustsSystem { return "it needs a valid CentralSystemRootCertificate first" }
        // A05.FR.04
        if profile == 3, !(certificates.inventory.own(credentials.certificate).map { $0.notAfter > time } ?? false) {
            return "it needs a valid charge point certificate first (SignChargePointCertificate)"
        }
        return nil
    }

    /// From now on these are asked for. Where a connection would show it, they have to prove themselves first.
    mutating func adopt(_ asked: LinkCredentials) {
        let current = credentials
        guard asked != current else { return }
        let isShown = settings.hasCentralSystem && shown(asked) != shown(current)
        guard isShown || trial.fallback != nil else { return keep(asked) }
        if trial.fallback == nil {
            trial.fallback = current
            record(.trialBegan(fallback: current))
        }
        trial.usesFallback = false
        keep(asked)
        log(.notice, "trying \(asked); until it works \(trial.fallback?.description ?? "") is kept")
        takeTurn()
    }

    /// What of it the Central System sees.
    private func shown(_ credentials: LinkCredentials) -> LinkCredentials {
        var shown = credentials
        if shown.securityProfile != 3 { shown.certificate = nil }
        let showsKey = [1, 2].contains(shown.securityProfile) || (shown.securityProfile == 0 && settings.showsKeyWithoutProfile)
        if !showsKey { shown.authorizationKey = "" }
        return shown
    }

    private mutating func keep(_ asked: LinkCredentials) {
        let former = wantedCredentials
        if asked.securityProfile != former.securityProfile {
            keep(ConfigurationKey.securityProfile.rawValue, String(asked.securityProfile))
        }
        if asked.authorizationKey != former.authorizationKey {
            keep(ConfigurationKey.authorizationKey.rawValue, asked.authorizationKey)
        }
        if asked.certificate != former.certificate {
            certificates.certificate = asked.certificate
            record(.clientCertificateChosen(asked.certificate))
        }
    }

    /// A connection with the credentials whose turn it is. What the old one still says is not about them.
    private mutating func takeTurn() {
        linkClosed()
        trial.number += 1
        trial.refusals = 0
        trial.deadline = max(now.uptime, registration.status == .rejected ? registration.nextBoot : .zero) + CredentialTrial.turn
        out.then.append(.useCredentials(credentials, number: trial.number))
    }

    /// A connection could not be made.
    mutating func linkRefused() { if trial.fallback != nil { trial.refusals += 1 } }

    /// A connection stands, but nothing is proven by that.
    mutating func trialConnected() {
        guard trial.fallback != nil else { return }
        trial.deadline = max(now.uptime, registration.status == .rejected ? registration.nextBoot : .zero) + CredentialTrial.turn
    }

    /// The turn ends when it leads nowhere.
    mutating func endTurn() {
        guard let fallback = trial.fallback else { return }
        let isOver = trial.refusals >= CredentialTrial.refusalLimit || trial.deadline.map { now.uptime >= $0 } ?? false
        guard isOver else { return }
        let failed = credentials
        trial.usesFallback.toggle()
        log(.warning, "no use with \(failed); trying \(trial.usesFallback ? fallback : wantedCredentials)")
        takeTurn()
    }

    /// BootNotification was answered over a connection.
    mutating func trialAnswered(_ status: RegistrationStatus) {
        guard trial.fallback != nil, link.credentials == trial.number else { return }
        switch status {
        case .accepted: if trial.usesFallback { returnToFallback() } else { prove() }
        case .pending:
            trial.deadline = nil
            trial.refusals = 0
        case .rejected: trial.refusals = CredentialTrial.refusalLimit
        }
    }

    private mutating func prove() {
        guard let former = trial.fallback else { return }
        endTrial()
        log(.notice, "\(credentials) works; what was used before is dropped")
        if credentials.certificate != former.certificate { discardOwn(except: [credentials.certificate, former.certificate]) }
    }

    private mutating func returnToFallback() {
        guard let fallback = trial.fallback else { return }
        let failed = wantedCredentials
        endTrial()
        keep(fallback)
        log(.warning, "\(failed) did not work; \(fallback) stays in use")
        report(.reconfigurationOfSecurityParameters, info: "back to \(fallback): \(failed) did not work")
        if let certificate = failed.certificate, certificate != fallback.certificate {
            certificates.refused.insert(certificate)
            discardOwn(certificate)
        }
    }

    private mutating func endTrial() {
        record(.trialEnded)
        trial.fallback = nil
        trial.usesFallback = false
        trial.deadline = nil
        trial.refusals = 0
    }
}
