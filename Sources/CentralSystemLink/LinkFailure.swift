/// Why there is no connection: what happened, where, and what an installer can do about it.
public struct LinkFailure: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: Sendable, Equatable {
        /// The URL cannot be used; the text says what to change.
        case invalidURL(String)
        /// `wss://` without transport security.
        case transportSecurityUnavailable
        case tls(TLSFailure)
        case nameResolution(host: String)
        case connectionRefused
        /// The network knows no way; the system's own words.
        case unreachable(String)
        case timedOut(Step)
        /// The server answered the handshake with this status instead of 101.
        case httpStatus(Int)
        /// HTTP 401.
        case unauthorised(passwordSent: Bool)
        /// The server redirects where the link must not follow; the text says why.
        case redirect(String)
        /// The server chose this subprotocol, which was not offered.
        case subprotocol(String)
        /// The server breaks HTTP or WebSocket; the text says how.
        case protocolError(String)
        /// A message longer than this many bytes.
        case tooBig(limit: Int)
        /// A text message that is not UTF-8.
        case notText
        /// No sign of life within this time after a ping.
        case pongMissed(within: Duration)
        /// A close frame came; code 1005 stands for none given (RFC 6455 §7.4.1).
        case closedByPeer(code: Int, reason: String)
        /// The connection ended without a close frame; the text says what the system knows.
        case connectionLost(String)
        /// We closed it, for this reason.
        case closedByUs(String)
        /// Nothing can be sent now.
        case notConnected
        /// Too much waits to be sent already.
        case sendBufferFull
    }
    public enum Step: String, Sendable { case connect = "connecting", handshake = "the WebSocket handshake" }

    public var kind: Kind
    /// The URL of the attempt; `nil` where it does not matter.
    public var url: String?

    public init(_ kind: Kind, url: String? = nil) {
        self.kind = kind
        self.url = url
    }

    /// What happened.
    public var fact: String { kind.fact }
    /// What to do about it; empty where the link itself does it by trying again.
    public var remedy: String { kind.remedy }

    public var description: String {
        let words = remedy.isEmpty ? fact : "\(fact) \(remedy)"
        return url.map { "\($0): \(words)" } ?? words
    }

    static func invalidURL(_ url: String, _ remedy: String) -> LinkFailure { LinkFailure(.invalidURL(remedy), url: url) }
}

extension LinkFailure.Kind {
    /// The server holds, or may hold, an older connection of this charge point.
    var mayBeDuplicate: Bool { self == .httpStatus(409) || closeCode == 1008 }

    private var closeCode: Int? {
        if case .closedByPeer(let code, _) = self { code } else { nil }
    }

    var fact: String {
        switch self {
        case .invalidURL: "This URL cannot be used."
        case .transportSecurityUnavailable: "wss:// needs TLS, which is not set up."
        case .tls(let failure): failure.fact
        case .nameResolution(let host): "The name '\(host)' cannot be resolved."
        case .connectionRefused: "Nothing listens at this address and port."
        case .unreachable(let words): "The server cannot be reached (\(words))."
        case .timedOut(let step): "No answer in time while \(step == .connect ? "connecting" : "waiting for \(step.rawValue)")."
        case .httpStatus(let status): "The server answered HTTP \(status) instead of opening a WebSocket."
        case .unauthorised(let sent): "The server answered HTTP 401: \(sent ? "it refuses the password" : "it wants a password")."
        case .redirect(let why): "The server redirects, but \(why)."
        case .subprotocol(let name): "The server chose the subprotocol '\(name)', which was not offered; ocpp1.6 was."
        case .protocolError(let words): "The server breaks the protocol: \(words)."
        case .tooBig(let limit): "The server sent a message longer than \(limit) bytes."
        case .notText: "The server sent a text message that is not UTF-8."
        case .pongMissed(let time): "No sign of life within \(time) after a ping: the connection is dead."
        case .closedByPeer(let code, let reason):
            "The server closed the connection with code \(code)\(reason.isEmpty ? "" : " ('\(reason)')")."
        case .connectionLost(let words): "The connection was lost\(words.isEmpty ? "" : " (\(words))")."
        case .closedByUs(let reason): "The charge point closed the connection\(reason.isEmpty ? "" : " (\(reason))")."
        case .notConnected: "There is no connection to the central system."
        case .sendBufferFull: "Too much waits to be sent: the server does not take it."
        }
    }

    /// What to do; empty where the link itself does it by trying again.
    var remedy: String {
        switch self {
        case .invalidURL(let remedy): remedy
        case .transportSecurityUnavailable: "Use ws:// with securityProfile 0 or 1."
        case .tls(let failure): failure.remedy
        case .nameResolution: "Check the spelling in centralSystem.url and the DNS server of this network."
        case .connectionRefused: "Check host and port in centralSystem.url, and that the central system runs."
        case .unreachable: "Check network cable, router and firewall."
        case .timedOut(.connect): "Check host and port, and that no firewall swallows the connection."
        case .timedOut(.handshake): "Check that the port belongs to an OCPP central system and not to another service."
        case .httpStatus(let status): LinkFailure.Kind.remedy(status: status)
        case .unauthorised(passwordSent: true):
            "Check that authorizationKey is the password the central system holds for this identity."
        case .unauthorised(passwordSent: false): "Set authorizationKey, and securityProfile 1 or, with wss://, 2."
        case .redirect: "Set centralSystem.url to the final address."
        case .subprotocol: "Set up the central system for OCPP 1.6J, or use its URL for that version."
        case .closedByPeer(1008, _): "It may still hold an older connection of this charge point, or refuse this identity."
        case .protocolError, .tooBig, .notText, .pongMissed, .closedByPeer, .connectionLost, .closedByUs, .notConnected,
            .sendBufferFull:
            ""
        }
    }

    private static func remedy(status: Int) -> String {
        switch status {
        case 400: "The identity does not have the form it wants, or it does not speak ocpp1.6."
        case 403: "Check that this identity may connect, and from this network."
        case 404: "It does not know this identity, or the path is wrong: compare the URL with what the central system shows."
        case 409: "It still holds an older connection of this charge point; it is tried again later."
        case 200..<300: "This is a web page, not an OCPP endpoint: check the path in centralSystem.url."
        case 426: "It wants another protocol version or TLS."
        case 500...: "The central system or a proxy before it has trouble; it is tried again."
        default: "Check the path in centralSystem.url."
        }
    }
}
