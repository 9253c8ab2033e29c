import ChargePointCore
import OCPP

/// 12. Security events that have to be told reach the Central System in the order of events, none again after its answer is on record,
/// none settled without an answer, and in the end all of them (security whitepaper A04.FR.01, A04.FR.02).
struct SecurityEventChecker: Checker {
    /// Which event a CALL carries.
    private var attempts: [MessageId: Int64] = [:]
    private var answered: Set<Int64> = []
    /// On this connection: what was sent and may have been given up until the next.
    private var tried: Set<Int64> = []
    /// The Central System does not know the message, it said on this connection.
    private var isUnknown = false
    private static let rule = "security events"

    mutating func observe(_ observation: Observation, in world: World) throws(Violation) {
        switch observation {
        case .ended, .input(.linkOpened):
            tried = []
            isUnknown = false
        case .input(.received(.result(let id, _), _)): if let number = attempts[id] { answered.insert(number) }
        case .input(.received(.error(let id, let error), _)):
            if attempts[id] != nil, error.code == .notImplemented || error.code == .notSupported { isUnknown = true }
        case .effect(.send(.call(let id, .securityEventNotification(let message)))): try sent(id, message, world)
        case .committed(let records):
            for case .securityEventSettled(let number) in records where !answered.contains(number) {
                throw Violation(Self.rule, "event \(number) is settled although nobody answered it")
            }
        case .healed: try judgeEnd(world)
        default: break
        }
    }

    private mutating func sent(_ id: MessageId, _ message: SecurityEventNotification, _ world: World) throws(Violation) {
        let waiting = Self.waiting(world)
        let told = waiting.filter { $0.event.rawValue == message.type.text && $0.info == message.techInfo }
        // Two may say the same words. Their times tell them apart, unless they were put right since; and one that was tried on this
        // connection waits for the next.
        let exact = told.filter { $0.time.time == message.timestamp }
        let untried = told.filter { !tried.contains($0.number) }
        let meant = [exact, untried, told].first { !$0.isEmpty } ?? []
        guard let number = meant.map(\.number).min() else {
            throw Violation(Self.rule, "\(message.type) (\(message.techInfo?.text ?? "")) is sent although it does not wait")
        }
        if let before = waiting.map(\.number).filter({ $0 < number && !tried.contains($0) }).min() {
            throw Violation(Self.rule, "event \(number) is sent before event \(before)")
        }
        attempts[id] = number
        tried.insert(number)
    }

    private func judgeEnd(_ world: World) throws(Violation) {
        guard world.settings.hasCentralSystem, !isUnknown else { return }
        let left = Self.waiting(world).filter { !tried.contains($0.number) }
        guard left.isEmpty else { throw Violation(Self.rule, "never told: \(left.map { "\($0.number) \($0.event.rawValue)" })") }
    }

    /// On record, or about to be.
    private static func waiting(_ world: World) -> [SecurityLogEntry] {
        var ledger = world.ledger
        ledger.apply(world.backlog ?? [])
        return ledger.securityEvents.values.filter(\.isWaiting)
    }
}
