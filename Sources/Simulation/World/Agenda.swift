import ChargePointCore
import OCPP
import Units

/// What is going to happen, by the world's own time; what falls on the same instant happens in the order it was planned.
struct Agenda: Sendable {
    enum Event: Sendable {
        case centralSystemReceives(MessageId, ChargePointRequest, connection: Int)
        case centralSystemSends(String, connection: Int)
        case chargePointReceives(String, connection: Int)
        case connect
        /// The link's own liveness check.
        case ping
        /// The answer to a ping that the core asked for.
        case pong(connection: Int)
        /// TCP gives up a connection on which nothing arrives.
        case giveUp(connection: Int)
        case meterAnswers(Int)
        case pollMeters
        /// A meter that was silent answers again; with a register: it is another one.
        case meterSpeaks(Int, register: WattHours?)
        case retryStorage
        case storeAnswers(QueuedMessage?, QueueCounts)
        case logUploadEnds(Int, LogUploadOutcome)
        /// What came of work for an update; what runs by then.
        case firmware(FirmwareOutcome, update: String, job: Int, runs: String?)
        case signingVerdict(SigningCertificateVerdict, question: Int)
        /// Whoever installed firmware restarts the machine.
        case machineRestarts
    }

    private struct Entry: Sendable {
        var instant: Duration
        var event: Event
    }

    private var entries: [Entry] = []

    var next: Duration? { entries.first?.instant }

    mutating func plan(_ event: Event, at instant: Duration) {
        let place = entries.lastIndex { $0.instant <= instant }.map { $0 + 1 } ?? 0
        entries.insert(Entry(instant: instant, event: event), at: place)
    }

    mutating func takeDue(at now: Duration) -> Event? {
        guard let first = entries.first, first.instant <= now else { return nil }
        entries.removeFirst()
        return first.event
    }

    mutating func drop(where isMeant: (Event) -> Bool) { entries.removeAll { isMeant($0.event) } }

    /// The power is gone, and with it all that was under way.
    mutating func clear() { entries = [] }
}
