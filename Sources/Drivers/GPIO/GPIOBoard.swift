public import BoardSupport
public import Units

/// The lines of a board at work: the interlock's thread, and the drivers that go through it.
///
/// ```swift
/// let gpio = try GPIOBoard.open(configuration, lines: KernelLines()) { continuation.yield($0) }
/// let contactor = gpio.connectors[0].contactor
/// ```
/// Contactors are open before `open` returns, and after `close`. A connector's parts may come from elsewhere: an EVSE controller says
/// what its pilot reads by `pilotSaid`, and a contactor that another driver holds is opened through `openElsewhere`.
public final class GPIOBoard: Sendable {
    /// The drivers of one connector, as far as they are lines.
    public struct Connector: Sendable {
        public var id: Int
        public var contactor: GPIOContactor?
        public var pilot: (any ControlPilot)?
        public var lock: (any CableLock)?
    }

    /// Where the kernel shows PWM and IIO; tests have directories of their own.
    public struct Roots: Sendable {
        public var pwm: String
        public var iio: String
        public init(pwm: String = "/sys/class/pwm", iio: String = "/sys/bus/iio/devices") {
            self.pwm = pwm
            self.iio = iio
        }
    }

    public let connectors: [Connector]
    public let lamp: GPIOLamp?
    private let interlock: InterlockThread
    private let sampler: VoltageSampler
    private let temperatures: TemperatureSampler

    private init(
        connectors: [Connector], lamp: GPIOLamp?, interlock: InterlockThread, sampler: VoltageSampler,
        temperatures: TemperatureSampler
    ) {
        self.connectors = connectors
        self.lamp = lamp
        self.interlock = interlock
        self.sampler = sampler
        self.temperatures = temperatures
    }

    /// Requests every line, opens every contactor and starts to watch.
    /// - Parameters:
    ///   - openElsewhere: opens the contactor of the connector with this number, which another driver holds; called on any thread, must
    ///     not wait.
    ///   - log: told in words what is noticed without failing; called on any thread.
    ///   - report: called on any thread, in order; must not wait and must not call back.
    public static func open(
        _ configuration: GPIOBoardConfiguration, lines: some Lines, roots: Roots = Roots(),
        openElsewhere: @escaping @Sendable (Int) -> Void = { _ in }, log: @escaping @Sendable (String) -> Void = { _ in },
        report: @escaping @Sendable (BoardEvent) -> Void
    ) throws(LineFault) -> GPIOBoard {
        // Coils first: whatever else is wrong, the contactors are open by then.
        var outputs = InterlockThread.Outputs()
        for connector in configuration.connectors {
            outputs.coils.append(try connector.contactor.map { (c) throws(LineFault) in try lines.output(c.coil, isActive: false) })
        }
        try outputs.request(configuration, lines)
        let generators = try configuration.connectors.map { (c) throws(LineFault) in try generator(c, lines, roots, report) }
        let numbers = configuration.connectors.map(\.id)
        let interlock = try InterlockThread(
            BoardSafety(configuration), inputs: try InterlockThread.Input.all(configuration, lines), outputs: outputs,
            openElsewhere: { openElsewhere(numbers[$0]) }, endFaultSignal: { generators[$0]?.offer(nil) }, log: log,
            report: report)
        var sources: [VoltageSampler.Source] = []
        for (index, connector) in configuration.connectors.enumerated() {
            let source = try VoltageSampler.Source(connector, index: index, roots: roots, pilot: generators[index])
            if let source { sources.append(source) }
        }
        let sampler = try VoltageSampler(sources, interlock: interlock)
        let temperatures = try TemperatureSampler(configuration.temperatures, interlock: interlock, log: log)
        let lamps = try GPIOLamp.Outputs(configuration.outputs, lines)
        try interlock.start()
        sampler.start()
        temperatures.start()
        let connectors = configuration.connectors.enumerated().map { index, connector in
            Connector(
                id: connector.id,
                contactor: connector.contactor.map { _ in GPIOContactor(interlock: interlock, index: index) },
                pilot: connector.pilot.map { _ in pilot(generators[index], interlock, index) },
                lock: connector.lock.map { _ in GPIOLock(interlock: interlock, index: index) })
        }
        return GPIOBoard(
            connectors: connectors, lamp: lamps.isEmpty ? nil : try GPIOLamp(lamps), interlock: interlock, sampler: sampler,
            temperatures: temperatures)
    }

    /// Opens every contactor and ends the threads.
    public func close() {
        sampler.close()
        temperatures.close()
        interlock.close()
        for connector in connectors { connector.pilot?.offer(nil) }
        lamp?.close()
    }

    /// The agent's loop turns; see `Board.heartbeat`.
    public func heartbeat() { interlock.heartbeat() }

    /// What an EVSE controller reads of a connector's pilot. Opens the contactor on this thread where it has to be open.
    public func pilotSaid(connector number: Int, _ state: VehicleState, isPlugged: Bool) {
        guard let index = connectors.firstIndex(where: { $0.id == number }) else { return }
        interlock.change { safety, _, _ in safety.change(index) { $0.pilotSaid(state, isPlugged: isPlugged) } }
    }

    /// Why a contactor that another driver holds must not close now; nil: it may.
    public func reasonToStayOpen(connector number: Int) -> String? {
        guard let index = connectors.firstIndex(where: { $0.id == number }) else { return nil }
        return interlock.read { $0.connectors[index].refusal }
    }

    /// Only drives every coil to open, for a process that has nothing else to do (`ladepunktd --make-safe` after a crash): many chips
    /// hold the level of a line whose holder died.
    /// - Returns: what could not be driven; the others are nevertheless.
    public static func makeSafe(_ configuration: GPIOBoardConfiguration, lines: some Lines) -> [LineFault] {
        configuration.connectors.compactMap { connector in
            guard let coil = connector.contactor?.coil else { return nil }
            do throws(LineFault) {
                try lines.output(coil, isActive: false).set(false)
                return nil
            } catch { return error }
        }
    }

    private static func pilot(_ generator: PWMPilot?, _ interlock: InterlockThread, _ index: Int) -> any ControlPilot {
        guard let generator else { return FixedPilot() }
        return InterlockedPilot(pilot: generator, interlock: interlock, index: index)
    }

    /// nil: the connector's pilot is not generated here.
    private static func generator(
        _ connector: GPIOConnectorConfiguration, _ lines: some Lines, _ roots: Roots,
        _ report: @escaping @Sendable (BoardEvent) -> Void
    ) throws(LineFault) -> PWMPilot? {
        guard let pwm = connector.pilot?.pwm else { return nil }
        let negative = try pwm.negative.map { (line) throws(LineFault) in try lines.output(line, isActive: false) }
        do throws(PWMFault) {
            let channel = try PWMChannel(pwm, root: roots.pwm)
            return PWMPilot(connector: connector.id, channel: channel, negative: negative, report: report)
        } catch { throw LineFault(LineName(chip: pwm.chip, line: "\(pwm.channel)"), .system(error.description)) }
    }
}
