/// A text message from the central system, already judged (OCPP-J 1.6 §4.2).
public enum IncomingFrame: Sendable, Equatable {
    case call(MessageId, CentralSystemRequest)
    /// A CALL that is answered with this CALLERROR.
    case refused(MessageId, CallError)
    /// The answer to one of our CALLs; decoded once it is known to which.
    case result(MessageId, Payload)
    case error(MessageId, CallError)
    /// Nothing that can be acted on: what is wrong, for the log, and what to answer where it may have been a CALL.
    case unusable(String, answer: Answer?)

    /// A CALLERROR for a frame that cannot be used.
    public struct Answer: Sendable, Equatable {
        public var id: MessageId
        public var error: CallError

        public init(id: MessageId, error: CallError) {
            self.id = id
            self.error = error
        }
    }

    /// Reads one text message. Whatever the text is, the answer is one of the cases.
    public static func parse(_ text: String) -> IncomingFrame {
        let elements = FrameElements(text)
        guard elements.isArray else {
            return .unusable("a message is a JSON array; \(elements.flaw.map { "\($0)" } ?? "this is none")", answer: nil)
        }
        guard let type = elements.values.first else {
            return .unusable("the message type is missing" + (elements.flaw.map { ": \($0)" } ?? ""), answer: nil)
        }
        guard case .success(let number) = Int.read(type, lenient: false) else {
            return .unusable("the message type is \(type.kind), not 2, 3 or 4", answer: elements.answerToMistypedCall)
        }
        guard (2...4).contains(number) else {
            // OCPP-J 1.6 §4.1.3: "it SHALL ignore the message payload".
            return .unusable("message type \(number) is not 2, 3 or 4", answer: nil)
        }
        guard let id = elements.id else {
            return .unusable("the message id of a message of type \(number) is missing or not a string", answer: nil)
        }
        switch number {
        case 2: return call(id, elements)
        case 3: return .result(id, Payload(text: elements.result))
        default: return .error(id, elements.error)
        }
    }

    private static func call(_ id: MessageId, _ elements: FrameElements) -> IncomingFrame {
        func refused(_ code: CallErrorCode, _ description: String) -> IncomingFrame {
            .refused(id, CallError(code: code, description: description))
        }
        if let flaw = elements.flaw { return refused(.formationViolation, "\(flaw)") }
        let values = elements.values
        guard values.count == 4 else {
            return refused(.formationViolation, "a CALL has 4 elements: 2, message id, action, payload; found \(values.count)")
        }
        guard case .string(let name) = values[2] else {
            return refused(.formationViolation, "the action must be a string, found \(values[2].kind)")
        }
        // OCPP-J 1.6 §4.2.1 allows null where there is no payload.
        let payload = values[3] == .null ? JSON.object([]) : values[3]
        guard payload.isObject else {
            return refused(.formationViolation, "the payload must be an object, found \(payload.kind)")
        }
        guard let action = Action(rawValue: name) else {
            return refused(.notImplemented, "action '\(name.prefix(64))' is not known in OCPP 1.6")
        }
        do {
            guard let request = try CentralSystemRequest(action: action, payload: payload, lenient: false) else {
                return refused(.notImplemented, "\(name) is sent by a charge point only, never to one")
            }
            return .call(id, request)
        } catch {
            let problem = DecodingProblem(error)
            return refused(problem.code, problem.description)
        }
    }
}
