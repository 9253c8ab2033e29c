public import OCPP
public import Units

/// What people see of the charge point: the same for the API, the command line and the log. Unknown is nil, never a false 0.
public struct ChargePointView: Sendable, Equatable {
    public var clock: ClockView
    public var registration: RegistrationStatus?
    public var isLinkOpen: Bool
    public var connectors: [ConnectorView]
    /// Status of the charge point as a whole (connector 0).
    public var status: ChargePointStatus
    public var errorCode: ChargePointErrorCode
    /// Why no card is read; nil: the reader works, or there is none.
    public var readerFailure: String?
    /// Why nothing can be recorded; nil: the store works.
    public var storageFailure: String?
    public var queue: QueueCounts
    /// nil: the Local Authorization List is off.
    public var localList: LocalListSummary?
    public var reservations: [Reservation]
    /// The last update of the firmware; nil: none was ever asked for.
    public var firmware: FirmwareView?

    public init(
        clock: ClockView, registration: RegistrationStatus?, isLinkOpen: Bool, connectors: [ConnectorView],
        status: ChargePointStatus,
        errorCode: ChargePointErrorCode, readerFailure: String?, storageFailure: String?, queue: QueueCounts,
        localList: LocalListSummary? = nil, reservations: [Reservation] = [], firmware: FirmwareView? = nil
    ) {
        self.clock = clock
        self.registration = registration
        self.isLinkOpen = isLinkOpen
        self.connectors = connectors
        self.status = status
        self.errorCode = errorCode
        self.readerFailure = readerFailure
        self.storageFailure = storageFailure
        self.queue = queue
        self.localList = localList
        self.reservations = reservations
        self.firmware = firmware
    }
}

/// An update of the firmware, without what is secret of it.
public struct FirmwareView: Sendable, Equatable {
    public var stage: FirmwareUpdate.Stage
    /// The latest that was entered, told or not.
    public var status: FirmwareStatusEnumType?
    public var isSigned: Bool
    /// Not to be fetched before.
    public var retrieveAt: Timestamp
    /// Statuses that the Central System has not heard of yet.
    public var untold: Int

    public init(_ update: FirmwareUpdate) {
        stage = update.stage
        status = update.status
        isSigned = update.signed != nil
        retrieveAt = update.retrieveAt
        untold = update.untold.count
    }
}

/// Where the time comes from. The shell adds the offset to its own clock when it shows the time.
public struct ClockView: Sendable, Equatable {
    public var source: ClockSource
    /// What is added to the operating system's clock.
    public var offset: Duration

    public init(source: ClockSource, offset: Duration) {
        self.source = source
        self.offset = offset
    }
}

public enum ClockSource: String, Sendable, Equatable, Codable {
    /// A time service disciplines the operating system's clock.
    case system
    /// BootNotification or Heartbeat told it (OCPP 1.6 §4.2, §4.6).
    case centralSystem
    /// Nobody told it: the operating system's guess, not before the last record.
    case unset
}

public struct ConnectorView: Sendable, Equatable {
    public var id: ConnectorId
    public var status: ChargePointStatus
    public var errorCode: ChargePointErrorCode
    public var vendorErrorCode: String?
    public var info: String?
    public var availability: AvailabilityType
    public var isPlugged: Bool
    public var vehicleState: VehicleState
    public var contactor: ContactorState
    public var lock: LockState?
    public var offeredCurrent: Amperes?
    /// What sets the offered current, in words.
    public var limitedBy: String?
    /// The latest reading that is fresh enough to show.
    public var meter: MeterReading?
    public var transaction: TransactionView?

    public init(
        id: ConnectorId, status: ChargePointStatus, errorCode: ChargePointErrorCode, vendorErrorCode: String?, info: String?,
        availability: AvailabilityType, isPlugged: Bool, vehicleState: VehicleState, contactor: ContactorState, lock: LockState?,
        offeredCurrent: Amperes?, limitedBy: String?, meter: MeterReading?, transaction: TransactionView?
    ) {
        self.id = id
        self.status = status
        self.errorCode = errorCode
        self.vendorErrorCode = vendorErrorCode
        self.info = info
        self.availability = availability
        self.isPlugged = isPlugged
        self.vehicleState = vehicleState
        self.contactor = contactor
        self.lock = lock
        self.offeredCurrent = offeredCurrent
        self.limitedBy = limitedBy
        self.meter = meter
        self.transaction = transaction
    }
}

public struct TransactionView: Sendable, Equatable {
    public var session: SessionId
    public var transactionId: Int?
    public var idTag: IdToken
    public var startedAt: Timestamp
    public var meterStart: WattHours

    public init(session: SessionId, transactionId: Int?, idTag: IdToken, startedAt: Timestamp, meterStart: WattHours) {
        self.session = session
        self.transactionId = transactionId
        self.idTag = idTag
        self.startedAt = startedAt
        self.meterStart = meterStart
    }
}
