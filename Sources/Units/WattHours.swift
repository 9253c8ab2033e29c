/// Energy as a register counts it: whole watt-hours, what OCPP's meterStart and meterStop carry (OCPP 1.6 §6.45, §6.49).
public struct WattHours: Sendable, Hashable, Comparable, Codable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    public var value: Int

    public init(_ value: Int) { self.value = value }
    public init(integerLiteral value: Int) { self.value = value }
    public init(from decoder: any Decoder) throws { value = try decoder.singleValueContainer().decode(Int.self) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }

    public var description: String { "\(value) Wh" }

    public static func < (left: WattHours, right: WattHours) -> Bool { left.value < right.value }
    public static func + (left: WattHours, right: WattHours) -> WattHours { WattHours(left.value + right.value) }
    public static func - (left: WattHours, right: WattHours) -> WattHours { WattHours(left.value - right.value) }
}
