import BoardSupport
import ChargePointCore
import LocalAPI
import LocalAPIModels
import OCPP
import Synchronization
import Units

/// A charge point that remembers what it was asked and answers what the test wants.
final class FakeChargePoint: ChargePointAccess {
    struct State {
        var source = StatusSource.charging
        var answer = OperatorAnswer.accepted
        var requests: [OperatorRequest] = []
        var lookup = CardLookup()
        var sessions: [SessionEntry] = []
        var storageFailure: RecordStoreError?
        var linkRefusal: Refusal?
        /// What happened, in order: simulator calls and `settle`.
        var trace: [String] = []
        var changes: [AsyncStream<StatusSource>.Continuation] = []
        var notes: [AsyncStream<LogNote>.Continuation] = []
    }

    let state = Mutex(State())
    let simulator: (any BoardSimulator)?

    init(isSimulated: Bool = true) {
        let simulator = isSimulated ? FakeSimulator() : nil
        self.simulator = simulator
        simulator?.trace.withLock { $0 = { [weak self] line in self?.state.withLock { $0.trace.append(line) } } }
    }

    func with<Result>(_ body: (inout sending State) -> sending Result) -> sending Result { state.withLock { body(&$0) } }

    func status() async -> StatusSource { state.withLock { $0.source } }

    func statusChanges() -> AsyncStream<StatusSource> {
        let (stream, continuation) = AsyncStream.makeStream(of: StatusSource.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { $0.changes.append(continuation) }
        return stream
    }

    func notes() -> AsyncStream<LogNote> {
        let (stream, continuation) = AsyncStream.makeStream(of: LogNote.self, bufferingPolicy: .bufferingNewest(100))
        state.withLock { $0.notes.append(continuation) }
        return stream
    }

    func request(_ request: OperatorRequest) async -> OperatorAnswer {
        state.withLock {
            $0.requests.append(request)
            return $0.answer
        }
    }

    func lookUp(_ idTag: IdToken) async -> CardLookup { state.withLock { $0.lookup } }

    func explain(_ idTag: IdToken) async -> CardExplanation {
        CardExplanation(outcome: .starts, connectorId: 1, reason: "a list says that \(idTag) is valid")
    }

    func sessions(_ query: SessionQuery) async throws(RecordStoreError) -> SessionPage {
        try failIfStorageFails()
        let all = state.withLock { $0.sessions }
        let first = Int(query.cursor ?? 0)
        let page = Array(all.dropFirst(first).prefix(query.limit))
        return SessionPage(sessions: page, next: first + page.count < all.count ? Int64(first + page.count) : nil)
    }

    func queueEntries(limit: Int) async throws(RecordStoreError) -> [QueueEntry] {
        try failIfStorageFails()
        return [
            QueueEntry(
                id: 7, session: SessionId("s"), action: .startTransaction, isParked: true, attempts: 3, lastError: "GenericError",
                createdAt: .noon)
        ]
    }

    func queueCounts() async -> QueueCounts { QueueCounts(queued: 0, parked: 1) }

    func cards(limit: Int, after place: CardPlace?) async throws(RecordStoreError) -> [CardEntry] {
        try failIfStorageFails()
        return [CardEntry(idTag: "04A2B3C4", status: .accepted, expiryDate: nil, parentIdTag: nil, name: "Demo", source: .own)]
    }

    func securityLog(from: Timestamp?, to: Timestamp?) async throws(RecordStoreError) -> [SecurityLogEntry] {
        try failIfStorageFails()
        let time = RecordedTime(time: .noon, boot: 1, uptime: .seconds(5), isTrusted: true)
        return [SecurityLogEntry(number: 3, event: .memoryExhaustion, time: time, info: "little is left", isWaiting: true)]
    }

    func configuration() async -> [KeyValue] {
        [KeyValue(key: "HeartbeatInterval", readonly: false, value: "300"), KeyValue(key: "Empty", readonly: true, value: nil)]
    }

    func disconnectLink() async throws(Refusal) {
        if let refusal = state.withLock({ $0.linkRefusal }) { throw refusal }
    }

    func connectLink() async throws(Refusal) {
        if let refusal = state.withLock({ $0.linkRefusal }) { throw refusal }
    }

    func settle() async { state.withLock { $0.trace.append("settle") } }
    func losePower() { state.withLock { $0.trace.append("power loss") } }

    func publish(_ source: StatusSource) {
        for continuation in state.withLock({ $0.changes }) { continuation.yield(source) }
    }

    func publish(_ note: LogNote) {
        for continuation in state.withLock({ $0.notes }) { continuation.yield(note) }
    }

    private func failIfStorageFails() throws(RecordStoreError) {
        if let failure = state.withLock({ $0.storageFailure }) { throw failure }
    }
}

/// Two connectors; notes every call as one line.
final class FakeSimulator: BoardSimulator {
    let trace = Mutex<(@Sendable (String) -> Void)?>(nil)

