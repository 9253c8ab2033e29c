public import OCPP
public import Units

/// Where records survive. One writer; synchronous, so that the simulation can cut the power between any two steps.
///
/// The daemon runs it on a thread of its own.
public protocol RecordStore: AnyObject {
    /// Counts the boot and reads what the core needs. Called once, first.
    func begin() throws(RecordStoreError) -> Snapshot
    /// All records or none; durable on return.
    func commit(_ records: [Record]) throws(RecordStoreError)
    /// The oldest message that waits, nil when none does.
    func queueHead() throws(RecordStoreError) -> QueuedMessage?
    func queueCounts() throws(RecordStoreError) -> QueueCounts
    func lookUp(_ idTag: IdToken) throws(RecordStoreError) -> CardLookup
    /// What a differential update would meet in the Local Authorization List.
    func localListOverlap(_ entries: [AuthorizationData]) throws(RecordStoreError) -> LocalListOverlap

    func sessions(_ query: SessionQuery) throws(RecordStoreError) -> SessionPage
    /// Waiting and parked messages, oldest first.
    func queueEntries(limit: Int) throws(RecordStoreError) -> [QueueEntry]
    /// Own cards, then local list, then cache; each by idTag. `after`: from the one that follows this place.
    func cards(limit: Int, after: CardPlace?) throws(RecordStoreError) -> [CardEntry]
    /// Lines of the security log in a window of time, the oldest first.
    func securityLog(from: Timestamp?, to: Timestamp?) throws(RecordStoreError) -> [SecurityLogEntry]
}

extension RecordStore {
    public func cards(limit: Int) throws(RecordStoreError) -> [CardEntry] { try cards(limit: limit, after: nil) }
}

/// Why the store did not do it.
public struct RecordStoreError: Error, Sendable, Equatable, CustomStringConvertible {
    public var kind: Kind
    /// What failed, on which file, and what to do.
    public var description: String

    public enum Kind: Sendable, Equatable {
        /// The disk or the quota is full.
        case full
        case readOnly
        /// The file is not what it should be.
        case damaged
        /// Anything else that the disk or the system reports.
        case failed
    }

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

/// Which sessions to show: newest first.
public struct SessionQuery: Sendable, Equatable {
    public var from: Timestamp?
    public var to: Timestamp?
    /// 1…1000.
    public var limit: Int
    /// What the page before gave as `next`.
    public var cursor: Int64?

    public init(from: Timestamp? = nil, to: Timestamp? = nil, limit: Int = 100, cursor: Int64? = nil) {
        self.from = from
        self.to = to
        self.limit = limit
        self.cursor = cursor
    }
}

public struct SessionPage: Sendable, Equatable {
    public var sessions: [SessionEntry]
    public var next: Int64?

    public init(sessions: [SessionEntry], next: Int64?) {
        self.sessions = sessions
        self.next = next
    }
}

/// One charging session as the ledger tells it.
public struct SessionEntry: Sendable, Equatable {
    public var session: SessionId
    public var connectorId: ConnectorId
    public var idTag: IdToken
    public var startedAt: Timestamp
    public var stoppedAt: Timestamp?
    public var meterStart: WattHours
    public var meterStop: WattHours?
    public var reason: Reason?
    public var transactionId: Int?
    public var delivery: Delivery
    public var flags: Set<SessionFlag>

    public enum Delivery: String, Sendable, Equatable, Codable {
        /// Every message of the session has been answered.
        case delivered
        /// At least one message waits; or the session is still open.
        case queued
        /// At least one message is parked.
        case parked
        /// There was no Central System to tell.
        case standalone
    }

    public init(
        session: SessionId, connectorId: ConnectorId, idTag: IdToken, startedAt: Timestamp, stoppedAt: Timestamp?,
        meterStart: WattHours,
        meterStop: WattHours?, reason: Reason?, transactionId: Int?, delivery: Delivery, flags: Set<SessionFlag>
    ) {
        self.session = session
        self.connectorId = connectorId
        self.idTag = idTag
        self.startedAt = startedAt
        self.stoppedAt = stoppedAt
        self.meterStart = meterStart
        self.meterStop = meterStop
        self.reason = reason
        self.transactionId = transactionId
        self.delivery = delivery
        self.flags = flags
    }
}

/// One message in the queue or beside it, for people to look at.
public struct QueueEntry: Sendable, Equatable {
    public var id: QueuedMessage.ID
    public var session: SessionId
    public var action: Action
    public var isParked: Bool
    public var attempts: Int
    public var lastError: String?
    public var createdAt: Timestamp

    public init(
        id: QueuedMessage.ID, session: SessionId, action: Action, isParked: Bool, attempts: Int, lastError: String?,
        createdAt: Timestamp
    ) {
        self.id = id
        self.session = session
        self.action = action
        self.isParked = isParked
        self.attempts = attempts
        self.lastError = lastError
        self.createdAt = createdAt
    }
}

/// One identifier that the charge point knows, and from where.
public struct CardEntry: Sendable, Equatable {
    public var idTag: IdToken
    public var status: AuthorizationStatus
    public var expiryDate: Timestamp?
    public var parentIdTag: IdToken?
    public var name: String?
    public var source: Source

    public enum Source: String, Sendable, Equatable, Codable, CaseIterable { case own, localList, cache }

    public var place: CardPlace { CardPlace(source: source, idTag: idTag) }

    public init(
        idTag: IdToken, status: AuthorizationStatus, expiryDate: Timestamp?, parentIdTag: IdToken?, name: String?, source: Source
    ) {
        self.idTag = idTag
        self.status = status
        self.expiryDate = expiryDate
        self.parentIdTag = parentIdTag
        self.name = name
        self.source = source
    }
}

/// Where a page of cards ends: written `localList:04A2B3C4`.
public struct CardPlace: Sendable, Equatable, CustomStringConvertible {
    public var source: CardEntry.Source
    public var idTag: IdToken

    public init(source: CardEntry.Source, idTag: IdToken) {
        self.source = source
        self.idTag = idTag
    }

    /// nil: the text is no place.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let source = CardEntry.Source(rawValue: String(parts[0])), let idTag = IdToken(String(parts[1]))
        else { return nil }
        self.init(source: source, idTag: idTag)
    }

    public var description: String { "\(source.rawValue):\(idTag.text)" }
}
