import ChargePointCore
import OCPP

/// What is durable, worked out from the committed records alone: the judges' own opinion beside the store's.
struct LedgerMirror {
    struct Session {
        var start: TransactionStart
        /// Where its start is in `messages`.
        var startMessage: Int?
        var transactionId: Int?
        var end: TransactionEnd?
        /// Times of what was kept for the StopTransaction.
        var data: [RecordedTime] = []
        /// Messages that were parked make a session's history at the Central System an odd one.
        var wasParked = false
    }

    struct Message {
        var id: QueuedMessage.ID
        var session: SessionId
        var kind: Kind
        var state = State.queued
        var wasAttempted = false

        enum Kind: Equatable {
            case start
            case meterValues(ConnectorId, MeterSample)
            case stop
        }
        enum State { case queued, parked, delivered, thinned }
    }

    private(set) var sessions: [SessionId: Session] = [:]
    /// Every message that was ever queued, by id less one.
    private(set) var messages: [Message] = []
    /// By the start in which the clock became known.
    private(set) var corrections: [Int: ClockCorrection] = [:]
    /// By chargingProfileId.
    private(set) var profiles: [InstalledProfile] = []
    /// Every security event on record that had to be told; `isWaiting`: still.
    private(set) var securityEvents: [Int64: SecurityLogEntry] = [:]
    /// Ids of those that wait, ascending.
    private var queued: [QueuedMessage.ID] = []

    var head: Message? { queued.first.map { messages[Int($0) - 1] } }
    var openSessions: [Session] { openIds.compactMap { sessions[$0] } }
    private var openIds: [SessionId] = []

    func session(of message: Message) -> Session? { sessions[message.session] }

    mutating func apply(_ records: [Record]) { for record in records { apply(record) } }

    private mutating func apply(_ record: Record) {
        switch record {
        case .transactionBegan(let start):
            sessions[start.session] = Session(start: start)
            openIds.append(start.session)
            if start.isReported { append(.start, start.session) }
        case .transactionEnded(let end):
            sessions[end.session]?.end = end
            openIds.removeAll { $0 == end.session }
            profiles.removeAll { $0.session == end.session }
            if end.isReported { append(.stop, end.session) }
        case .meterValues(let session, let connector, let sample): append(.meterValues(connector, sample), session)
        case .startConfirmed(let id, let session, let transactionId, _):
            sessions[session]?.transactionId = transactionId
            leave(id, .delivered)
        case .messageDelivered(let id): leave(id, .delivered)
        case .messageParked(let id, _):
            if let message = message(id) { sessions[message.session]?.wasParked = true }
            leave(id, .parked)
        case .messageResent(let id): resend(id)
        case .messageAttempted(let id, _, _): if message(id) != nil { messages[Int(id) - 1].wasAttempted = true }
        case .transactionData(let session, let sample): sessions[session]?.data.append(sample.time)
        case .meterValuesThinned: thin()
        case .chargingProfileInstalled(let installed):
            profiles.removeAll { $0.id == installed.id }
            profiles.append(installed)
        case .chargingProfilesRemoved(let ids): profiles.removeAll { ids.contains($0.id) }
        case .clockBecameKnown(let correction): if corrections[correction.boot] == nil { corrections[correction.boot] = correction }
        case .securityEvent(let entry): if entry.isWaiting { securityEvents[entry.number] = entry }
        case .securityEventSettled(let number): securityEvents[number] = nil
        default: break
        }
    }

    /// Ids of the messages that these records are going to queue while their session has no transactionId.
    func messagesWithoutId(_ records: [Record]) -> [QueuedMessage.ID] {
        var next = QueuedMessage.ID(messages.count)
        var found: [QueuedMessage.ID] = []
        for record in records {
            switch record {
            case .transactionBegan(let start): next += start.isReported ? 1 : 0
            case .transactionEnded(let end):
                next += end.isReported ? 1 : 0
                if end.isReported, sessions[end.session]?.transactionId == nil { found.append(next) }
            case .meterValues(let session, _, _):
                next += 1
                if sessions[session]?.transactionId == nil { found.append(next) }
            default: break
            }
        }
        return found
    }

    /// Every second meter value that waits untried goes, session by session.
    private mutating func thin() {
        var counts: [SessionId: Int] = [:]
        for id in queued {
            let message = messages[Int(id) - 1]
            guard case .meterValues = message.kind, !message.wasAttempted else { continue }
            counts[message.session, default: 0] += 1
            if counts[message.session, default: 0] % 2 == 0 { messages[Int(id) - 1].state = .thinned }
        }
        queued.removeAll { messages[Int($0) - 1].state == .thinned }
    }

    private mutating func append(_ kind: Message.Kind, _ session: SessionId) {
        let id = QueuedMessage.ID(messages.count + 1)
        if kind == .start { sessions[session]?.startMessage = messages.count }
        messages.append(Message(id: id, session: session, kind: kind))
        queued.append(id)
    }

    private func message(_ id: QueuedMessage.ID) -> Message? {
        messages.indices.contains(Int(id) - 1) ? messages[Int(id) - 1] : nil
    }

    private mutating func leave(_ id: QueuedMessage.ID, _ state: Message.State) {
        guard let message = message(id) else { return }
        // The session's start went back to the queue meanwhile, and the whole session with it: it is told again from the start.
        if message.kind != .start, let start = sessions[message.session]?.startMessage, messages[start].state == .queued { return }
        if message.state == .thinned { return }
        messages[Int(id) - 1].state = state
        queued.removeAll { $0 == id }
    }

    private mutating func resend(_ id: QueuedMessage.ID) {
        guard let asked = message(id), asked.state == .parked else { return }
        for index in messages.indices {
            let isMeant = asked.kind == .start ? messages[index].session == asked.session : messages[index].id == id
            if isMeant, messages[index].state != .queued, messages[index].state != .thinned {
                messages[index].state = .queued
                messages[index].wasAttempted = false
                queued.append(messages[index].id)
            }
        }
        queued.sort()
    }
}
