public import BoardSupport
public import ChargePointCore
public import LocalAPIModels
public import OCPP
public import Units

/// All that the local API may see and do of the charge point. The composition root gives it the running one, tests a made-up one.
public protocol ChargePointAccess: Sendable {
    func status() async -> StatusSource
    /// Each change of the status. A slow reader misses what lies between, never the latest: the stream keeps the newest one.
    func statusChanges() -> AsyncStream<StatusSource>
    /// Card, session and log events from now on; the stream's buffer is bounded.
    func notes() -> AsyncStream<LogNote>

    func request(_ request: OperatorRequest) async -> OperatorAnswer
    func lookUp(_ idTag: IdToken) async -> CardLookup
    /// What would happen if this card were presented now, and why.
    func explain(_ idTag: IdToken) async -> CardExplanation

    func sessions(_ query: SessionQuery) async throws(RecordStoreError) -> SessionPage
    func queueEntries(limit: Int) async throws(RecordStoreError) -> [QueueEntry]
    func queueCounts() async -> QueueCounts
    func cards(limit: Int, after place: CardPlace?) async throws(RecordStoreError) -> [CardEntry]
    func configuration() async -> [KeyValue]
    /// The oldest first.
    func securityLog(from: Timestamp?, to: Timestamp?) async throws(RecordStoreError) -> [SecurityLogEntry]

    /// Drops the connection to the central system and stays away; returns once it is down. Refused when there is none (standalone).
    func disconnectLink() async throws(Refusal)
    /// Connects again and keeps trying. Refused when there is no central system (standalone).
    func connectLink() async throws(Refusal)

    /// Returns when everything that the board has said so far has been handled.
    func settle() async
    /// Present on the simulated board alone.
    var simulator: (any BoardSimulator)? { get }
    /// The process dies as if the supply had failed; only called on a simulated board.
    func losePower()

    /// Measurements beside those that the status gives; may be empty.
    func metricsCounters() async -> [MetricSample]
}

extension ChargePointAccess {
    public func metricsCounters() async -> [MetricSample] { [] }
}

/// Everything that `GET /v1/status` tells.
public struct StatusSource: Sendable, Equatable {
    public var identity: ChargePointIdentity
    public var view: ChargePointView
    /// The charge point's own time.
    public var now: Timestamp
    /// nil: standalone.
    public var centralSystem: LinkView?
    /// What is known of each connector's contactor.
    public var contactors: [ConnectorId: ContactorLife]

    public init(
        identity: ChargePointIdentity, view: ChargePointView, now: Timestamp, centralSystem: LinkView?,
        contactors: [ConnectorId: ContactorLife] = [:]
    ) {
        self.identity = identity
        self.view = view
        self.now = now
        self.centralSystem = centralSystem
        self.contactors = contactors
    }
}

/// How often a contactor has closed in its life.
public struct ContactorLife: Sendable, Equatable {
    public var closings: Int
    /// What its maker says it lasts; nil: the board file does not say.
    public var rated: Int?

    public init(closings: Int, rated: Int?) {
        self.closings = closings
        self.rated = rated
    }
}

/// Who the charge point is (OCPP 1.6 §6.3).
public struct ChargePointIdentity: Sendable, Equatable {
    /// Identity at the central system.
    public var id: String
    public var vendor: String
    public var model: String
    public var serialNumber: String?
    public var firmwareVersion: String

    public init(id: String, vendor: String, model: String, serialNumber: String?, firmwareVersion: String) {
        self.id = id
        self.vendor = vendor
        self.model = model
        self.serialNumber = serialNumber
        self.firmwareVersion = firmwareVersion
    }
}

/// The connection to the central system.
public struct LinkView: Sendable, Equatable {
    /// With the charge point's identity, without any password.
    public var url: String
    public var isConnected: Bool
    /// Why the last connection failed or ended.
    public var lastError: String?
    /// nil without TLS.
    public var tls: TLSReport?

    public init(url: String, isConnected: Bool, lastError: String?, tls: TLSReport? = nil) {
        self.url = url
        self.isConnected = isConnected
        self.lastError = lastError
        self.tls = tls
    }
}

/// Something that happened, for those who watch `GET /v1/events`.
public struct LogNote: Sendable, Equatable {
    public var event: Event
    public var fields: [String: JSONValue]

    /// The event's name in the stream.
    public enum Event: String, Sendable, Equatable { case session, card, log }

    public init(_ event: Event, _ fields: [String: JSONValue]) {
        self.event = event
        self.fields = fields
    }
}
