import BoardSupport
import ChargePointCore
import Logging
import OCPP
import Units

/// Carries commands to the board's drivers. Opening is synchronous and tried whatever else happens.
struct Actuators: Sendable {
    let board: Board
    let logger: Logger
    /// A driver that cannot do what it is told says so like any other event.
    let report: @Sendable (BoardEvent) -> Void

    func makeSafe(_ commands: [SafetyCommand]) {
        for command in commands {
            switch command {
            case .openContactor(let id): open(id)
            case .signalFault(let id): connector(id)?.pilot.signalFault()
            }
        }
    }

    func openAll() {
        for connector in board.connectors { open(ConnectorId(connector.profile.id)) }
    }

    private func open(_ id: ConnectorId) {
        do { try connector(id)?.contactor.open() } catch {
            logger.critical("contactor cannot be opened", metadata: ["connector": "\(id)", "error": "\(error)"])
            report(.contactor(connector: id.value, .welded))
        }
    }

    func close(_ id: ConnectorId) {
        do { try connector(id)?.contactor.close() } catch .interlocked(let reason) {
            // The interlock saw first what the loop is about to hear.
            logger.notice("closing was forbidden", metadata: ["connector": "\(id)", "reason": "\(reason)"])
            report(.contactor(connector: id.value, .open))
        } catch {
            logger.error("contactor cannot be closed", metadata: ["connector": "\(id)", "error": "\(error)"])
            report(.contactor(connector: id.value, .stuckOpen))
        }
    }

    func offer(_ id: ConnectorId, _ current: Amperes?) { connector(id)?.pilot.offer(current) }
    func lock(_ id: ConnectorId) { connector(id)?.lock?.lock() }
    func unlock(_ id: ConnectorId) { connector(id)?.lock?.unlock() }

    func showLamp(_ state: LampState, intensity: Int) {
        board.lamp?.show(LampSignal(rawValue: state.rawValue) ?? .off, intensity: intensity)
    }

    func blink(_ times: Int) { board.lamp?.blink(times: times) }

    private func connector(_ id: ConnectorId) -> BoardConnector? {
        board.connectors.first { $0.profile.id == id.value }
    }
}
