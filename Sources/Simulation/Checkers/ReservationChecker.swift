import ChargePointCore
import OCPP
import Units

/// 15. What was reserved is kept: no stranger begins a transaction there, a transaction that uses it says so, and nothing but use,
/// cancelling, expiry and the status Faulted or Unavailable ends it, no restart either (OCPP 1.6 §5.13).
struct ReservationChecker: Checker {
    /// Those that were answered with Accepted.
    private var kept: [Int: ReserveNow] = [:]
    private static let rule = "reservation"

    mutating func observe(_ observation: Observation, in world: World) throws(Violation) {
        switch observation {
        case .reaction(let input, let reaction):
            forgetExpired(world)
            // A request that ends a reservation may let somebody begin in the same step.
            if case .received(.call(_, let request), _) = input { forget(request, reaction) }
            for case .transactionBegan(let start) in reaction.record { try judge(start, world) }
            forgetVoid(world.view)
        case .effect(.send(.result(let id, .reserveNow(let confirmation)))) where confirmation.status == .accepted:
            guard let request = asked.removeValue(forKey: id) else { return }
            kept[request.reservationId] = request
            forgetVoid(world.view)
        case .ended: asked = [:]
        case .settled:
            forgetExpired(world)
            let held = Set(world.view.reservations.map(\.id))
            for (id, request) in kept where !held.contains(id) {
                throw Violation(Self.rule, "reservation \(id) of connector \(request.connectorId) is forgotten")
            }
        default: break
        }
    }

    /// Accepted, but not yet told.
    private var asked: [MessageId: ReserveNow] = [:]

    private mutating func forget(_ request: CentralSystemRequest, _ reaction: Reaction) {
        switch request {
        case .cancelReservation(let request): kept[request.reservationId] = nil
        case .reserveNow(let request):
            for case .send(.result(let id, .reserveNow(let confirmation))) in reaction.then where confirmation.status == .accepted {
                kept[request.reservationId] = nil
                asked[id] = request
            }
        default: break
        }
    }

    private mutating func judge(_ start: TransactionStart, _ world: World) throws(Violation) {
        for (id, reserved) in kept {
            let isOnly = reserved.connectorId == .chargePoint && world.settings.board.connectors.count == 1
            guard reserved.connectorId == start.connectorId || isOnly else { continue }
            let isOfGroup = reserved.parentIdTag != nil && reserved.parentIdTag == start.parentIdTag
            guard reserved.idTag == start.idTag || isOfGroup else {
                throw Violation(Self.rule, "\(start.idTag) begins at connector \(start.connectorId), which reservation \(id) keeps")
            }
            guard start.reservationId == id || isOnly else {
                throw Violation(
                    Self.rule, "a transaction that uses reservation \(id) says \(String(describing: start.reservationId))")
            }
        }
        if let id = start.reservationId { kept[id] = nil }
    }

    private mutating func forgetExpired(_ world: World) {
        let time = world.clock.moment(entropy: 0).systemTime + world.view.clock.offset
        kept = kept.filter { $0.value.expiryDate > time }
    }

    private mutating func forgetVoid(_ view: ChargePointView) {
        kept = kept.filter { _, request in
            let status = request.connectorId == .chargePoint ? view.status : view.connectors[request.connectorId.value - 1].status
            return status != .faulted && status != .unavailable
        }
    }
}
