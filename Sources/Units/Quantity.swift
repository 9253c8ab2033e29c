/// A physical quantity: a number that cannot be mixed up with another unit's.
///
/// Values are `Double`s; conversion happens once, at the edge, in the initialiser or by reading `value`.
public protocol Quantity: Sendable, Hashable, Comparable, Codable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
    CustomStringConvertible
{
    /// The number in the unit that the type is named after.
    var value: Double { get set }
    init(_ value: Double)
    /// The unit's symbol as printed behind the number.
    static var symbol: String { get }
}

extension Quantity {
    public init(floatLiteral value: Double) { self.init(value) }
    public init(integerLiteral value: Int) { self.init(Double(value)) }
    public init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode(Double.self)) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }

    public var description: String { "\(value) \(Self.symbol)" }

    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
    public static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }
    public static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }
    public static func * (left: Self, right: Double) -> Self { Self(left.value * right) }
}

/// Electric current, RMS, per phase.
public struct Amperes: Quantity {
    public var value: Double
    public init(_ value: Double) { self.value = value }
    public static let symbol = "A"
}

/// Voltage, RMS, line to neutral.
public struct Volts: Quantity {
    public var value: Double
    public init(_ value: Double) { self.value = value }
    public static let symbol = "V"
}

/// Active power, all phases together unless said otherwise.
public struct Watts: Quantity {
    public var value: Double
    public init(_ value: Double) { self.value = value }
    public static let symbol = "W"
}

/// Reactive power.
public struct VoltAmperesReactive: Quantity {
    public var value: Double
    public init(_ value: Double) { self.value = value }
    public static let symbol = "var"
}

/// Temperature.
public struct Celsius: Quantity {
    public var value: Double
    public init(_ value: Double) { self.value = value }
    public static let symbol = "°C"
}

/// Frequency.
public struct Hertz: Quantity {
    public var value: Double
    public init(_ value: Double) { self.value = value }
    public static let symbol = "Hz"
}
