import BoardSupport
import Synchronization
import Units
import Threads

/// The model in real time: time is read whenever anything is read or changed, and energy is counted up to then.
///
/// Everything stands under one mutex that is held for microseconds; events are put into the stream under it, so their order
/// is the order of the changes. While energy flows, or something is due, the alarm clock calls; otherwise nothing wakes up.
final class LiveBoard: Sendable {
    private struct State {
        var model: SimulatedBoardModel
        var registers: [RegisterFile]
        var now: Duration
        var isClosed = false
    }

    let events: AsyncStream<BoardEvent>
    private let continuation: AsyncStream<BoardEvent>.Continuation
    private let state: Mutex<State>
    private let alarm = AlarmClock()

    /// How often the register is brought up to date while energy flows and nobody asks.
    static let tick: Duration = .milliseconds(100)
    /// Events that wait for a reader. Beyond that the oldest are lost: a loop this far behind is stalled, and needs the latest.
    static let waitingEvents = 4096

    init(
        _ configuration: SimulatedBoardConfiguration, dataDirectory: String, log: @Sendable (String) -> Void
    ) throws(SimulatedBoardError) {
        var registers: [RegisterFile] = []
        for connector in configuration.connectors {
            registers.append(try RegisterFile(path: "\(dataDirectory)/simulated-meter-\(connector.id).bin", log: log))
        }
        let model = SimulatedBoardModel(configuration, milliwattHours: registers.map(\.initial))
        (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(LiveBoard.waitingEvents))
        state = Mutex(State(model: model, registers: registers, now: uptime()))
        try alarm.start(name: "simulated board") { [weak self] in self?.change { _ in [] } }
        change { $0.report }
    }

    deinit { alarm.end() }

    /// Changes the model at this instant and reports what follows.
    /// - Returns: false when the board has been shut down; then nothing has changed.
    @discardableResult
    func change<Failure: Error>(
        _ body: (inout SimulatedBoardModel) throws(Failure) -> [BoardEvent]
    ) throws(Failure) -> Bool {
        try state.withLock { (state) throws(Failure) in
            guard !state.isClosed else { return false }
            catchUp(&state)
            defer { finish(&state) }
            report(try body(&state.model))
            return true
        }
    }

    /// Reads the model as it is at this instant.
    func read<Failure: Error, Result: Sendable>(
        _ body: (SimulatedBoardModel) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try state.withLock { (state) throws(Failure) in
            catchUp(&state)
            defer { finish(&state) }
            return try body(state.model)
        }
    }

    /// Opens the contactors and ends the stream and the thread. Nothing flows and nothing changes by itself afterwards.
    func close() {
        state.withLock { state in
            guard !state.isClosed else { return }
            catchUp(&state)
            report(state.model.makeSafe())
            finish(&state)
            state.isClosed = true
            continuation.finish()
            alarm.end()
        }
    }

    private func catchUp(_ state: inout State) {
        guard !state.isClosed else { return }
        let instant = uptime()
        report(state.model.advance(by: instant - state.now))
        state.now = instant
    }

    private func finish(_ state: inout State) {
        for (register, connector) in zip(state.registers, state.model.connectors) { register.store(connector.meter.milliwattHours) }
        let tick = state.model.isFeeding ? LiveBoard.tick : nil
        alarm.set([tick, state.model.nextChange].compactMap(\.self).min().map { state.now + $0 })
    }

    /// An event of a driver that stands beside the board.
    func report(_ event: BoardEvent) { continuation.yield(event) }

    private func report(_ events: [BoardEvent]) {
        for event in events { continuation.yield(event) }
    }
}
