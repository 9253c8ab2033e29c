import ChargePointCore
import OCPP
import SimulatedBoard
import Units

/// 8. Never more is offered than the board carries, nor less than a pilot can signal.
struct OfferChecker: Checker {
    mutating func observe(_ observation: Observation, in world: World) throws(Violation) {
        guard case .effect(.offer(let id, _)) = observation else { return }
        let connector = world.board.connectors[id.value - 1]
        guard let offer = connector.offer else { return }
        guard (6...connector.configuration.maximumCurrent.value).contains(offer.value) else {
            throw Violation("offer", "connector \(id) offers \(offer), it carries \(connector.configuration.maximumCurrent)")
        }
    }
}
