import ChargePointCore
import OCPP
import SimulatedBoard

/// 1. The contactor is closed only while a plug is in and a durable transaction is open; nothing begins while nothing is durable.
struct ContactorChecker: Checker {
    mutating func observe(_ observation: Observation, in world: World) throws(Violation) {
        switch observation {
        case .reaction(_, let reaction) where world.backlog != nil:
            let begins = reaction.record.contains { if case .transactionBegan = $0 { true } else { false } }
            if begins { throw Violation("closed contactor", "a transaction begins while nothing can be recorded") }
        case .madeSafe, .committed, .effect, .settled:
            for connector in world.board.connectors where connector.contactor.isEnergised {
                guard connector.isPlugged else {
                    throw Violation("closed contactor", "connector \(connector.id) is closed without a plug")
                }
                guard world.ledger.openSessions.contains(where: { $0.start.connectorId.value == connector.id }) else {
                    throw Violation("closed contactor", "connector \(connector.id) is closed without a durable transaction")
                }
            }
        default: break
        }
    }
}
