import ChargePointCore
import OCPP
import Persistence
import Units

/// A store whose commits fail, and whose power is cut before or after them. A transaction is atomic: none of its records or all.
final class CrashingStore: RecordStore {
    enum Fate: Sendable { case done, failed, powerLostBefore, powerLostAfter }

    private let store = MemoryRecordStore()
    /// What happens to the next commit.
    var fate = Fate.done
    /// The supply failed in the last commit: nothing that follows in the shell happens.
    private(set) var hasLostPower = false

    func commit(_ records: [Record]) throws(RecordStoreError) {
        hasLostPower = fate == .powerLostBefore || fate == .powerLostAfter
        switch fate {
        case .failed: throw RecordStoreError(.full, "the simulated disk is full")
        case .powerLostBefore: throw RecordStoreError(.failed, "the power went before the commit")
        case .done: try store.commit(records)
        case .powerLostAfter:
            try store.commit(records)
            throw RecordStoreError(.failed, "the power went after the commit")
        }
    }

    /// What a start at this instant would find, without starting.
    func snapshotNow() throws(RecordStoreError) -> Snapshot { try MemoryRecordStore(state: store.state).begin() }

    func begin() throws(RecordStoreError) -> Snapshot { try store.begin() }
    func queueHead() throws(RecordStoreError) -> QueuedMessage? { try store.queueHead() }
    func queueCounts() throws(RecordStoreError) -> QueueCounts { try store.queueCounts() }
    func lookUp(_ idTag: IdToken) throws(RecordStoreError) -> CardLookup { try store.lookUp(idTag) }
    func sessions(_ query: SessionQuery) throws(RecordStoreError) -> SessionPage { try store.sessions(query) }
    func queueEntries(limit: Int) throws(RecordStoreError) -> [QueueEntry] { try store.queueEntries(limit: limit) }
    func localListOverlap(_ entries: [AuthorizationData]) throws(RecordStoreError) -> LocalListOverlap {
        try store.localListOverlap(entries)
    }
    func securityLog(from: Timestamp?, to: Timestamp?) throws(RecordStoreError) -> [SecurityLogEntry] {
        try store.securityLog(from: from, to: to)
    }
    func cards(limit: Int, after place: CardPlace?) throws(RecordStoreError) -> [CardEntry] {
        try store.cards(limit: limit, after: place)
    }
}
