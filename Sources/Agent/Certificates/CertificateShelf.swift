import CentralSystemLink
public import Certificates
import ChargePointCore
import ConfigurationFile
import Logging
public import OCPP
import Threads
import Units

/// Certificates and keys, on a thread of their own: making a key, asking a TPM and writing to a slow disk take their time, and nobody
/// else waits for it.
public actor CertificateShelf {
    typealias Section = DaemonConfiguration.CentralSystemSection

    private let thread = DeviceThread(name: "certificates")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    let store: CertificateStore
    let section: Section?
    private let firmwareFile: String?
    let logger: Logger

    init(_ file: DaemonConfiguration, logger: Logger) throws(CertificateProblem) {
        section = file.centralSystem
        firmwareFile = file.firmware.caFile
        self.logger = logger
        store = try CertificateStore(path: file.dataDirectory + "/certificates") { logger.warning("\($0)") }
    }

    // MARK: The configuration file's certificates

    /// What the file names and what was seen of it last time, as `file_values` keep it: a root that is new in a file is installed, one
    /// that is gone from it is removed; what came over OCPP, or was deleted over it, stands otherwise.
    ///
    /// - Returns: the values that are new.
    func adoptFiles(seen: [String: String]) throws(CertificateProblem) -> [String: String] {
        var new: [String: String] = [:]
        let files: [(key: String, path: String?, use: CertificateStore.Use)] = [
            ("centralSystem.caFile", section?.caFile, .centralSystemRoot), ("firmware.caFile", firmwareFile, .manufacturerRoot),
        ]
        for (key, path, use) in files {
            let certificates = read(path, key)
            let value = certificates.map(\.fingerprint).sorted().joined(separator: ",")
            guard value != seen[key] ?? "" else { continue }
            let old = Set((seen[key] ?? "").split(separator: ",").map(String.init))
            for gone in old.subtracting(certificates.map(\.fingerprint)) { try store.removeRoot(gone, use) }
            for certificate in certificates where !old.contains(certificate.fingerprint) {
                let issuer = certificate.isSelfIssued ? nil : certificates.first { certificate.isSigned(by: $0) }
                try store.install(certificate, issuer: issuer, as: use)
            }
            new[key] = value
        }
        if let certificate = fileChain.first, certificate.fingerprint != seen["centralSystem.clientCertificate"] {
            // The file's own is used from now on: what was signed before belongs to the past.
            for own in try store.ownCertificates() { try store.removeOwn(own.certificate.fingerprint) }
            new["centralSystem.clientCertificate"] = certificate.fingerprint
        }
        return new
    }

    /// The certificate that the file names, then those above it.
    private var fileChain: [Certificate] { read(section?.clientCertificate, "centralSystem.clientCertificate") }

    private func read(_ path: String?, _ key: String) -> [Certificate] {
        guard let path else { return [] }
        do { return try Certificate.all(path: path) } catch {
            logger.warning("\(key) is not used: \(error)")
            return []
        }
    }

    // MARK: What is there

    func inventory() throws(CertificateProblem) -> CertificateInventory {
        var inventory = CertificateInventory(trustsSystem: section != nil && section?.caFile == nil)
        for use in CertificateStore.Use.allCases {
            let roots = try store.roots(use)
            inventory.roots += roots.map { RootCertificate($0, use, among: roots.map(\.certificate)) }
        }
        let roots = try store.roots(.centralSystemRoot).map(\.certificate)
        inventory.own = try store.ownCertificates().map { OwnCertificate($0.chain, roots) }
        let chain = fileChain
        if !chain.isEmpty { inventory.fileCertificate = OwnCertificate(chain, roots) }
        inventory.requestedAt = try store.pendingSince().map { Timestamp(seconds: $0) }
        return inventory
    }

    /// Roots that are installed for this use, in PEM: who may have signed firmware, for one.
    public func roots(_ use: CertificateUseEnumType) throws(CertificateProblem) -> [String] {
        try store.roots(CertificateStore.Use(use)).map(\.certificate.pem)
    }

    // MARK: For the link

    /// What protects a connection with these credentials: reads files, and asks a TPM or token for its key where there is one.
    func transportSecurity(_ credentials: LinkCredentials) throws -> TransportSecurity {
        guard let section = section?.with(credentials.securityProfile), section.isSecure else { return .none }
        var material = TLSMaterial()
        let roots = try store.roots(.centralSystemRoot).map(\.certificate)
        // As long as nothing was changed over OCPP, the file itself counts, with its name in every error.
        if Set(roots) != Set(read(section.caFile, "centralSystem.caFile")) { material.roots = roots }
        if credentials.securityProfile == 3 {
            if let id = credentials.certificate {
                guard let own = try store.ownCertificate(id.text) else {
                    throw CertificateProblem("the installed certificate \(id) is missing in the data directory")
                }
                (material.chain, material.key) = (own.chain, try store.key(of: own))
            } else if let key = section.clientKey, PrivateKey.isURI(key) {
                (material.chain, material.key) = (fileChain, try PrivateKey(uri: key))
            }
        }
        return try section.transportSecurity(material)
    }

    /// The installed charge point certificate is there, with its key.
    func isUsable(_ id: Fingerprint) -> Bool {
        do {
            guard let own = try store.ownCertificate(id.text) else { return false }
            return try store.key(of: own).belongs(to: own.certificate)
        } catch {
            logger.error("the installed certificate cannot be used", metadata: ["reason": "\(error)"])
            return false
        }
    }
}

