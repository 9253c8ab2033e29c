/// The certificates and keys of one charge point, as files in its data directory; each change is whole, and on disk when it returns.
///
/// `CentralSystemRootCertificate/FINGERPRINT.pem` and `ManufacturerRootCertificate/FINGERPRINT.pem` hold a root each, followed by who
/// signed it, where that is another one. `ChargePointCertificate/NUMBER-FINGERPRINT.pem` is a chain, `….key` beside it its private key
/// or the URI under which a provider knows it. `pending.key` and `pending.csr` wait for their certificate. All are readable to their
/// owner alone (mode 0600). Used from one thread at a time.
public struct CertificateStore: Sendable {
    public enum Use: String, Sendable, CaseIterable {
        case centralSystemRoot = "CentralSystemRootCertificate"
        case manufacturerRoot = "ManufacturerRootCertificate"
    }

    /// An installed root, and who signed it: itself, or one that it replaces.
    public struct Root: Sendable, Equatable {
        public var certificate: Certificate
        public var issuer: Certificate

        public init(certificate: Certificate, issuer: Certificate) {
            self.certificate = certificate
            self.issuer = issuer
        }
    }

    /// A certificate of the charge point with those above it; the older ones have the lower numbers.
    public struct Own: Sendable, Equatable {
        public var number: Int
        public var chain: [Certificate]
        public var certificate: Certificate { chain[0] }
        fileprivate var name: String
    }

    /// A signing request whose certificate has not come yet.
    public struct Pending: Sendable {
        public var key: PrivateKey
        /// Seconds since 1970.
        public var madeAt: Int64
    }

    private let folder: DurableFolder
    private let roots: [Use: DurableFolder]
    private let own: DurableFolder
    private let warn: @Sendable (String) -> Void

    /// - Parameters:
    ///   - path: a folder; made if only its last part is missing.
    ///   - warn: told in a sentence of files that cannot be used; they are passed over.
    public init(path: String, warn: @escaping @Sendable (String) -> Void) throws(CertificateProblem) {
        folder = try DurableFolder(path)
        var roots: [Use: DurableFolder] = [:]
        for use in Use.allCases { roots[use] = try DurableFolder("\(path)/\(use.rawValue)") }
        self.roots = roots
        own = try DurableFolder("\(path)/ChargePointCertificate")
        self.warn = warn
    }

    // MARK: Roots

    public func roots(_ use: Use) throws(CertificateProblem) -> [Root] {
        let folder = try rootFolder(use)
        var found: [Root] = []
        for name in try folder.names(ending: ".pem") {
            guard let chain = chain(name, in: folder) else { continue }
            found.append(Root(certificate: chain[0], issuer: chain.dropFirst().first ?? chain[0]))
        }
        return found
    }

    /// - Parameter issuer: who signed it, where it did not do so itself: needed to name it later, when that one is gone.
    public func install(_ root: Certificate, issuer: Certificate?, as use: Use) throws(CertificateProblem) {
        try rootFolder(use).write(root.pem + (issuer?.pem ?? ""), to: root.fingerprint + ".pem")
    }

    public func removeRoot(_ fingerprint: String, _ use: Use) throws(CertificateProblem) {
        try rootFolder(use).remove(fingerprint + ".pem")
    }

    private func rootFolder(_ use: Use) throws(CertificateProblem) -> DurableFolder {
        guard let folder = roots[use] else { throw CertificateProblem("\(use.rawValue): there is no folder for it") }
        return folder
    }

    private func chain(_ name: String, in folder: DurableFolder) -> [Certificate]? {
        do { return try Certificate.all(pem: try folder.read(name) ?? "") } catch {
            warn("\(folder.path)/\(name) is passed over: \(error)")
            return nil
        }
    }

    // MARK: The charge point's own

    /// The oldest first.
    public func ownCertificates() throws(CertificateProblem) -> [Own] {
        var found: [Own] = []
        for name in try own.names(ending: ".pem") {
            guard let number = Int(name.prefix { $0 != "-" }), let chain = chain(name, in: own) else { continue }
            found.append(Own(number: number, chain: chain, name: String(name.dropLast(4))))
        }
        return found.sorted { $0.number < $1.number }
    }

    public func ownCertificate(_ fingerprint: String) throws(CertificateProblem) -> Own? {
        try ownCertificates().last { $0.certificate.fingerprint == fingerprint }
    }

    public func key(of certificate: Own) throws(CertificateProblem) -> PrivateKey { try key(certificate.name + ".key", in: own) }

    private func key(_ name: String, in folder: DurableFolder) throws(CertificateProblem) -> PrivateKey {
        guard let text = try folder.read(name) else { throw CertificateProblem("\(folder.path)/\(name) is missing") }
        return PrivateKey.isURI(text) ? try PrivateKey(uri: text) : try PrivateKey(pem: text)
    }

    /// The key that waited becomes this chain's.
    public func installOwn(_ chain: [Certificate]) throws(CertificateProblem) {
        guard let certificate = chain.first, let key = try folder.read("pending.key") else {
            throw CertificateProblem("\(folder.path)/pending.key is missing")
        }
        let number = (try ownCertificates().last?.number ?? 0) + 1
        let name = String(repeating: "0", count: max(0, 6 - String(number).count)) + "\(number)-\(certificate.fingerprint)"
        // The key first: a chain without one would be passed for usable.
        try own.write(key, to: name + ".key")
        try own.write(chain.map(\.pem).joined(), to: name + ".pem")
        try removePending()
    }

    /// The chain first: without it the key is only a file that nobody asks for.
    public func removeOwn(_ fingerprint: String) throws(CertificateProblem) {
        for certificate in try ownCertificates() where certificate.certificate.fingerprint == fingerprint {
            try own.remove(certificate.name + ".pem")
            try own.remove(certificate.name + ".key")
        }
    }

    // MARK: Waiting for a certificate

    /// - Parameters:
    ///   - key: PEM, or the URI under which a provider knows it.
    ///   - time: seconds since 1970.
    public func keepPending(key: String, request: String, at time: Int64) throws(CertificateProblem) {
        // A request without its key would never find its certificate; a key without its request waits for nothing.
        try folder.remove("pending.csr")
        try folder.write(key, to: "pending.key")
        try folder.write("made at \(time) s\n" + request, to: "pending.csr")
    }

    public func pending() throws(CertificateProblem) -> Pending? {
        guard let madeAt = try pendingSince() else { return nil }
        return Pending(key: try key("pending.key", in: folder), madeAt: madeAt)
    }

    /// When the signing request was made that waits; seconds since 1970.
    public func pendingSince() throws(CertificateProblem) -> Int64? {
        guard let request = try folder.read("pending.csr") else { return nil }
        return request.split(separator: " ").dropFirst(2).first.flatMap { Int64($0) }
    }

    private func removePending() throws(CertificateProblem) {
        try folder.remove("pending.csr")
        try folder.remove("pending.key")
    }
}
