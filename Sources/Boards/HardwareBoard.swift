import BoardSupport
import ConfigurationFile
import Drivers
import Synchronization
import Units

/// Puts the drivers of a real board together: lines under their interlock, controllers on buses, card readers.
enum HardwareBoard {
    /// Events that wait for a reader. Beyond that the oldest are lost: a loop this far behind is stalled, and needs the latest.
    static let waitingEvents = 4096

    static func open(_ hardware: HardwareConfiguration, _ peripherals: Peripherals) throws(ConfigurationError) -> Board {
        let (events, continuation) = AsyncStream<BoardEvent>.makeStream(bufferingPolicy: .bufferingNewest(waitingEvents))
        let report: @Sendable (BoardEvent) -> Void = { continuation.yield($0) }
        let relay = ControllerRelay(hardware, report)
        var controllers: [Int: ModbusEVSE] = [:]
        for connector in hardware.connectors {
            guard let controller = connector.controller else { continue }
            controllers[connector.profile.id] = ModbusEVSE(
                controller, on: try peripherals.bus(controller.bus), connector: connector.profile.id,
                outlet: connector.profile.outlet, report: { relay.said($0) })
        }
        let lines = try openLines(hardware, controllers, peripherals.log, report)
        relay.connect(lines)
        for controller in controllers.values { controller.start() }
        peripherals.startReaders(report: report)
        let connectors = zip(hardware.connectors, lines.connectors).map { connector, drivers in
            let controller = controllers[connector.profile.id]
            return BoardConnector(
                profile: connector.profile,
                contactor: drivers.contactor ?? controller.map { GuardedContactor(contactor: $0, lines: lines, number: drivers.id) }
                    ?? NoContactor(),
                pilot: drivers.pilot ?? controller ?? NoPilot(), lock: drivers.lock)
        }
        return Board(
            profile: hardware.profile, connectors: connectors, lamp: lines.lamp, events: events,
            heartbeat: { lines.heartbeat() },
            close: { [controllers] in
                lines.close()
                for controller in controllers.values { await controller.shutDown() }
                await peripherals.close()
                continuation.finish()
            })
    }

    private static func openLines(
        _ hardware: HardwareConfiguration, _ controllers: [Int: ModbusEVSE], _ log: @escaping @Sendable (String) -> Void,
        _ report: @escaping @Sendable (BoardEvent) -> Void
    ) throws(ConfigurationError) -> GPIOBoard {
        do {
            return try GPIOBoard.open(
                hardware.lines, lines: KernelLines(),
                openElsewhere: { number in
                    do { try controllers[number]?.open() } catch { report(.contactor(connector: number, .welded)) }
                }, log: log, report: report)
        } catch {
            throw ConfigurationError(
                file: hardware.model, line: nil, problem: error.description, remedy: "'ladepunkt board lines' shows what there is.")
        }
    }
}

/// Carries what a controller reads of its pilot to the interlock, which tells it on when it has judged it.
private final class ControllerRelay: Sendable {
    private struct Connector {
        var pilot = VehicleState.a
        var isPlugged = false
        var isSwitchedByController: Bool
    }

    private struct State {
        var connectors: [Int: Connector]
        var lines: GPIOBoard?
    }

    private let state: Mutex<State>
    private let report: @Sendable (BoardEvent) -> Void

    init(_ hardware: HardwareConfiguration, _ report: @escaping @Sendable (BoardEvent) -> Void) {
        let connectors = hardware.connectors.map {
            ($0.profile.id, Connector(isSwitchedByController: $0.isSwitchedByController))
        }
        state = Mutex(State(connectors: Dictionary(connectors) { first, _ in first }))
        self.report = report
    }

    func connect(_ lines: GPIOBoard) { state.withLock { $0.lines = lines } }

    func said(_ event: BoardEvent) {
        switch event {
        case .pilot(let number, let pilot): tell(number) { $0.pilot = pilot }
        case .cable(let number, let isPlugged): tell(number) { $0.isPlugged = isPlugged }
        // What a contactor on a line does, its own feedback tells.
        case .contactor(let number, _):
            if state.withLock({ $0.connectors[number]?.isSwitchedByController ?? false }) { report(event) }
        default: report(event)
        }
    }

    private func tell(_ number: Int, _ change: (inout Connector) -> Void) {
        let (lines, connector) = state.withLock { state in
            if var connector = state.connectors[number] {
                change(&connector)
                state.connectors[number] = connector
            }
            return (state.lines, state.connectors[number])
        }
        guard let lines, let connector else { return }
        lines.pilotSaid(connector: number, connector.pilot, isPlugged: connector.isPlugged)
    }
}

/// A contactor that a controller switches, closed only while the interlock agrees.
private struct GuardedContactor: Contactor {
    let contactor: ModbusEVSE
    let lines: GPIOBoard
    let number: Int

    func close() throws(ContactorFault) {
        if let reason = lines.reasonToStayOpen(connector: number) { throw .interlocked(reason) }
        try contactor.close()
    }

    func open() throws(ContactorFault) { try contactor.open() }
}

/// Never used: a board file without a contactor or a pilot is refused. It never closes.
private struct NoContactor: Contactor {
    func close() throws(ContactorFault) { throw .notDriven("the board file names no contactor") }
    func open() throws(ContactorFault) {}
}

private struct NoPilot: ControlPilot {
    func offer(_ current: Amperes?) {}
    func signalFault() {}
}