extension CertificateStore.Use {
    init(_ use: CertificateUseEnumType) {
        switch use {
        case .centralSystemRootCertificate: self = .centralSystemRoot
        case .manufacturerRootCertificate: self = .manufacturerRoot
        }
    }
}

extension RootCertificate {
    init(_ root: CertificateStore.Root, _ use: CertificateStore.Use, among roots: [Certificate]) {
        let certificate = root.certificate
        self.init(
            id: Fingerprint(certificate.fingerprint),
            use: use == .centralSystemRoot ? .centralSystemRootCertificate : .manufacturerRootCertificate,
            subject: certificate.subject, notBefore: Timestamp(seconds: certificate.notBefore),
            notAfter: Timestamp(seconds: certificate.notAfter), hashes: hashData(certificate, issuer: root.issuer),
            signedBy: roots.first { $0 != certificate && certificate.isSigned(by: $0) }.map { Fingerprint($0.fingerprint) })
    }
}

extension OwnCertificate {
    /// - Parameters:
    ///   - chain: not empty.
    ///   - roots: one of which may have signed it.
    init(_ chain: [Certificate], _ roots: [Certificate]) {
        let certificate = chain[0]
        let issuer = (chain.dropFirst() + roots).first { certificate.isSigned(by: $0) }
        self.init(
            id: Fingerprint(certificate.fingerprint), subject: certificate.subject, commonName: certificate.commonName,
            organization: certificate.organization, notBefore: Timestamp(seconds: certificate.notBefore),
            notAfter: Timestamp(seconds: certificate.notAfter), hashes: hashData(certificate, issuer: issuer ?? certificate))
    }
}

private func hashData(_ certificate: Certificate, issuer: Certificate) -> [CertificateHashDataType] {
    CertificateHash.Algorithm.allCases.compactMap { algorithm in
        let hash = CertificateHash(certificate, issuer: issuer, algorithm)
        guard let algorithm = HashAlgorithmEnumType(rawValue: algorithm.rawValue) else { return nil }
        return CertificateHashDataType(
            hashAlgorithm: algorithm, issuerNameHash: CiString(truncating: hash.issuerName),
            issuerKeyHash: CiString(truncating: hash.issuerKey), serialNumber: CiString(truncating: hash.serialNumber))
    }
}
