import ChargePointCore
import OCPP

/// 12. Every request of the Central System gets exactly one answer while the connection stands; none while Rejected.
struct AnswerChecker: Checker {
    /// How long the slowest answer may take: UnlockConnector waits for a session's end and for the lock.
    static let patience = Duration.seconds(30)
    private var due: [MessageId: [Duration]] = [:]
    private static let rule = "answers"

    mutating func observe(_ observation: Observation, in world: World) throws(Violation) {
        switch observation {
        case .ended, .input(.linkClosed), .input(.linkOpened): due = [:]
        case .reaction(.received(let frame, _), _):
            // "While Rejected, the Charge Point SHALL NOT respond to any Central System initiated message" (OCPP 1.6 §4.2).
            guard world.view.registration != .rejected else { return due = [:] }
            guard let id = Self.asked(frame) else { return }
            due[id, default: []].append(world.clock.uptime + Self.patience)
        case .discarded(.received(let frame, _)): if let id = Self.asked(frame) { _ = due[id]?.popLast() }
        case .effect(.send(.result(let id, _))), .effect(.send(.error(let id, _))):
            guard var waiting = due[id], !waiting.isEmpty else {
                throw Violation(Self.rule, "\(id) is answered without having been asked")
            }
            waiting.removeFirst()
            due[id] = waiting.isEmpty ? nil : waiting
        case .settled:
            for (id, instants) in due where instants.contains(where: { $0 < world.clock.uptime }) {
                throw Violation(Self.rule, "\(id) is not answered")
            }
        default: break
        }
    }

    private static func asked(_ frame: IncomingFrame) -> MessageId? {
        switch frame {
        case .call(let id, _), .refused(let id, _): id
        case .unusable(_, let answer): answer?.id
        case .result, .error: nil
        }
    }
}
