import OCPP
import Units

// The charge point's own certificate: asking for it, taking it, using it, renewing it (security whitepaper A02, A03).
extension ChargePoint {
    /// So long after a request that came to nothing here the next one is made.
    static let renewalRetry = Duration.seconds(3600)

    /// O of the signing request: CpoName, or where nobody has set it the name in the present certificate.
    private var organization: String {
        let name = configuration.text(.cpoName)
        return name.isEmpty ? certificates.inventory.own(certificates.certificate)?.organization ?? "" : name
    }

    // MARK: Asking

    /// Whether SignChargePointCertificate can be done ("The configuration variable CpoName MUST be set").
    var canAskForCertificate: Bool { !organization.isEmpty && settings.hasCentralSystem }

    mutating func askForCertificate() {
        if case .making = certificates.signing { return }
        let number = nextTask()
        certificates.signing = .making(task: number)
        out.then.append(
            .certificates(
                .makeSigningRequest(
                    commonName: settings.certificateName, organization: organization, at: clock.now(now), request: number)))
    }

    mutating func signingRequestMade(_ csr: String?, _ problem: String?, _ number: Int) {
        guard certificates.signing == .making(task: number) else { return }
        guard let csr, let text = LimitedString<5_500>(csr) else {
            certificates.signing = .idle
            certificates.renewNotBefore = now.uptime + Self.renewalRetry
            return log(.error, "no signing request: \(problem ?? "it is longer than a message may carry")")
        }
        certificates.signing = .sending(csr: text, isQueued: false)
    }

    /// It goes out over whatever connection there is, until it is answered.
    mutating func sendSigningRequest() {
        guard case .sending(let csr, isQueued: false) = certificates.signing, link.isOpen, registration.status != nil,
            registration.status != .rejected
        else { return }
        certificates.signing = .sending(csr: csr, isQueued: true)
        calls.enqueue(.signCertificate(SignCertificate(csr: csr)), .signCertificate, isTriggered: true)
    }

    /// - Parameter status: nil: no usable answer.
    mutating func signCertificateAnswered(_ status: GenericStatusEnumType?) {
        guard case .sending = certificates.signing else { return }
        certificates.signing = .idle
        guard status != .accepted else { return }
        certificates.renewNotBefore = now.uptime + Self.renewalRetry
        log(.warning, "the Central System does not take the signing request: \(status?.rawValue ?? "no usable answer")")
    }

    /// The connection is gone: what was not answered goes out again over the next.
    mutating func signingRequestLost() {
        if case .sending(let csr, _) = certificates.signing { certificates.signing = .sending(csr: csr, isQueued: false) }
    }

    // MARK: Renewing

    /// A03.FR.02: "When the Charge Point detects that the current Charge Point certificate will expire in one month."
    mutating func renewCertificate() {
        guard isOnline, trial.fallback == nil, certificates.signing == .idle, canAskForCertificate, clock.source != .unset,
            now.uptime >= certificates.renewNotBefore, let due = renewalDue, clock.now(now) >= due
        else { return }
        log(.notice, "the charge point's certificate expires soon: asking for a new one")
        askForCertificate()
    }

    /// When the next signing request is due by itself; nil: no certificate is used, or its successor is there already.
    private var renewalDue: Timestamp? {
        guard credentials.securityProfile == 3, let current = certificates.inventory.own(credentials.certificate) else {
            return nil
        }
        let hasSuccessor = certificates.inventory.own.contains {
            $0.notAfter > current.notAfter && !certificates.refused.contains($0.id)
        }
        if hasSuccessor { return nil }
        let due = current.notAfter - current.renewalLead
        // One that nobody answered is repeated after a quarter of the time: within hours nothing would have changed (A03 §7).
        guard let requestedAt = certificates.inventory.requestedAt, requestedAt <= clock.now(now) else { return due }
        return max(due, requestedAt + current.renewalLead / 4)
    }

    // MARK: Taking

    mutating func certificateSigned(_ request: CertificateSigned, _ id: MessageId) {
        let pem = request.certificateChain.text
        let limit = configuration.integer(.certificateSignedMaxChainSize)
        guard pem.unicodeScalars.count <= limit else {
            return rejectChain(id, "the chain is longer than \(limit) characters (CertificateSignedMaxChainSize)")
        }
        guard !isAskedTooMuch else { return rejectChain(id, "too many requests at a time") }
        let number = nextTask()
        certificates.asked[number] = .installChain(id, pem: pem)
        out.then.append(.certificates(.examineChain(pem: pem, at: clock.now(now), request: number)))
    }

    private mutating func rejectChain(_ id: MessageId, _ problem: String) {
        log(.warning, "CertificateSigned refused: \(problem)")
        report(.invalidChargePointCertificate, info: problem)
        reply(id, .certificateSigned(.init(status: .rejected)))
    }

    mutating func chainExamined(_ examination: ChainExamination?, _ problem: String?, _ number: Int) {
        guard case .installChain(let id, let pem)? = certificates.asked[number] else { return }
        let flaw: String?
        if let examination { flaw = self.problem(withChain: examination) } else { flaw = problem ?? "it is not a certificate" }
        if let flaw {
            certificates.asked[number] = nil
            return rejectChain(id, flaw)
        }
        out.then.append(.certificates(.installChain(pem: pem, request: number)))
    }

    /// A02.FR.06: key, period, properties (A00.FR.509, A00.FR.511) and hierarchy.
    private func problem(withChain examination: ChainExamination) -> String? {
        let certificate = examination.certificate
        let time = clock.now(now)
        if !examination.matchesKey { return "it is not for the key of the last signing request" }
        if certificate.notAfter <= time { return "it expired on \(certificate.notAfter)" }
        if !certificate.commonName.contains(settings.certificateName) {
            return "its common name '\(certificate.commonName)' is not '\(settings.certificateName)'"
        }
        let cpo = organization
        if !cpo.isEmpty, !certificate.organization.contains(cpo) {
            return "its organization '\(certificate.organization)' is not '\(cpo)'"
        }
        return examination.flaw
    }

    // MARK: Using

    /// A02.FR.08: "The Charge Point SHALL switch to the new certificate as soon as the current date and time is after the 'Not valid
    /// before' field", A02.FR.09: "the newest certificate, as measured by the start of the validity period".
    mutating func useNewestCertificate() {
        let time = clock.now(now)
        let usable = certificates.inventory.own.filter {
            $0.notBefore <= time && $0.notAfter > time && !certificates.refused.contains($0.id)
        }
        var newest: OwnCertificate?
        for certificate in usable where certificate.notBefore >= newest?.notBefore ?? certificate.notBefore { newest = certificate }
        guard trial.fallback == nil, storageFailure == nil, let newest, newest.id != certificates.certificate else { return }
        var asked = wantedCredentials
        asked.certificate = newest.id
        adopt(asked)
    }

    /// Uptimes at which certificates need something done.
    func considerCertificates(_ consider: (Duration?) -> Void) {
        guard settings.hasCentralSystem else { return }
        consider(trial.fallback == nil ? nil : trial.deadline)
        let time = clock.now(now)
        for certificate in certificates.inventory.own where certificate.notBefore > time {
            consider(now.uptime + (certificate.notBefore - time))
        }
        guard isOnline, certificates.signing == .idle, let due = renewalDue else { return }
        consider(max(now.uptime + (due - time), certificates.renewNotBefore))
    }
}
