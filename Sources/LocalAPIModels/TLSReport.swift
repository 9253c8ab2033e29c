public import Units

/// How the connection to the central system is secured, as it was when it was made last.
public struct TLSReport: Codable, Sendable, Equatable {
    /// TLSv1.3 or TLSv1.2; null before the first connection.
    @Nullable public var version: String?
    @Nullable public var cipherSuite: String?
    /// Where the trusted root comes from: a file, or "the system's trusted roots".
    @Nullable public var trust: String?
    /// The central system's certificate first, its root last.
    public var chain: [CertificateReport]
    /// This charge point's own (security profile 3).
    @Nullable public var clientCertificate: CertificateReport?

    public init(
        version: String?, cipherSuite: String?, trust: String?, chain: [CertificateReport], clientCertificate: CertificateReport?
    ) {
        self.version = version
        self.cipherSuite = cipherSuite
        self.trust = trust
        self.chain = chain
        self.clientCertificate = clientCertificate
    }

    /// The certificate of the chain that expires first.
    public var firstToExpire: CertificateReport? { chain.min { $0.notAfter < $1.notAfter } }
}

public struct CertificateReport: Codable, Sendable, Equatable {
    public var subject: String
    public var issuer: String
    public var notAfter: Timestamp
    /// Whole days until it expires; negative once it has.
    public var daysLeft: Int

    public init(subject: String, issuer: String, notAfter: Timestamp, daysLeft: Int) {
        self.subject = subject
        self.issuer = issuer
        self.notAfter = notAfter
        self.daysLeft = daysLeft
    }
}
