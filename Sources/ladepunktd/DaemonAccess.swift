import Agent
import BoardSupport
import CentralSystemLink
import ChargePointCore
import LocalAPI
import LocalAPIModels
import OCPP
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The running charge point as the local API sees it.
struct DaemonAccess: ChargePointAccess {
    let agent: ChargePointAgent
    let identity: ChargePointIdentity
    /// Where the streams' pumps run.
    let executor: LoopExecutor

    var simulator: (any BoardSimulator)? { agent.simulator }

    func status() async -> StatusSource { snapshot() }

    private func snapshot() -> StatusSource {
        let view = agent.view
        let now = Moment.read().systemTime + view.clock.offset
        let link = agent.linkState.map {
            LinkView(url: $0.url, isConnected: $0.isConnected, lastError: $0.lastError, tls: TLSReport($0, at: now))
        }
        let lives = view.connectors.compactMap { connector in
            agent.contactorLife(connector.id).map { (connector.id, ContactorLife(closings: $0.closings, rated: $0.rated)) }
        }
        return StatusSource(
            identity: identity, view: view, now: now, centralSystem: link,
            contactors: Dictionary(lives) { first, _ in first })
    }

    func statusChanges() -> AsyncStream<StatusSource> {
        let changes = agent.changes()
        return stream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            for await _ in changes { continuation.yield(snapshot()) }
        }
    }

    func notes() -> AsyncStream<LogNote> {
        let notes = agent.notes()
        return stream(bufferingPolicy: .bufferingNewest(256)) { continuation in
            for await note in notes { continuation.yield(LogNote(note)) }
        }
    }

    /// A stream fed by a task that ends with it.
    private func stream<Element: Sendable>(
        bufferingPolicy: AsyncStream<Element>.Continuation.BufferingPolicy,
        _ feed: @escaping @Sendable (AsyncStream<Element>.Continuation) async -> Void
    ) -> AsyncStream<Element> {
        let (stream, continuation) = AsyncStream.makeStream(of: Element.self, bufferingPolicy: bufferingPolicy)
        let task = Task(executorPreference: executor) {
            await feed(continuation)
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }

    func request(_ request: OperatorRequest) async -> OperatorAnswer { await agent.request(request) }
    func lookUp(_ idTag: IdToken) async -> CardLookup { await agent.lookUp(idTag) }
    func explain(_ idTag: IdToken) async -> CardExplanation { await agent.explain(idTag) }
    func sessions(_ query: SessionQuery) async throws(RecordStoreError) -> SessionPage { try await agent.sessions(query) }
    func queueEntries(limit: Int) async throws(RecordStoreError) -> [QueueEntry] { try await agent.queueEntries(limit: limit) }
    func queueCounts() async -> QueueCounts { agent.view.queue }
    func cards(limit: Int, after place: CardPlace?) async throws(RecordStoreError) -> [CardEntry] {
        try await agent.cards(limit: limit, after: place)
    }
    func securityLog(from: Timestamp?, to: Timestamp?) async throws(RecordStoreError) -> [SecurityLogEntry] {
        try await agent.securityLog(from: from, to: to)
    }
    func configuration() async -> [KeyValue] { agent.configuration }
    func disconnectLink() async throws(Refusal) { try await agent.disconnectLink() }
    func connectLink() async throws(Refusal) { try await agent.connectLink() }
    func settle() async { await agent.settle() }

    /// Nothing is flushed, closed or said: as if the supply had failed.
    func losePower() { kill(getpid(), SIGKILL) }
}

extension LogNote {
    fileprivate init(_ note: AgentNote) {
        switch note {
        case .sessionBegan(let session, let connector, let idTag):
            self.init(
                .session,
                [
                    "id": .text(session.text), "state": .text("began"), "connectorId": .integer(connector.value),
                    "idTag": .text(idTag.text),
                ])
        case .sessionEnded(let session, let reason):
            self.init(.session, ["id": .text(session.text), "state": .text("ended"), "stopReason": .text(reason.rawValue)])
        case .card(let idTag): self.init(.card, ["idTag": .text(idTag.text)])
        case .log(let level, let text): self.init(.log, ["level": .text(level.rawValue), "message": .text(text)])
        }
    }
}

extension TLSReport {
    /// - Returns: nil where there is nothing to tell.
    fileprivate init?(_ link: LinkState, at now: Timestamp) {
        guard link.peer != nil || link.clientCertificate != nil else { return nil }
        self.init(
            version: link.peer?.version, cipherSuite: link.peer?.cipherSuite, trust: link.peer?.trust.description,
            chain: link.peer?.chain.map { CertificateReport($0, at: now) } ?? [],
            clientCertificate: link.clientCertificate.map { CertificateReport($0, at: now) })
    }
}

extension CertificateReport {
    fileprivate init(_ certificate: CertificateSummary, at now: Timestamp) {
        self.init(
            subject: certificate.subject, issuer: certificate.issuer, notAfter: certificate.notAfter,
            daysLeft: certificate.daysLeft(at: now))
    }
}
