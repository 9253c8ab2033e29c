public import Units

/// Tells the charge point to fetch and install firmware (OCPP 1.6 §5.19, §6.55).
public struct UpdateFirmware: FromCentralSystem {
    public static let action = Action.updateFirmware

    /// URI to fetch from.
    public var location: String
    /// Attempts after the first; absent leaves the choice to the charge point.
    public var retries: Int?
    /// Not to be fetched before.
    public var retrieveDate: Timestamp
    /// Seconds between attempts.
    public var retryInterval: Int?

    public init(location: String, retries: Int? = nil, retrieveDate: Timestamp, retryInterval: Int? = nil) {
        self.location = location
        self.retries = retries
        self.retrieveDate = retrieveDate
        self.retryInterval = retryInterval
    }

    /// No fields (OCPP 1.6 §6.56).
    public struct Confirmation: Codable, Sendable, Equatable {
        public init() {}
    }
}
