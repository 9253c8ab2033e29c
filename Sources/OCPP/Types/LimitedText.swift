/// Text of bounded length: a longer one can be neither built nor decoded, so nothing that we send is ever too long.
public protocol LimitedText: Sendable, Hashable, Codable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// In unicode scalars, as JSON schema counts.
    static var maximumLength: Int { get }
    var text: String { get }
    /// The beginning of a text that may be too long.
    init(truncating text: String)
}

extension LimitedText {
    /// `nil` when the text is longer than allowed.
    public init?(_ text: String) {
        guard Self.fits(text) else { return nil }
        self.init(truncating: text)
    }

    /// A literal that is too long is cut.
    public init(stringLiteral text: String) { self.init(truncating: text) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard Self.fits(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "at most \(Self.maximumLength) characters are allowed, found \(text.unicodeScalars.count)")
        }
        self.init(truncating: text)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    public var description: String { text }

    static func fits(_ text: String) -> Bool {
        // A scalar takes at least one byte, so most texts need no counting.
        text.utf8.count <= maximumLength || text.unicodeScalars.count <= maximumLength
    }

    static func cut(_ text: String) -> String {
        fits(text) ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(maximumLength)))
    }
}

/// Text without regard to case (OCPP 1.6 §7.15 to §7.19): `"04a2"` equals `"04A2"`. It is sent as it was written.
public struct CiString<let limit: Int>: LimitedText {
    public static var maximumLength: Int { limit }
    public let text: String

    public init(truncating text: String) { self.text = Self.cut(text) }

    public static func == (left: Self, right: Self) -> Bool {
        left.text == right.text || left.text.lowercased() == right.text.lowercased()
    }
    public func hash(into hasher: inout Hasher) { hasher.combine(text.lowercased()) }
}

extension CiString {
    /// What of an identifier may stand in a log: its last four characters, and nothing of one that has no more.
    public var masked: String { text.count > 4 ? "…" + text.suffix(4) : "…" }
}

/// Text in which case counts, such as a certificate or a URL (`string[0..n]` in the security whitepaper).
public struct LimitedString<let limit: Int>: LimitedText {
    public static var maximumLength: Int { limit }
    public let text: String

    public init(truncating text: String) { self.text = Self.cut(text) }
}

/// Identifies who charges: a card, an app's user, a parent group (OCPP 1.6 §7.28).
public typealias IdToken = CiString<20>
