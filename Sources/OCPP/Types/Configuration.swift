/// A configuration key and its value (OCPP 1.6 §7.29).
public struct KeyValue: Codable, Sendable, Equatable {
    public var key: CiString<50>
    /// ChangeConfiguration is Rejected.
    public var readonly: Bool
    /// Absent when the key is known but has no value.
    public var value: CiString<500>?

    public init(key: CiString<50>, readonly: Bool, value: CiString<500>? = nil) {
        self.key = key
        self.readonly = readonly
        self.value = value
    }
}

/// Answer to ChangeConfiguration (OCPP 1.6 §7.22).
public enum ConfigurationStatus: String, Enumeration {
    case accepted = "Accepted"
    /// The value, or changing it, is not allowed.
    case rejected = "Rejected"
    case rebootRequired = "RebootRequired"
    /// The key is not known.
    case notSupported = "NotSupported"
}
