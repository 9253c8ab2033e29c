/// Names a CALL, so that its answer can be told (OCPP-J 1.6 §4.1.4).
///
/// Ours have at most 36 characters (a UUID); whatever length the other side chooses is accepted and echoed.
public struct MessageId: Sendable, Hashable, Codable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// What the specification allows a sender.
    public static let maximumLength = 36

    public var text: String

    public init(_ text: String) { self.text = text }
    public init(stringLiteral text: String) { self.text = text }
    public init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    public var description: String { text }
}
