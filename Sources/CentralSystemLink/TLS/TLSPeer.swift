public import Units

/// Who the server has proved to be, and by what.
public struct TLSPeer: Sendable, Equatable {
    /// `TLSv1.3`, `TLSv1.2`.
    public var version: String
    public var cipherSuite: String
    /// The verified chain: the server's certificate first, its trusted root last.
    public var chain: [CertificateSummary]
    /// Where that root comes from.
    public var trust: TLSFailure.Trust
    /// Whether an earlier session was resumed, without a new look at the certificates.
    public var isResumed: Bool

    public init(
        version: String, cipherSuite: String, chain: [CertificateSummary], trust: TLSFailure.Trust, isResumed: Bool = false
    ) {
        self.version = version
        self.cipherSuite = cipherSuite
        self.chain = chain
        self.trust = trust
        self.isResumed = isResumed
    }

    /// When the first certificate of the chain expires.
    public var expiry: Timestamp? { firstToExpire?.notAfter }
    /// The certificate of the chain that expires first.
    public var firstToExpire: CertificateSummary? { chain.min { $0.notAfter < $1.notAfter } }
}
