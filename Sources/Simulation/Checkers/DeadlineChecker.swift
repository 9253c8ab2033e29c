import ChargePointCore
import OCPP

/// 10. After a tick the next deadline is later, and no instant makes the charge point spin.
struct DeadlineChecker: Checker {
    /// Uptimes of the latest ticks.
    private var ticks: [Duration] = []
    /// More ticks than this within a second are a busy loop.
    private static let bound = 40

    mutating func observe(_ observation: Observation, in world: World) throws(Violation) {
        switch observation {
        case .ended: ticks = []
        case .reaction(.tick, _):
            let now = world.clock.uptime
            if let deadline = world.chargePoint.deadline, deadline <= now {
                throw Violation("deadline", "the deadline \(deadline) is not after the tick at \(now)")
            }
            ticks.append(now)
            if ticks.count > Self.bound {
                guard now - ticks.removeFirst() > .seconds(1) else {
                    throw Violation("deadline", "more than \(Self.bound) ticks within a second")
                }
            }
        default: break
        }
    }
}
