import CentralSystemLink
public import ChargePointCore
public import OCPP
import Persistence
public import Units

/// For those who watch and ask, from any thread.
extension ChargePointAgent {
    public nonisolated var view: ChargePointView { published.view }
    public nonisolated var linkState: LinkState? { published.link }
    /// What each contactor has behind it; nil: nobody counts.
    public nonisolated func contactorLife(_ id: ConnectorId) -> ContactorWear.Life? { wear?.life(of: id.value) }
    public nonisolated var configuration: [KeyValue] { configurationValues.all }

    /// Says that `view` or `linkState` changed; a slow watcher misses what lies between, never the latest.
    public nonisolated func changes() -> AsyncStream<Void> { published.changes() }
    public nonisolated func notes() -> AsyncStream<AgentNote> { published.notes() }

    /// Ends `run()` in good order.
    public nonisolated func shutDown() { inbox.putShutdown() }

    public nonisolated func request(_ request: OperatorRequest) async -> OperatorAnswer {
        await withCheckedContinuation { continuation in
            let isTaken = inbox.put(request) { continuation.resume(returning: $0) }
            if !isTaken {
                continuation.resume(
                    returning: .refused(
                        Refusal(.shuttingDown, "too many requests wait, or the charge point is stopping; try again")))
            }
        }
    }

    /// Returns when everything that the board has said so far has been handled.
    public nonisolated func settle() async {
        await withCheckedContinuation { continuation in inbox.putBarrier { continuation.resume() } }
    }

    public func sessions(_ query: SessionQuery) async throws(RecordStoreError) -> SessionPage { try await ledger.sessions(query) }
    public func queueEntries(limit: Int) async throws(RecordStoreError) -> [QueueEntry] {
        try await ledger.queueEntries(limit: limit)
    }
    public func cards(limit: Int, after place: CardPlace?) async throws(RecordStoreError) -> [CardEntry] {
        try await ledger.cards(limit: limit, after: place)
    }
    public func securityLog(from: Timestamp?, to: Timestamp?) async throws(RecordStoreError) -> [SecurityLogEntry] {
        try await ledger.securityLog(from: from, to: to)
    }

    /// Drops the connection and stays away; returns once the core knows that it is down.
    public func disconnectLink() async throws(Refusal) {
        guard let upstream else { throw Self.standalone }
        let changes = published.changes()
        await upstream.link.disconnect()
        // The link is down; that it is has to come round through the reader of its events.
        if published.link?.isConnected ?? false {
            for await _ in changes where !(published.link?.isConnected ?? false) { break }
        }
        await settle()
    }

    public func connectLink() async throws(Refusal) {
        guard let upstream else { throw Self.standalone }
        await upstream.link.connect()
    }

    private static let standalone = Refusal(.notSupported, "no central system is configured: this charge point works standalone")
}
