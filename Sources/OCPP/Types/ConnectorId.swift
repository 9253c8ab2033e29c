/// Numbers a connector from 1; 0 is the charge point as a whole (OCPP 1.6 §2.2).
public struct ConnectorId: Sendable, Hashable, Comparable, Codable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// The charge point as a whole, or its main meter.
    public static let chargePoint: ConnectorId = 0

    public let value: Int

    /// For numbers known to be right; what comes from outside goes through `init(exactly:)`.
    public init(_ value: Int) {
        precondition(value >= 0, "a connector's number is never negative")
        self.value = value
    }

    /// `nil` when the number is negative.
    public init?(exactly value: Int) {
        guard value >= 0 else { return nil }
        self.value = value
    }

    public init(integerLiteral value: Int) { self.init(value) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let number = try container.decode(Int.self)
        guard let id = ConnectorId(exactly: number) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "0 or more is expected, found \(number)")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }

    public var description: String { "\(value)" }

    public static func < (left: ConnectorId, right: ConnectorId) -> Bool { left.value < right.value }
}
