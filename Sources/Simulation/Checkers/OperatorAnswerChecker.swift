import ChargePointCore
import OCPP

/// Every request of the operator gets exactly one answer.
struct OperatorAnswerChecker: Checker {
    /// Authorize may take MessageTimeout, and wait behind other CALLs; a card to be learnt is waited for.
    static let patience = Duration.seconds(600)
    private var due: [Int: Duration] = [:]

    mutating func observe(_ observation: Observation, in world: World) throws(Violation) {
        switch observation {
        case .ended: due = [:]
        case .reaction(.requested(_, let request), _): due[request] = world.clock.uptime + Self.patience
        case .effect(.answer(_, let request)):
            guard due.removeValue(forKey: request) != nil else {
                throw Violation("operator", "request \(request) is answered without having been asked, or twice")
            }
        case .settled:
            for (request, instant) in due where instant < world.clock.uptime {
                throw Violation("operator", "request \(request) is not answered")
            }
        default: break
        }
    }
}
