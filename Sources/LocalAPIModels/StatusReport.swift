public import Units

/// What `GET /v1/status` says. Enumerations are OCPP's own spellings; what is not known is null, never a false 0.
public struct StatusReport: Codable, Sendable, Equatable {
    public var chargePoint: ChargePointReport
    public var clock: ClockReport
    /// null: standalone, no central system is configured.
    @Nullable public var centralSystem: CentralSystemReport?
    /// In the order of their numbers.
    public var connectors: [ConnectorReport]
    public var reader: ReaderReport
    public var ledger: LedgerReport
    /// null: the Local Authorization List is off.
    @Nullable public var localList: LocalListReport?
    public var reservations: [ReservationReport]
    /// The last update of the firmware; null: none was ever asked for.
    @Nullable public var firmwareUpdate: FirmwareUpdateReport?

    public init(
        chargePoint: ChargePointReport, clock: ClockReport, centralSystem: CentralSystemReport?, connectors: [ConnectorReport],
        reader: ReaderReport, ledger: LedgerReport, localList: LocalListReport? = nil, reservations: [ReservationReport] = [],
        firmwareUpdate: FirmwareUpdateReport? = nil
    ) {
        self.chargePoint = chargePoint
        self.clock = clock
        self.centralSystem = centralSystem
        self.connectors = connectors
        self.reader = reader
        self.ledger = ledger
        self.localList = localList
        self.reservations = reservations
        self.firmwareUpdate = firmwareUpdate
    }
}

public struct ChargePointReport: Codable, Sendable, Equatable {
    /// Identity at the central system.
    public var id: String
    public var vendor: String
    public var model: String
    @Nullable public var serialNumber: String?
    public var firmwareVersion: String
    /// Status of the charge point as a whole: connector 0 (OCPP 1.6 §4.9).
    public var status: String
    public var errorCode: String

    public init(
        id: String, vendor: String, model: String, serialNumber: String?, firmwareVersion: String, status: String, errorCode: String
    ) {
        self.id = id
        self.vendor = vendor
        self.model = model
        self.serialNumber = serialNumber
        self.firmwareVersion = firmwareVersion
        self.status = status
        self.errorCode = errorCode
    }
}

public struct ClockReport: Codable, Sendable, Equatable {
    /// The charge point's time.
    public var time: Timestamp
    /// system, centralSystem or unset.
    public var source: String
    /// What the charge point adds to the operating system's clock, seconds.
    public var offsetSeconds: Double

    public init(time: Timestamp, source: String, offsetSeconds: Double) {
        self.time = time
        self.source = source
        self.offsetSeconds = offsetSeconds
    }
}

public struct CentralSystemReport: Codable, Sendable, Equatable {
    /// With the charge point's identity in it.
    public var url: String
    public var connected: Bool
    /// Answer to BootNotification (OCPP 1.6 §4.2); null before the first.
    @Nullable public var registration: String?
    /// Why the last connection failed or ended; null: it did not.
    @Nullable public var lastError: String?
    /// null: no TLS, or no connection with it yet.
    @Nullable public var tls: TLSReport?

    public init(url: String, connected: Bool, registration: String?, lastError: String?, tls: TLSReport? = nil) {
        self.url = url
        self.connected = connected
        self.registration = registration
        self.lastError = lastError
        self.tls = tls
    }
}

public struct ReaderReport: Codable, Sendable, Equatable {
    /// Why no card is read; null: the reader works, or there is none.
    @Nullable public var failure: String?

    public init(failure: String?) { self.failure = failure }
}

public struct LedgerReport: Codable, Sendable, Equatable {
    /// Messages that wait for the central system.
    public var queued: Int
    /// Messages set aside after their last attempt.
    public var parked: Int
    /// Why nothing can be recorded; null: the store works.
    @Nullable public var storageFailure: String?

    public init(queued: Int, parked: Int, storageFailure: String?) {
        self.queued = queued
        self.parked = parked
        self.storageFailure = storageFailure
    }
}
