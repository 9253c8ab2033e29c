public import Units

/// One connector in `GET /v1/status`.
public struct ConnectorReport: Codable, Sendable, Equatable {
    public var id: Int
    /// ChargePointStatus (OCPP 1.6 §7.7).
    public var status: String
    /// ChargePointErrorCode (OCPP 1.6 §7.6).
    public var errorCode: String
    @Nullable public var vendorErrorCode: String?
    @Nullable public var info: String?
    /// Operative or Inoperative.
    public var availability: String
    public var cablePlugged: Bool
    /// The control pilot's state, A to F (IEC 61851-1).
    public var vehicleState: String
    /// open, closed, welded or stuckOpen.
    public var contactor: String
    /// unlocked, locked or stuck; null: the connector has no lock.
    @Nullable public var lock: String?
    /// Amperes per phase; null: nothing is offered.
    @Nullable public var offeredCurrentA: Double?
    /// What sets the offered current.
    @Nullable public var limitedBy: String?
    /// null: no fresh reading.
    @Nullable public var meter: MeterReport?
    @Nullable public var transaction: TransactionReport?
    /// How often the contactor has closed in its life; null: nobody counts.
    @Nullable public var contactorClosings: Int?
    /// How often it may; null: the board file does not say.
    @Nullable public var contactorRatedClosings: Int?

    public init(
        id: Int, status: String, errorCode: String, vendorErrorCode: String?, info: String?, availability: String,
        cablePlugged: Bool,
        vehicleState: String, contactor: String, lock: String?, offeredCurrentA: Double?, limitedBy: String?, meter: MeterReport?,
        transaction: TransactionReport?, contactorClosings: Int? = nil, contactorRatedClosings: Int? = nil
    ) {
        self.id = id
        self.status = status
        self.errorCode = errorCode
        self.vendorErrorCode = vendorErrorCode
        self.info = info
        self.availability = availability
        self.cablePlugged = cablePlugged
        self.vehicleState = vehicleState
        self.contactor = contactor
        self.lock = lock
        self.offeredCurrentA = offeredCurrentA
        self.limitedBy = limitedBy
        self.meter = meter
        self.transaction = transaction
        self.contactorClosings = contactorClosings
        self.contactorRatedClosings = contactorRatedClosings
    }
}

/// What the meter says; what it does not measure is null.
public struct MeterReport: Codable, Sendable, Equatable {
    /// Lifetime import register.
    public var energyWh: WattHours
    /// Active power of all phases.
    @Nullable public var powerW: Double?
    /// L1 first.
    @Nullable public var currentA: [Double]?
    /// Line to neutral, L1 first.
    @Nullable public var voltageV: [Double]?

    public init(energyWh: WattHours, powerW: Double?, currentA: [Double]?, voltageV: [Double]?) {
        self.energyWh = energyWh
        self.powerW = powerW
        self.currentA = currentA
        self.voltageV = voltageV
    }
}

public struct TransactionReport: Codable, Sendable, Equatable {
    /// The session's UUID.
    public var id: String
    /// The central system's number; null until it has answered.
    @Nullable public var transactionId: Int?
    public var idTag: String
    public var startedAt: Timestamp
    public var meterStartWh: WattHours

    public init(id: String, transactionId: Int?, idTag: String, startedAt: Timestamp, meterStartWh: WattHours) {
        self.id = id
        self.transactionId = transactionId
        self.idTag = idTag
        self.startedAt = startedAt
        self.meterStartWh = meterStartWh
    }
}
