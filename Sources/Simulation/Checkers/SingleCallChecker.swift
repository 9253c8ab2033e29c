import ChargePointCore
import OCPP

/// 4. At most one CALL is outstanding (OCPP-J §4.1.1): the next one goes after the answer, the end of the connection or
/// MessageTimeout. Nothing is sent where nothing is connected.
struct SingleCallChecker: Checker {
    private var outstanding: (id: MessageId, until: Duration)?

    mutating func observe(_ observation: Observation, in world: World) throws(Violation) {
        switch observation {
        case .ended, .input(.linkOpened), .input(.linkClosed): outstanding = nil
        case .input(.received(.result(let id, _), _)), .input(.received(.error(let id, _), _)):
            if id == outstanding?.id { outstanding = nil }
        case .effect(.send(let frame)):
            guard world.link.state != .closed || world.inbox.contains(.linkClosed) else {
                throw Violation("single call", "a frame is sent although there is no connection")
            }
            guard case .call(let id, let request) = frame else { return }
            if let outstanding, world.clock.uptime < outstanding.until {
                throw Violation("single call", "\(request.action.rawValue) is sent while \(outstanding.id) is outstanding")
            }
            let seconds = Int(world.chargePoint.configuration.text(.messageTimeout)) ?? 0
            outstanding = (id, world.clock.uptime + .seconds(seconds))
        default: break
        }
    }
}