    private func note(_ line: String, connector: Int? = nil) throws(SimulatorError) {
        if let connector, !(0...2).contains(connector) { throw .unknownConnector(connector, count: 2) }
        trace.withLock { $0 }?(line)
    }

    func plug(connector: Int) throws(SimulatorError) { try note("plug \(connector)", connector: connector) }
    func unplug(connector: Int) throws(SimulatorError) { throw .notPossible("no cable is plugged in at connector \(connector)") }
    func suspendVehicle(connector: Int) throws(SimulatorError) { try note("suspend \(connector)", connector: connector) }
    func resumeVehicle(connector: Int) throws(SimulatorError) { try note("resume \(connector)", connector: connector) }
    func presentCard(idTag: String, connectors: [Int]?) throws(SimulatorError) {
        try note("card \(idTag) \(connectors.map { "\($0)" } ?? "all")")
    }
    func setFault(connector: Int, _ fault: BoardFault, isActive: Bool) throws(SimulatorError) {
        try note("fault \(connector) \(fault.kind.rawValue) \(fault.vendorErrorCode ?? "-") \(isActive)", connector: connector)
    }
    func setContactorFailure(connector: Int, _ failure: SimulatedContactorFailure?) throws(SimulatorError) {
        try note("contactor \(connector) \(failure?.rawValue ?? "-")", connector: connector)
    }
    func setMeter(connector: Int, isSilent: Bool?, register: WattHours?) throws(SimulatorError) {
        try note("meter \(connector) \(isSilent.map { "\($0)" } ?? "-") \(register?.description ?? "-")", connector: connector)
    }
    func setPilot(connector: Int, _ override: SimulatedPilotFault?) throws(SimulatorError) {
        try note("pilot \(connector) \(override.map { "\($0)" } ?? "-")", connector: connector)
    }
    func setLock(connector: Int, _ failure: SimulatedLockFailure?) throws(SimulatorError) {
        try note("lock \(connector) \(failure?.rawValue ?? "-")", connector: connector)
    }
    func setOverdraw(connector: Int, _ current: Amperes?) throws(SimulatorError) {
        try note("overdraw \(connector) \(current?.description ?? "-")", connector: connector)
    }
    func setReader(_ failure: SimulatedReaderFailure?) throws(SimulatorError) { try note("reader \(failure?.rawValue ?? "-")") }
    func truth() -> [SimulatedTruth] {
        [
            SimulatedTruth(
                connector: 1, register: 1234, contactor: .closed, isPlugged: true, isLocked: true, vehicleState: .c,
                energyDrawn: 34,
                power: 3680, closings: 1)
        ]
    }
}

extension Timestamp {
    /// 2026-11-22T12:00:00Z
    static let noon = Timestamp(seconds: 1_795_348_800)
}

extension StatusSource {
    /// Connector 1 charges, connector 2 knows nothing of itself.
    static let charging = StatusSource(
        identity: ChargePointIdentity(
            id: "cp001", vendor: "Example", model: "Wallbox 11", serialNumber: nil, firmwareVersion: "1.0.0"),
        view: ChargePointView(
            clock: ClockView(source: .centralSystem, offset: .milliseconds(-1500)), registration: .accepted, isLinkOpen: true,
            connectors: [
                ConnectorView(
                    id: 1, status: .charging, errorCode: .noError, vendorErrorCode: nil, info: nil, availability: .operative,
                    isPlugged: true, vehicleState: .c, contactor: .closed, lock: .locked, offeredCurrent: 16,
                    limitedBy: "ChargingProfile 7",
                    meter: MeterReading(energyImport: 1234, power: 3680, current: [16], voltage: [230]),
                    transaction: TransactionView(
                        session: SessionId("6e2b9e52-0000-4000-8000-000000000001"), transactionId: 12, idTag: "04A2B3C4",
                        startedAt: .noon, meterStart: 0)),
                ConnectorView(
                    id: 2, status: .faulted, errorCode: .groundFailure, vendorErrorCode: "E7", info: nil, availability: .operative,
                    isPlugged: false, vehicleState: .a, contactor: .open, lock: nil, offeredCurrent: nil, limitedBy: nil,
                    meter: nil,
                    transaction: nil),
            ],
            status: .available, errorCode: .noError, readerFailure: nil, storageFailure: nil,
            queue: QueueCounts(queued: 2, parked: 1)),
        now: .noon, centralSystem: LinkView(url: "ws://central:9000/cp001", isConnected: true, lastError: nil),
        contactors: [1: ContactorLife(closings: 1234, rated: 100_000)])
}

extension FirmwareView {
    static let scheduled = FirmwareView(
        FirmwareUpdate(
            id: "u", location: "http://user:secret@central/image", retrieveAt: .noon, triesLeft: 1, retryInterval: 60,
            versionBefore: "1.0.0"))
}
