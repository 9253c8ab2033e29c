public import Units

/// What `GET /v1/security-log` says.
public struct SecurityLogReport: Codable, Sendable, Equatable {
    /// The oldest first.
    public var events: [SecurityEventReport]

    public init(events: [SecurityEventReport]) { self.events = events }
}

/// One security event, under the security whitepaper's name for it.
public struct SecurityEventReport: Codable, Sendable, Equatable {
    public var number: Int64
    public var time: Timestamp
    public var event: String
    public var critical: Bool
    /// The central system has still to be told.
    public var waiting: Bool
    @Nullable public var info: String?

    public init(number: Int64, time: Timestamp, event: String, critical: Bool, waiting: Bool, info: String?) {
        self.number = number
        self.time = time
        self.event = event
        self.critical = critical
        self.waiting = waiting
        self.info = info
    }
}
