public import ChargePointCore
public import OCPP
public import Units

/// Records in plain values, for tests and the simulation: what `SQLiteRecordStore` does, without a disk.
///
/// `state` is a value: copied before a commit and put back after it, it is a power cut.
public final class MemoryRecordStore: RecordStore {
    public var state: State
    private let limits: SQLiteRecordStore.Limits

    public init(state: State = State(), limits: SQLiteRecordStore.Limits = SQLiteRecordStore.Limits()) {
        self.state = state
        self.limits = limits
    }

    public func begin() throws(RecordStoreError) -> Snapshot {
        state.boot += 1
        return state.snapshot
    }

    public func commit(_ records: [Record]) throws(RecordStoreError) {
        // Judged before the first is applied, so that all are or none.
        if let error = state.problem(with: records) { throw error }
        for record in records { state.apply(record, limits: limits) }
    }

    public func queueHead() throws(RecordStoreError) -> QueuedMessage? { state.queueHead }
    public func queueCounts() throws(RecordStoreError) -> QueueCounts { state.queueCounts }
    public func lookUp(_ idTag: IdToken) throws(RecordStoreError) -> CardLookup { state.lookUp(idTag) }
    public func sessions(_ query: SessionQuery) throws(RecordStoreError) -> SessionPage { state.sessions(query) }
    public func queueEntries(limit: Int) throws(RecordStoreError) -> [QueueEntry] { state.queueEntries(limit: limit) }
    public func localListOverlap(_ entries: [AuthorizationData]) throws(RecordStoreError) -> LocalListOverlap {
        state.localListOverlap(entries)
    }
    public func securityLog(from: Timestamp?, to: Timestamp?) throws(RecordStoreError) -> [SecurityLogEntry] {
        state.securityLog.filter { $0.time.time >= from ?? $0.time.time && $0.time.time <= to ?? $0.time.time }
    }
    public func cards(limit: Int, after place: CardPlace?) throws(RecordStoreError) -> [CardEntry] {
        state.cards(limit: limit, after: place)
    }
}
