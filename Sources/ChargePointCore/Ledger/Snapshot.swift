public import OCPP
public import Units

/// What the core needs of the store at start: bounded, whatever the queue and the lists hold.
public struct Snapshot: Sendable, Equatable {
    /// This start's number; the store counts it up with every `begin`.
    public var boot: Int
    public var wasEverAccepted: Bool
    /// Configuration values that differ from their defaults, by key.
    public var configuration: [String: String]
    /// What the configuration file said when it was last read, by key.
    public var fileValues: [String: String]
    public var availability: [ConnectorId: AvailabilityType]
    public var openTransactions: [OpenTransaction]
    /// By chargingProfileId.
    public var chargingProfiles: [InstalledProfile]
    public var queue: QueueCounts
    /// The last firmware update that was asked for.
    public var firmwareUpdate: FirmwareUpdate?
    /// The latest time that any record carries: the clock cannot be before it.
    public var lastRecordedTime: Timestamp?
    /// Whether times wait to be put right until the clock is known.
    public var hasUncorrectedTimes: Bool
    public var localList: LocalListSummary
    public var reservations: [Reservation]
    /// Credentials that worked, while others have to prove themselves.
    public var fallbackCredentials: LinkCredentials?
    /// The installed certificate that the charge point uses; nil: the configuration file's.
    public var clientCertificate: Fingerprint?
    /// The latest line's number in the security log; 0: there is none.
    public var lastSecurityEvent: Int64
    /// The oldest first.
    public var waitingSecurityEvents: [SecurityLogEntry]

    public init(
        boot: Int = 1, wasEverAccepted: Bool = false, configuration: [String: String] = [:], fileValues: [String: String] = [:],
        availability: [ConnectorId: AvailabilityType] = [:], openTransactions: [OpenTransaction] = [],
        chargingProfiles: [InstalledProfile] = [],
        queue: QueueCounts = QueueCounts(),
        firmwareUpdate: FirmwareUpdate? = nil,
        lastRecordedTime: Timestamp? = nil, hasUncorrectedTimes: Bool = false, localList: LocalListSummary = LocalListSummary(),
        reservations: [Reservation] = [], fallbackCredentials: LinkCredentials? = nil,
        clientCertificate: Fingerprint? = nil, lastSecurityEvent: Int64 = 0, waitingSecurityEvents: [SecurityLogEntry] = []
    ) {
        self.boot = boot
        self.wasEverAccepted = wasEverAccepted
        self.configuration = configuration
        self.fileValues = fileValues
        self.availability = availability
        self.openTransactions = openTransactions
        self.chargingProfiles = chargingProfiles
        self.queue = queue
        self.firmwareUpdate = firmwareUpdate
        self.lastRecordedTime = lastRecordedTime
        self.hasUncorrectedTimes = hasUncorrectedTimes
        self.localList = localList
        self.reservations = reservations
        self.fallbackCredentials = fallbackCredentials
        self.clientCertificate = clientCertificate
        self.lastSecurityEvent = lastSecurityEvent
        self.waitingSecurityEvents = waitingSecurityEvents
    }
}

/// A session that was open when the process ended.
public struct OpenTransaction: Sendable, Equatable {
    public var start: TransactionStart
    public var transactionId: Int?
    public var isDeauthorised: Bool
    /// The last register known to be true; at least meterStart.
    public var lastRegister: WattHours
    /// When the charge point was last known to be alive in this session; at least the start.
    public var lastAlive: RecordedTime

    public init(
        start: TransactionStart, transactionId: Int?, isDeauthorised: Bool = false, lastRegister: WattHours, lastAlive: RecordedTime
    ) {
        self.start = start
        self.transactionId = transactionId
        self.isDeauthorised = isDeauthorised
        self.lastRegister = lastRegister
        self.lastAlive = lastAlive
    }
}

/// How much waits for the Central System.
public struct QueueCounts: Sendable, Equatable {
    public var queued: Int
    public var parked: Int

    public init(queued: Int = 0, parked: Int = 0) {
        self.queued = queued
        self.parked = parked
    }
}

/// What the lists on disk say of an identifier, looked up by the shell before the core decides.
public struct CardLookup: Sendable, Equatable {
    /// The charge point's own list.
    public var own: OwnCard?
    /// The Local Authorization List (OCPP 1.6 §3.5.2).
    public var localList: IdTagInfo?
    /// The Authorization Cache (OCPP 1.6 §3.5.1).
    public var cache: IdTagInfo?
    /// For a differential SendLocalList alone, which is about many identifiers; nil: nothing was looked up, or could be.
    public var overlap: LocalListOverlap?

    public init(own: OwnCard? = nil, localList: IdTagInfo? = nil, cache: IdTagInfo? = nil, overlap: LocalListOverlap? = nil) {
        self.own = own
        self.localList = localList
        self.cache = cache
        self.overlap = overlap
    }
}
