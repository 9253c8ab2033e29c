import BoardSupport
import Synchronization
import Threads
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The one thread that opens contactors whatever loop, disk or network do: it waits for the lines and for nothing else.
///
/// `BoardSafety` decides; here its acts are carried out under the same lock, so that a closing can never follow an opening that was
/// decided after it. The lock is held for microseconds: a few line writes. Other threads that bring facts (an EVSE controller, a
/// measurement) carry out what follows themselves and wake the thread only for its new deadline.
final class InterlockThread: Sendable {
    struct Input: Sendable {
        var line: any InputLine
        var role: LineRole
        /// Its place on the board; 0 for the board's own inputs.
        var connector: Int
        /// A contact whose rest means "yes".
        var isInverted = false
    }

    /// By the connectors' places.
    struct Outputs: Sendable {
        var coils: [(any OutputLine)?] = []
        var tests: [(any OutputLine)?] = []
        var lockMotors: [(any OutputLine)?] = []
        var lockReleases: [(any OutputLine)?] = []
        /// All breakers upstream.
        var trips: [any OutputLine] = []
    }

    private let state: Mutex<BoardSafety>
    private let inputs: [Input]
    private let outputs: Outputs
    private let report: @Sendable (BoardEvent) -> Void
    private let log: @Sendable (String) -> Void
    private let openElsewhere: @Sendable (Int) -> Void
    private let endFaultSignal: @Sendable (Int) -> Void
    private let wake: Signal
    private let ended: Signal
    private let isEnding = Atomic(false)
    private let isStalled = Atomic(false)
    /// Uptime in nanoseconds.
    private let heardAt = Atomic<Int64>(0)

    init(
        _ safety: BoardSafety, inputs: [Input], outputs: Outputs, openElsewhere: @escaping @Sendable (Int) -> Void,
        endFaultSignal: @escaping @Sendable (Int) -> Void, log: @escaping @Sendable (String) -> Void = { _ in },
        report: @escaping @Sendable (BoardEvent) -> Void
    ) throws(LineFault) {
        state = Mutex(safety)
        self.inputs = inputs
        self.outputs = outputs
        self.openElsewhere = openElsewhere
        self.endFaultSignal = endFaultSignal
        self.log = log
        self.report = report
        wake = try Signal()
        ended = try Signal()
    }

    /// Reads every line once, opens every contactor, and begins to watch.
    func start() throws(LineFault) {
        var levels: [Bool] = []
        for input in inputs { levels.append(try input.line.read()) }
        heartbeat()
        apply { safety, now, acts in
            for (input, level) in zip(inputs, levels) {
                safety.sense(input.role, input.connector, isActive: level != input.isInverted, edges: 0, at: now, &acts)
                guard case .bolt = input.role else { continue }
                safety.change(input.connector) { $0.beginLock(isEngaged: level != input.isInverted, &acts) }
            }
            for index in safety.connectors.indices {
                safety.change(index) { connector in
                    connector.open(at: now, &acts)
                    connector.report(&acts)
                }
            }
        }
        PlainThread.start(name: "interlock") {
            if let words = Self.lackOfPriority(PlainThread.hurryThisThread()) { self.log(words) }
            self.run()
        }
    }

    /// Ends the thread; every contactor is told to open before and after.
    func close() {
        openAll()
        isEnding.store(true, ordering: .releasing)
        wake.raise()
        _ = ended.wait(for: .seconds(1))
        openAll()
    }

    // MARK: For other threads

    /// The loop turns.
    func heartbeat() {
        heardAt.store(nanoseconds(uptime()), ordering: .relaxed)
        if isStalled.load(ordering: .relaxed) { change { _, _, _ in } }
    }

    /// Opens without waiting for anybody, then lets the interlock know.
    func open(_ connector: Int) throws(ContactorFault) {
        do { try outputs.coils[connector]?.set(false) } catch { throw .notDriven(error.description) }
        change { safety, now, acts in safety.change(connector) { $0.open(at: now, &acts) } }
    }

    /// Closes when the interlock's own facts allow it.
    func close(_ connector: Int) throws(ContactorFault) {
        heartbeat()
        let failure = try change { (safety, now, acts) throws(ContactorFault) in
            // Nobody watches any more: what closed now would stay closed whatever happens.
            if isEnding.load(ordering: .acquiring) { throw .notDriven("the board is shut down") }
            // What has come due counts before anything is granted.
            safety.settle(at: now, heardAt: now, &acts)
            try safety.change(connector) { (connector) throws(ContactorFault) in try connector.close(at: now, &acts) }
        }
        guard let failure else { return }
        try open(connector)
        throw .notDriven(failure.description)
    }

