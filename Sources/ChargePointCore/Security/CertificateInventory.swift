public import OCPP
public import Units

/// What is installed, as the shell last read it: bounded by CertificateStoreMaxLength.
public struct CertificateInventory: Sendable, Equatable {
    public var roots: [RootCertificate]
    /// The charge point's own, as CertificateSigned brought them, in the order in which they came.
    public var own: [OwnCertificate]
    /// The one that the configuration file names.
    public var fileCertificate: OwnCertificate?
    /// When the signing request was made that waits for its CertificateSigned.
    public var requestedAt: Timestamp?
    /// The system's roots are trusted besides: no file names any.
    public var trustsSystem: Bool

    public init(
        roots: [RootCertificate] = [], own: [OwnCertificate] = [], fileCertificate: OwnCertificate? = nil,
        requestedAt: Timestamp? = nil, trustsSystem: Bool = false
    ) {
        self.roots = roots
        self.own = own
        self.fileCertificate = fileCertificate
        self.requestedAt = requestedAt
        self.trustsSystem = trustsSystem
    }

    func own(_ id: Fingerprint?) -> OwnCertificate? {
        guard let id else { return fileCertificate }
        return own.first { $0.id == id }
    }

    func roots(_ use: CertificateUseEnumType) -> [RootCertificate] { roots.filter { $0.use == use } }

    /// A root that another one has been signed by to replace it: kept until the new one has proved to be right (M05.FR.11).
    func replaced(_ use: CertificateUseEnumType) -> RootCertificate? {
        let signers = Set(roots(use).compactMap(\.signedBy))
        return roots(use).first { signers.contains($0.id) }
    }
}

/// An installed root certificate.
public struct RootCertificate: Sendable, Equatable {
    public var id: Fingerprint
    public var use: CertificateUseEnumType
    public var subject: String
    public var notBefore: Timestamp
    public var notAfter: Timestamp
    /// How messages name it, with each hash algorithm (security whitepaper §6.1).
    public var hashes: [CertificateHashDataType]
    /// Another installed root, of the same use, that signed it.
    public var signedBy: Fingerprint?

    public init(
        id: Fingerprint, use: CertificateUseEnumType, subject: String, notBefore: Timestamp, notAfter: Timestamp,
        hashes: [CertificateHashDataType], signedBy: Fingerprint? = nil
    ) {
        self.id = id
        self.use = use
        self.subject = subject
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.hashes = hashes
        self.signedBy = signedBy
    }
}

/// A certificate of the charge point itself.
public struct OwnCertificate: Sendable, Equatable {
    public var id: Fingerprint
    public var subject: String
    /// CN and O of the subject.
    public var commonName: String
    public var organization: String
    public var notBefore: Timestamp
    public var notAfter: Timestamp
    public var hashes: [CertificateHashDataType]

    public init(
        id: Fingerprint, subject: String, commonName: String, organization: String, notBefore: Timestamp, notAfter: Timestamp,
        hashes: [CertificateHashDataType] = []
    ) {
        self.id = id
        self.subject = subject
        self.commonName = commonName
        self.organization = organization
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.hashes = hashes
    }

    /// How long before its end it is renewed: a month (A03), or a third of a life that is shorter than three months.
    var renewalLead: Duration { min(.seconds(30 * 86_400), max(.zero, notAfter - notBefore) / 3) }
}

/// What the shell does with certificates for the core; each is answered by a `CertificateAnswer` with the same number.
public enum CertificateTask: Sendable, Equatable {
    case examineRoot(pem: String, CertificateUseEnumType, request: Int)
    case installRoot(pem: String, CertificateUseEnumType, request: Int)
    case deleteRoot(Fingerprint, CertificateUseEnumType, request: Int)
    /// The chain that CertificateSigned brings, judged at this time.
    case examineChain(pem: String, at: Timestamp, request: Int)
    /// The key that was made for the signing request becomes this chain's.
    case installChain(pem: String, request: Int)
    case discardOwn(Fingerprint, request: Int)
    /// A new key, and a request to sign it (RFC 2986).
    case makeSigningRequest(commonName: String, organization: String, at: Timestamp, request: Int)
}

/// What comes of a `CertificateTask`.
public enum CertificateAnswer: Sendable, Equatable {
    /// nil: this is no certificate; `problem` says why.
    case rootExamined(RootExamination?, problem: String?, request: Int)
    case chainExamined(ChainExamination?, problem: String?, request: Int)
    /// What is installed now; `problem`: why it could not be changed.
    case changed(CertificateInventory, problem: String?, request: Int)
    /// The request in PEM, and what is installed now.
    case signingRequestMade(csr: String?, problem: String?, CertificateInventory, request: Int)
}

/// What a certificate that is to be installed as a root turns out to be.
public struct RootExamination: Sendable, Equatable {
    public var certificate: RootCertificate
    /// Basic constraints say that it may sign others.
    public var isAuthority: Bool
    /// In words: too short a key, a broken hash, a signature of its own that does not hold.
    public var flaw: String?

    public init(certificate: RootCertificate, isAuthority: Bool, flaw: String? = nil) {
        self.certificate = certificate
        self.isAuthority = isAuthority
        self.flaw = flaw
    }
}

/// What a chain for the charge point's own key turns out to be.
public struct ChainExamination: Sendable, Equatable {
    public var certificate: OwnCertificate
    /// It is for the key whose signing request went out last.
    public var matchesKey: Bool
    /// In words, why the chain does not lead to an installed root, or what else is wrong with it.
    public var flaw: String?

    public init(certificate: OwnCertificate, matchesKey: Bool, flaw: String? = nil) {
        self.certificate = certificate
        self.matchesKey = matchesKey
        self.flaw = flaw
    }
}
