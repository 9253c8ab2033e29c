import ChargePointCore
import OCPP
import Persistence
import Threads
import Units

/// The record store on a thread of its own: the disk may take its time, nothing else waits for it but who asked.
actor Ledger {
    private let thread = DeviceThread(name: "ledger")
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private var store: (any RecordStore)?
    private static let closed = RecordStoreError(.failed, "the ledger is not open")

    /// Opens the files; once.
    func open(_ make: @Sendable () throws(RecordStoreError) -> sending any RecordStore) throws(RecordStoreError) -> Snapshot {
        let store = try make()
        self.store = store
        return try store.begin()
    }

    /// Releases the files.
    func close() { store = nil }

    func commit(_ records: [Record]) throws(RecordStoreError) { try opened().commit(records) }

    func queueHead() throws(RecordStoreError) -> (QueuedMessage?, QueueCounts) {
        let store = try opened()
        return (try store.queueHead(), try store.queueCounts())
    }

    func queueCounts() throws(RecordStoreError) -> QueueCounts { try opened().queueCounts() }
    func lookUp(_ idTag: IdToken) throws(RecordStoreError) -> CardLookup { try opened().lookUp(idTag) }
    func sessions(_ query: SessionQuery) throws(RecordStoreError) -> SessionPage { try opened().sessions(query) }
    func queueEntries(limit: Int) throws(RecordStoreError) -> [QueueEntry] { try opened().queueEntries(limit: limit) }
    func localListOverlap(_ entries: [AuthorizationData]) throws(RecordStoreError) -> LocalListOverlap {
        try opened().localListOverlap(entries)
    }
    func securityLog(from: Timestamp?, to: Timestamp?) throws(RecordStoreError) -> [SecurityLogEntry] {
        try opened().securityLog(from: from, to: to)
    }
    func cards(limit: Int, after place: CardPlace?) throws(RecordStoreError) -> [CardEntry] {
        try opened().cards(limit: limit, after: place)
    }

    private func opened() throws(RecordStoreError) -> any RecordStore {
        guard let store else { throw Self.closed }
        return store
    }
}
