import OCPP
import Units

/// Certificates and what is being done with them.
struct CertificateDesk: Sendable, Equatable {
    var inventory = CertificateInventory()
    /// The installed charge point certificate that is used; nil: the configuration file's.
    var certificate: Fingerprint?
    /// Did not work, or could not be put away: not tried again while the process runs.
    var refused: Set<Fingerprint> = []
    /// Requests of the Central System that wait for the shell.
    var asked: [Int: Asked] = [:]
    var tasks = 0
    var signing = Signing.idle
    /// Uptime before which no renewal is begun, after one that failed here.
    var renewNotBefore = Duration.zero

    /// More at a time are refused.
    static let askedLimit = 8

    enum Asked: Sendable, Equatable {
        case installRoot(MessageId, pem: String, CertificateUseEnumType)
        case deleteRoot(MessageId)
        case installChain(MessageId, pem: String)
    }

    enum Signing: Sendable, Equatable {
        case idle
        case making(task: Int)
        /// `isQueued`: it waits in, or is outstanding of, this connection's CALLs.
        case sending(csr: LimitedString<5_500>, isQueued: Bool)
    }
}

// InstallCertificate, DeleteCertificate, GetInstalledCertificateIds (security whitepaper M03 to M05).
extension ChargePoint {
    mutating func take(_ answer: CertificateAnswer) {
        switch answer {
        case .rootExamined(let examination, let problem, let number): rootExamined(examination, problem, number)
        case .chainExamined(let examination, let problem, let number): chainExamined(examination, problem, number)
        case .changed(let inventory, let problem, let number): certificatesChanged(inventory, problem, number)
        case .signingRequestMade(let csr, let problem, let inventory, let number):
            certificates.inventory = inventory
            signingRequestMade(csr, problem, number)
        }
    }

    mutating func nextTask() -> Int {
        certificates.tasks += 1
        return certificates.tasks
    }

    var isAskedTooMuch: Bool { certificates.asked.count >= CertificateDesk.askedLimit }

    // MARK: Installing a root

    mutating func installCertificate(_ request: InstallCertificate, _ id: MessageId) {
        guard !isAskedTooMuch else { return reply(id, .installCertificate(.init(status: .failed))) }
        let number = nextTask()
        let pem = request.certificate.text
        certificates.asked[number] = .installRoot(id, pem: pem, request.certificateType)
        out.then.append(.certificates(.examineRoot(pem: pem, request.certificateType, request: number)))
    }

    private mutating func rootExamined(_ examination: RootExamination?, _ problem: String?, _ number: Int) {
        guard case .installRoot(let id, let pem, let use)? = certificates.asked[number] else { return }
        guard let examination else { return rejectRoot(number, id, problem ?? "it is not a certificate") }
        let certificate = examination.certificate
        // What is installed already stays as it is.
        if certificates.inventory.roots(use).contains(where: { $0.id == certificate.id }) {
            certificates.asked[number] = nil
            return reply(id, .installCertificate(.init(status: .accepted)))
        }
        if let problem = examination.flaw ?? self.problem(withRoot: examination, use) { return rejectRoot(number, id, problem) }
        out.then.append(.certificates(.installRoot(pem: pem, use, request: number)))
    }

    private func problem(withRoot examination: RootExamination, _ use: CertificateUseEnumType) -> String? {
        let certificate = examination.certificate
        let roots = certificates.inventory.roots(use)
        if !examination.isAuthority { return "it is not the certificate of an authority" }
        if certificate.notAfter <= clock.now(now) { return "it expired on \(certificate.notAfter)" }
        let limit = configuration.integer(.certificateStoreMaxLength)
        // M05.FR.03
        if certificates.inventory.roots.count >= limit { return "\(limit) are installed already (CertificateStoreMaxLength)" }
        guard use == .centralSystemRootCertificate, configuration.boolean(.additionalRootCertificateCheck), !roots.isEmpty else {
            return nil
        }
        // M05.FR.08: "Only one certificate (plus a temporarily fallback certificate) … is allowed to be installed at a time."
        if let replaced = certificates.inventory.replaced(use) { return "'\(replaced.subject)' is being replaced already" }
        // M05.FR.09: "the new Root Certificate MUST be signed by the old Root Certificate it is replacing"
        return certificate.signedBy == nil ? "no installed root has signed it (AdditionalRootCertificateCheck)" : nil
    }

    private mutating func rejectRoot(_ number: Int, _ id: MessageId, _ problem: String) {
        certificates.asked[number] = nil
        log(.warning, "InstallCertificate refused: \(problem)")
        reply(id, .installCertificate(.init(status: .rejected)))
    }

