/// Names a certificate: the SHA-256 of its DER in lower-case hexadecimal digits.
public struct Fingerprint: Sendable, Hashable, CustomStringConvertible {
    public var text: String

    public init(_ text: String) { self.text = text }
    public var description: String { String(text.prefix(16)) }
}

/// What a connection to the Central System is made with (security whitepaper §2.1). Holds a secret: never printed whole.
public struct LinkCredentials: Sendable, Equatable, CustomStringConvertible {
    /// 0 none, 1 Basic authentication, 2 TLS and Basic authentication, 3 TLS and a client certificate.
    public var securityProfile: Int
    /// AuthorizationKey; empty: none.
    public var authorizationKey: String
    /// The installed charge point certificate; nil: the one that the configuration file names, if any.
    public var certificate: Fingerprint?

    public init(securityProfile: Int = 0, authorizationKey: String = "", certificate: Fingerprint? = nil) {
        self.securityProfile = securityProfile
        self.authorizationKey = authorizationKey
        self.certificate = certificate
    }

    public var description: String {
        let shown = securityProfile == 3 ? ", certificate \(certificate?.description ?? "of the file")" : ""
        return "security profile \(securityProfile)\(shown)"
    }
}

/// Which credentials the link uses while new ones have to prove themselves.
///
/// New credentials count as proven once a BootNotification was accepted over them. Until then those that worked before are kept, on
/// disk too, and the two take turns: whichever is accepted first stays, the other is dropped. So a charge point comes back whatever
/// the Central System has made of the change, and whenever the supply fails.
struct CredentialTrial: Sendable, Equatable {
    /// So many attempts in a row before it is the other one's turn.
    static let refusalLimit = 3
    /// So long may a BootNotification remain without an answer before it is the other one's turn.
    static let turn = Duration.seconds(180)

    /// What worked before; nil: nothing has to prove itself.
    var fallback: LinkCredentials?
    /// It is the turn of what worked before.
    var usesFallback = false
    var refusals = 0
    /// Uptime at which the turn ends; nil: the Central System has answered and takes its time (Pending).
    var deadline: Duration?
    /// Counts the changes of credentials since the start, to know by which of them a connection was made.
    var number = 0
}
