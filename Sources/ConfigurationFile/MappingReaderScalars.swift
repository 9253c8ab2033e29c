/// A key's value as the type it has; each throws at the value's own line. The `optional…` ones give `nil` for an absent key.
extension MappingReader {
    public mutating func string(_ key: String, length: ClosedRange<Int> = 1...4096) throws(ConfigurationError) -> String {
        try node(key).string(length: length)
    }

    public mutating func optionalString(
        _ key: String, length: ClosedRange<Int> = 1...4096
    ) throws(ConfigurationError) -> String? {
        try optionalNode(key)?.string(length: length)
    }

    public mutating func integer(_ key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        try node(key).integer(in: range)
    }

    public mutating func optionalInteger(_ key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        try optionalNode(key)?.integer(in: range)
    }

    public mutating func number(_ key: String, in range: ClosedRange<Double>) throws(ConfigurationError) -> Double {
        try node(key).number(in: range)
    }

    public mutating func optionalNumber(_ key: String, in range: ClosedRange<Double>) throws(ConfigurationError) -> Double? {
        try optionalNode(key)?.number(in: range)
    }

    public mutating func boolean(_ key: String) throws(ConfigurationError) -> Bool { try node(key).boolean() }

    public mutating func optionalBoolean(_ key: String) throws(ConfigurationError) -> Bool? { try optionalNode(key)?.boolean() }

    public mutating func enumeration<Value: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Value.Type = Value.self
    ) throws(ConfigurationError) -> Value where Value.RawValue == String {
        try node(key).enumeration(type)
    }

    public mutating func optionalEnumeration<Value: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Value.Type = Value.self
    ) throws(ConfigurationError) -> Value? where Value.RawValue == String {
        try optionalNode(key)?.enumeration(type)
    }

    /// `32 A` as 32, in the unit that is asked for.
    public mutating func quantity(
        _ key: String, unit: String, in range: ClosedRange<Double>
    ) throws(ConfigurationError) -> Double {
        try node(key).quantity(unit: unit, in: range)
    }

    public mutating func optionalQuantity(
        _ key: String, unit: String, in range: ClosedRange<Double>
    ) throws(ConfigurationError) -> Double? {
        try optionalNode(key)?.quantity(unit: unit, in: range)
    }

    /// `150 ms`, `2 s`, `5 min` or `1 h`.
    public mutating func duration(_ key: String, in range: ClosedRange<Duration>) throws(ConfigurationError) -> Duration {
        try node(key).duration(in: range)
    }

    public mutating func optionalDuration(
        _ key: String, in range: ClosedRange<Duration>
    ) throws(ConfigurationError) -> Duration? {
        try optionalNode(key)?.duration(in: range)
    }
}
