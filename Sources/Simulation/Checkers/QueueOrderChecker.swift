import ChargePointCore
import OCPP
import Units

/// 5. Transaction messages go out in the order and in the words of the records; none leaves the queue without an answer, and in the
/// end the Central System has seen every one.
struct QueueOrderChecker: Checker {
    /// Which record a CALL carries.
    private var attempts: [MessageId: QueuedMessage.ID] = [:]
    private var answered: Set<QueuedMessage.ID> = []
    private var delivered: Set<QueuedMessage.ID> = []
    /// What was sent for a record: a repeat says the same, whatever starts and clocks lie between (OCPP 1.6 §3.7.1).
    private var payloads: [QueuedMessage.ID: Words] = [:]
    private static let rule = "queue"

    mutating func observe(_ observation: Observation, in world: World) throws(Violation) {
        switch observation {
        case .input(.received(.result(let id, _), _)): if let message = attempts[id] { answered.insert(message) }
        case .delivered(let id): if let message = attempts[id] { delivered.insert(message) }
        case .effect(.send(.call(let id, let request))): try sent(id, request, world)
        case .committed(let records): try left(records)
        case .healed: try judgeEnd(world)
        default: break
        }
    }

    private mutating func sent(_ id: MessageId, _ request: ChargePointRequest, _ world: World) throws(Violation) {
        guard Self.isTransactionMessage(request) else { return }
        guard let head = world.ledger.head, let session = world.ledger.session(of: head) else {
            throw Violation(Self.rule, "\(request.action.rawValue) is sent although nothing waits")
        }
        guard Self.carries(request, head, session) else {
            throw Violation(Self.rule, "record \(head.id) (\(head.kind)) is due, sent is \(request)")
        }
        attempts[id] = head.id
        let words = Words(request)
        guard let before = payloads.updateValue(words, forKey: head.id) else { return }
        // A start that was set aside makes the session's other messages go with −1, and with the transactionId once it is known.
        guard before.rest == words.rest, before.transactionId == words.transactionId || session.wasParked else {
            throw Violation(Self.rule, "record \(head.id) is repeated as \(words), it was \(before)")
        }
    }

    private struct Words {
        var transactionId: Int?
        var rest: String

        init(_ request: ChargePointRequest) {
            switch request {
            case .meterValues(var values):
                transactionId = values.transactionId
                values.transactionId = nil
                rest = Payload(values).text
            case .stopTransaction(var stop):
                transactionId = stop.transactionId
                stop.transactionId = 0
                rest = Payload(stop).text
            default: rest = request.payloadJSON()
            }
        }
    }

    private static func isTransactionMessage(_ request: ChargePointRequest) -> Bool {
        switch request {
        case .startTransaction, .stopTransaction: true
        case .meterValues(let values):
            values.transactionId != nil
                && !values.meterValue.contains { $0.sampledValue.contains { $0.context == .trigger } }
        default: false
        }
    }

    private static func carries(_ request: ChargePointRequest, _ message: LedgerMirror.Message, _ session: LedgerMirror.Session)
        -> Bool
    {
        switch (request, message.kind) {
        case (.startTransaction(let sent), .start):
            sent.connectorId == session.start.connectorId && sent.idTag == session.start.idTag
                && sent.meterStart == session.start.meterStart && sent.reservationId == session.start.reservationId
        case (.meterValues(let sent), .meterValues(let connector, let sample)):
            sent.connectorId == connector && sent.transactionId == session.transactionId ?? -1
                && sent.meterValue.map(\.sampledValue) == [sample.values]
        case (.stopTransaction(let sent), .stop):
            sent.transactionId == session.transactionId ?? -1 && sent.meterStop == session.end?.meterStop
                && sent.idTag == session.end?.idTag && sent.reason == session.end?.reason
        default: false
        }
    }

    private func left(_ records: [Record]) throws(Violation) {
        for record in records {
            switch record {
            case .messageDelivered(let id), .startConfirmed(let id, _, _, _):
                guard answered.contains(id) else { throw Violation(Self.rule, "record \(id) leaves the queue without an answer") }
            case .messageParked(let id, _):
                guard payloads[id] != nil else { throw Violation(Self.rule, "record \(id) is parked without having been sent") }
            default: break
            }
        }
    }

    private func judgeEnd(_ world: World) throws(Violation) {
        if let head = world.ledger.head { throw Violation(Self.rule, "record \(head.id) (\(head.kind)) still waits in the end") }
        if let parked = world.ledger.messages.first(where: { $0.state == .parked }) {
            throw Violation(Self.rule, "record \(parked.id) (\(parked.kind)) was set aside and cannot be sent again")
        }
        for message in world.ledger.messages where message.state != .thinned && !delivered.contains(message.id) {
            throw Violation(Self.rule, "the Central System never saw record \(message.id) (\(message.kind))")
        }
        for (id, session) in world.ledger.sessions {
            let messages = world.ledger.messages.filter { $0.session == id }
            guard session.end != nil else { throw Violation(Self.rule, "session \(id) never ends") }
            let starts = messages.count { $0.kind == .start }
            let stops = messages.count { $0.kind == .stop }
            let due = session.start.isReported ? 1 : 0
            guard starts == due, stops == due else {
                throw Violation(Self.rule, "session \(id) has \(starts) starts and \(stops) stops")
            }
        }
    }
}
