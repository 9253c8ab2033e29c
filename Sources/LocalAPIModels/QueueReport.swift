public import Units

/// What `GET /v1/queue` says.
public struct QueueReport: Codable, Sendable, Equatable {
    public var queued: Int
    public var parked: Int
    /// Oldest first; bounded by `limit`, so there may be fewer than the counts say.
    public var messages: [QueuedMessageReport]

    public init(queued: Int, parked: Int, messages: [QueuedMessageReport]) {
        self.queued = queued
        self.parked = parked
        self.messages = messages
    }
}

/// One message that waits for the central system, or was set aside.
public struct QueuedMessageReport: Codable, Sendable, Equatable {
    public var id: Int64
    public var sessionId: String
    /// StartTransaction, MeterValues or StopTransaction.
    public var action: String
    /// queued or parked.
    public var state: String
    public var attempts: Int
    @Nullable public var lastError: String?
    public var createdAt: Timestamp

    public init(
        id: Int64, sessionId: String, action: String, state: String, attempts: Int, lastError: String?, createdAt: Timestamp
    ) {
        self.id = id
        self.sessionId = sessionId
        self.action = action
        self.state = state
        self.attempts = attempts
        self.lastError = lastError
        self.createdAt = createdAt
    }
}

extension QueuedMessageReport {
    public static let csvHeader = CSV.line(["id", "sessionId", "action", "state", "attempts", "lastError", "createdAt"])

    public var csvLine: String {
        CSV.line([String(id), sessionId, action, state, String(attempts), lastError ?? "", createdAt.description])
    }
}
