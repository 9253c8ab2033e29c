public import Units

/// What `GET /v1/sessions` says: newest first.
public struct SessionPageReport: Codable, Sendable, Equatable {
    public var sessions: [SessionReport]
    /// The next page's `cursor`; null: this is the last.
    @Nullable public var next: Int64?

    public init(sessions: [SessionReport], next: Int64?) {
        self.sessions = sessions
        self.next = next
    }
}

/// One charging session.
public struct SessionReport: Codable, Sendable, Equatable {
    /// The session's UUID.
    public var id: String
    public var connectorId: Int
    public var idTag: String
    public var startedAt: Timestamp
    @Nullable public var stoppedAt: Timestamp?
    public var meterStartWh: WattHours
    @Nullable public var meterStopWh: WattHours?
    /// meterStopWh − meterStartWh; null while the session is open.
    @Nullable public var energyWh: WattHours?
    /// Reason (OCPP 1.6 §7.36).
    @Nullable public var stopReason: String?
    @Nullable public var transactionId: Int?
    /// delivered, queued, parked or standalone.
    public var delivery: String
    public var flags: [String]

    public init(
        id: String, connectorId: Int, idTag: String, startedAt: Timestamp, stoppedAt: Timestamp?, meterStartWh: WattHours,
        meterStopWh: WattHours?, stopReason: String?, transactionId: Int?, delivery: String, flags: [String]
    ) {
        self.id = id
        self.connectorId = connectorId
        self.idTag = idTag
        self.startedAt = startedAt
        self.stoppedAt = stoppedAt
        self.meterStartWh = meterStartWh
        self.meterStopWh = meterStopWh
        energyWh = meterStopWh.map { $0 - meterStartWh }
        self.stopReason = stopReason
        self.transactionId = transactionId
        self.delivery = delivery
        self.flags = flags
    }
}

extension SessionReport {
    public static let csvHeader = CSV.line([
        "id", "connectorId", "idTag", "startedAt", "stoppedAt", "meterStartWh", "meterStopWh", "energyWh", "stopReason",
        "transactionId",
        "delivery", "flags",
    ])

    /// One line with its line end; what is null is empty.
    public var csvLine: String {
        CSV.line([
            id, String(connectorId), idTag, startedAt.description, stoppedAt?.description ?? "", String(meterStartWh.value),
            meterStopWh.map { String($0.value) } ?? "", energyWh.map { String($0.value) } ?? "", stopReason ?? "",
            transactionId.map { String($0) } ?? "", delivery, flags.joined(separator: " "),
        ])
    }
}