    /// Brings in facts or wishes, and carries out what follows.
    /// - Returns: the first line that could not be driven.
    @discardableResult
    func change<Failure: Error>(
        _ body: (inout BoardSafety, Duration, inout [SafetyAct]) throws(Failure) -> Void
    ) throws(Failure) -> LineFault? {
        defer { wake.raise() }
        return try apply(body)
    }

    func read<Result: Sendable>(_ body: (BoardSafety) -> Result) -> Result { state.withLock { body($0) } }

    // MARK: The thread

    /// What the log says where the system grants no real-time priority; nil: it does.
    static func lackOfPriority(_ error: Int32) -> String? {
        guard error != 0 else { return nil }
        return "the interlock's thread gets no real-time priority (\(systemMessage(error))): on an overloaded machine it may open "
            + "contactors late. Grant it by LimitRTPRIO=1 in the unit, or by CAP_SYS_NICE."
    }

    private func run() {
        let polled = UnsafeMutableBufferPointer<pollfd>.allocate(capacity: inputs.count + 1)
        defer { polled.deallocate() }
        for (place, input) in inputs.enumerated() {
            polled[place] = pollfd(fd: input.line.descriptor, events: Int16(POLLIN), revents: 0)
        }
        polled[inputs.count] = pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)
        while !isEnding.load(ordering: .acquiring) {
            let deadline = state.withLock { $0.deadline }
            guard poll(polled.baseAddress, nfds_t(polled.count), milliseconds(until: deadline)) >= 0 else { continue }
            if polled[inputs.count].revents != 0 { wake.lower() }
            apply { safety, now, acts in
                for place in inputs.indices where polled[place].revents != 0 {
                    if !take(inputs[place], &safety, now, &acts) {
                        // Never again: a line that fails would wake us for ever.
                        polled[place].fd = -1
                    }
                }
            }
        }
        ended.raise()
    }

    /// - Returns: false when the line has failed.
    private func take(_ input: Input, _ safety: inout BoardSafety, _ now: Duration, _ acts: inout [SafetyAct]) -> Bool {
        do {
            let edges = try input.line.drain()
            let level = try input.line.read()
            if edges > 0 {
                safety.sense(input.role, input.connector, isActive: level != input.isInverted, edges: edges, at: now, &acts)
            }
            return true
        } catch {
            safety.lineFailed(&acts)
            return false
        }
    }

    @discardableResult
    private func apply<Failure: Error>(
        _ body: (inout BoardSafety, Duration, inout [SafetyAct]) throws(Failure) -> Void
    ) throws(Failure) -> LineFault? {
        try state.withLock { (safety) throws(Failure) in
            var acts: [SafetyAct] = []
            let now = uptime()
            var failure: LineFault?
            do throws(Failure) { try body(&safety, now, &acts) } catch {
                _ = perform(acts)
                throw error
            }
            safety.settle(at: now, heardAt: .nanoseconds(heardAt.load(ordering: .relaxed)), &acts)
            failure = perform(acts)
            if failure != nil {
                acts = []
                safety.lineFailed(&acts)
                safety.settle(at: now, heardAt: .nanoseconds(heardAt.load(ordering: .relaxed)), &acts)
                _ = perform(acts)
            }
            isStalled.store(safety.hazards[.loopStalled], ordering: .relaxed)
            return failure
        }
    }

    /// - Returns: the first line that could not be driven; the others are driven nevertheless.
    private func perform(_ acts: [SafetyAct]) -> LineFault? {
        var failure: LineFault?
        for act in acts {
            do throws(LineFault) { try perform(act) } catch { failure = failure ?? error }
        }
        return failure
    }

    private func perform(_ act: SafetyAct) throws(LineFault) {
        switch act {
        case .coil(let connector, let isClosed): try outputs.coils[connector]?.set(isClosed)
        case .openElsewhere(let connector): openElsewhere(connector)
        case .testResidualCurrent(let connector, let isActive): try outputs.tests[connector]?.set(isActive)
        case .lockMotor(let connector, let isActive): try outputs.lockMotors[connector]?.set(isActive)
        case .lockRelease(let connector, let isActive): try outputs.lockReleases[connector]?.set(isActive)
        case .trip(let isActive): for line in outputs.trips { try line.set(isActive) }
        case .endFaultSignal(let connector): endFaultSignal(connector)
        case .report(let event): report(event)
        }
    }

    private func openAll() {
        apply { safety, now, acts in
            for index in safety.connectors.indices { safety.change(index) { $0.open(at: now, &acts) } }
        }
    }

    /// For `poll`: rounded up, so that what is due then is due.
    private func milliseconds(until deadline: Duration?) -> Int32 {
        guard let deadline else { return -1 }
        let left = nanoseconds(deadline - uptime())
        return left <= 0 ? 0 : Int32(min((left + 999_999) / 1_000_000, 60_000))
    }
}
