import Agent
import ChargePointCore
import Synchronization
import Units

/// The time at which certificates must be valid: the charge point's own, and never before what is on record.
///
/// A board without a battery clock starts in 1970. Every certificate would be "not yet valid" then, and the central system that could
/// tell the time would never be reached.
final class CertificateClock: Sendable {
    private struct Weak { weak var agent: ChargePointAgent? }

    private let floor: Timestamp
    private let followed = Mutex(Weak())

    init(notBefore floor: Timestamp) { self.floor = floor }

    /// From now on what a time service or the Central System told counts, as for messages.
    func follow(_ agent: ChargePointAgent) { followed.withLock { $0.agent = agent } }

    var now: Timestamp {
        let offset = followed.withLock { $0.agent }?.view.clock.offset ?? .zero
        return max(Moment.read().systemTime + offset, floor)
    }
}