    // MARK: Deleting and listing

    mutating func deleteCertificate(_ request: DeleteCertificate, _ id: MessageId) {
        var hash = request.certificateHashData
        // "without leading zeroes", but some write whole bytes.
        let serialNumber = hash.serialNumber.text.drop { $0 == "0" }
        hash.serialNumber = CiString(truncating: serialNumber.isEmpty ? "0" : String(serialNumber))
        guard let root = certificates.inventory.roots.first(where: { $0.hashes.contains(hash) }) else {
            // M04.FR.05: "Deletion of the Charge Point Certificate SHALL NOT be possible".
            let own = certificates.inventory.own + (certificates.inventory.fileCertificate.map { [$0] } ?? [])
            let isOwn = own.contains { $0.hashes.contains(hash) }
            return reply(id, .deleteCertificate(.init(status: isOwn ? .failed : .notFound)))
        }
        // M04.FR.06: in use for the connection to the Central System.
        let isInUse = root.use == .centralSystemRootCertificate && link.root == root.id
        guard !isInUse, !isAskedTooMuch else {
            log(.warning, "DeleteCertificate refused: '\(root.subject)' is in use")
            return reply(id, .deleteCertificate(.init(status: .failed)))
        }
        let number = nextTask()
        certificates.asked[number] = .deleteRoot(id)
        out.then.append(.certificates(.deleteRoot(root.id, root.use, request: number)))
    }

    mutating func getInstalledCertificateIds(_ request: GetInstalledCertificateIds, _ id: MessageId) {
        // The request names no hash algorithm in OCPP 1.6; "the SHA256 algorithm SHOULD be used" (A00.FR.506).
        let hashes = certificates.inventory.roots(request.certificateType).compactMap { root in
            root.hashes.first { $0.hashAlgorithm == .sha256 }
        }
        let confirmation = GetInstalledCertificateIds.Confirmation(
            certificateHashData: hashes.isEmpty ? nil : hashes, status: hashes.isEmpty ? .notFound : .accepted)
        reply(id, .getInstalledCertificateIds(confirmation))
    }

    // MARK: What came of it

    private mutating func certificatesChanged(_ inventory: CertificateInventory, _ problem: String?, _ number: Int) {
        certificates.inventory = inventory
        if let problem { log(.error, "certificates: \(problem)") }
        guard let asked = certificates.asked.removeValue(forKey: number) else { return }
        switch asked {
        case .installRoot(let id, _, let use):
            if problem == nil { report(.reconfigurationOfSecurityParameters, info: "a \(use.rawValue) was installed") }
            reply(id, .installCertificate(.init(status: problem == nil ? .accepted : .failed)))
        case .deleteRoot(let id):
            if problem == nil { report(.reconfigurationOfSecurityParameters, info: "a root certificate was deleted") }
            reply(id, .deleteCertificate(.init(status: problem == nil ? .accepted : .failed)))
        case .installChain(let id, _):
            // Not the certificate's fault: the Central System may send it once more.
            if problem == nil { report(.reconfigurationOfSecurityParameters, info: "a charge point certificate was installed") }
            reply(id, .certificateSigned(.init(status: problem == nil ? .accepted : .rejected)))
        }
    }

    /// M05.FR.12: once a connection was made with the new root, "the Charge Point SHALL remove the old … (fallback) certificate".
    mutating func dropReplacedRoot() {
        guard link.isOpen, configuration.boolean(.additionalRootCertificateCheck), let root = link.root,
            let replaced = certificates.inventory.replaced(.centralSystemRootCertificate),
            !certificates.refused.contains(replaced.id),
            certificates.inventory.roots(.centralSystemRootCertificate).contains(where: {
                $0.id == root && $0.signedBy == replaced.id
            })
        else { return }
        // Once: should it fail, it is tried again after the next start.
        certificates.refused.insert(replaced.id)
        log(.notice, "the root '\(replaced.subject)' has been replaced")
        out.then.append(.certificates(.deleteRoot(replaced.id, .centralSystemRootCertificate, request: nextTask())))
    }

    // MARK: Certificates of the charge point that are not used any more

    mutating func discardOwn(_ id: Fingerprint) { out.then.append(.certificates(.discardOwn(id, request: nextTask()))) }

    /// What is not valid yet is waited for.
    mutating func discardOwn(except kept: [Fingerprint?]) {
        let time = clock.now(now)
        for certificate in certificates.inventory.own where !kept.contains(certificate.id) && certificate.notBefore <= time {
            discardOwn(certificate.id)
        }
    }
}
