/// What the link needs to know to reach one central system.
public struct LinkConfiguration: Sendable, Equatable {
    /// Base URL from the configuration: `ws://host[:port]/path`, or with the placeholder `{id}` (OCPP-J 1.6 §3.1.1).
    public var url: String
    /// Identity of the charge point as written, not percent-encoded.
    public var identity: String
    /// Password for HTTP Basic authentication; `nil`: none is sent. The user name is the identity as written.
    public var password: BasicPassword?
    /// The same password read the other way (hexadecimal digits or text), tried once where the server answers 401.
    ///
    /// Central systems disagree on whether an AuthorizationKey of hexadecimal digits is compared as text or as the bytes it
    /// stands for. The form that was accepted is the one tried first from then on.
    public var alternativePassword: BasicPassword?
    public var transportSecurity: TransportSecurity
    /// How long to wait before the next attempt.
    public var reconnect: Reconnect
    /// Time between our pings (WebSocketPingInterval, OCPP 1.6 §9.1.34); `nil` or zero: no pings.
    public var pingInterval: Duration?
    /// Longest message accepted, in bytes, all its fragments together.
    public var maximumFrameSize: Int
    /// Which credentials these are, for whoever changes them: `LinkInfo` of a connection made with them has it too.
    public var credentials = 0

    public init(
        url: String, identity: String, password: BasicPassword? = nil, alternativePassword: BasicPassword? = nil,
        transportSecurity: TransportSecurity = .none, reconnect: Reconnect = Reconnect(), pingInterval: Duration? = .seconds(30),
        maximumFrameSize: Int = 4 * 1024 * 1024
    ) {
        self.url = url
        self.identity = identity
        self.password = password
        self.alternativePassword = alternativePassword
        self.transportSecurity = transportSecurity
        self.reconnect = reconnect
        self.pingInterval = pingInterval
        self.maximumFrameSize = maximumFrameSize
    }

    /// The URL that the charge point really connects to.
    public func finalURL() throws(LinkFailure) -> ConnectionURL { try ConnectionURL.finalURL(base: url, identity: identity) }
}

/// Waiting times between attempts to connect; attempts never end.
public struct Reconnect: Sendable, Equatable {
    /// Wait after the first failure; doubled after each further one. Less than 10 ms counts as 10 ms.
    public var minimum: Duration
    /// Longest wait, the random part included.
    public var maximum: Duration
    /// Upper end of the random part, so that not all charge points of a site return at the same instant.
    public var random: Duration
    /// Shortest wait once the server has said twice in a row that this charge point is already connected (close 1008, HTTP
    /// 409): it must first notice that the old connection is dead.
    public var afterDuplicate: Duration
    /// A connection that stood this long, or carried a message of the server, ends the doubling.
    public var stableAfter: Duration

    public init(
        minimum: Duration = .seconds(3), maximum: Duration = .seconds(300), random: Duration = .seconds(3),
        afterDuplicate: Duration = .seconds(60), stableAfter: Duration = .seconds(60)
    ) {
        self.minimum = minimum
        self.maximum = maximum
        self.random = random
        self.afterDuplicate = afterDuplicate
        self.stableAfter = stableAfter
    }
}

/// The password of HTTP Basic authentication, as bytes: it need not be text. Never printed.
public enum BasicPassword: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    case bytes([UInt8])

    /// The UTF-8 bytes of a text.
    public static func text(_ text: String) -> BasicPassword { .bytes(Array(text.utf8)) }

    public var description: String { "BasicPassword(hidden)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// Value of the `Authorization` header (RFC 7617).
    func authorization(user: String) -> String {
        switch self {
        case .bytes(let bytes): "Basic " + base64(Array(user.utf8) + [UInt8(ascii: ":")] + bytes)
        }
    }
}

/// What protects the connection.
public enum TransportSecurity: Sendable, Equatable {
    /// Plain TCP: `ws://` only.
    case none
    /// TLS for `wss://`; `ws://` stays plain.
    case tls(TLSContext)
}

/// Base64 with padding (RFC 4648 §4).
func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let padded = Array(group) + Array(repeating: 0, count: 3 - group.count)
        let bits = padded.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        for place in 0..<4 {
            let digit = Int(bits >> UInt32(18 - 6 * place)) & 0x3F
            text.append(place <= group.count ? alphabet[digit] : UInt8(ascii: "="))
        }
    }
    return String(decoding: text, as: UTF8.self)
}
