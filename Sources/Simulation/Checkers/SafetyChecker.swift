import ChargePointCore
import OCPP
import SimulatedBoard
import Units

/// 2. What must open opens in the same step, before anything is recorded or sent.
struct SafetyChecker: Checker {
    /// What the core has told to close and not to open.
    private var closed: Set<ConnectorId> = []

    mutating func observe(_ observation: Observation, in world: World) throws(Violation) {
        switch observation {
        case .ended: closed = []
        case .effect(.closeContactor(let id)): closed.insert(id)
        case .reaction(let input, let reaction):
            for id in closed where mustOpen(id, input) && !reaction.now.contains(.openContactor(id)) {
                throw Violation("opening", "connector \(id) stays closed after \(input)")
            }
            // The interlock was first.
            if case .board(.contactor(let number, .open)) = input { closed = closed.filter { $0.value != number } }
        case .madeSafe(let reaction):
            for case .openContactor(let id) in reaction.now {
                closed.remove(id)
                if world.board.connectors[id.value - 1].contactor.isEnergised {
                    throw Violation("opening", "connector \(id) is still closed when the opening was due")
                }
            }
        default: break
        }
    }

    private func mustOpen(_ id: ConnectorId, _ input: Input) -> Bool {
        switch input {
        case .board(.cable(id.value, isPlugged: false)): true
        case .board(.pilot(id.value, let state)): !state.asksForEnergy
        case .board(.lock(id.value, let state)): state != .locked
        case .board(.contactor(id.value, .welded)), .board(.contactor(id.value, .stuckOpen)): true
        case .board(.fault(let number, let fault, isActive: true)) where number == 0 || number == id.value:
            switch fault.kind {
            // Without a meter the operator may let a session go on; the others do not endanger anybody.
            case .readerFailure, .weakSignal, .localListConflict, .resetFailure, .powerMeterFailure: false
            default: true
            }
        case .shutdown: true
        default: false
        }
    }
}
