public import Units

/// Reports a security event (OCPP 1.6 security whitepaper §5.15).
public struct SecurityEventNotification: FromChargePoint {
    public static let action = Action.securityEventNotification

    /// One of the whitepaper's list of events, or the vendor's own.
    public var type: LimitedString<50>
    public var timestamp: Timestamp
    public var techInfo: LimitedString<255>?

    public init(type: LimitedString<50>, timestamp: Timestamp, techInfo: LimitedString<255>? = nil) {
        self.type = type
        self.timestamp = timestamp
        self.techInfo = techInfo
    }

    /// No fields (OCPP 1.6 security whitepaper §5.16).
    public struct Confirmation: Codable, Sendable, Equatable {
        public init() {}
    }
}
