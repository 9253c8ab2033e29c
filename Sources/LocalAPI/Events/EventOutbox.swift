import LocalAPIModels

/// What one reader of `GET /v1/events` is still to get. Bounded: only the latest status waits, and a few notes; who falls further
/// behind is dropped.
struct EventOutbox: Sendable {
    /// Notes that may wait.
    static let noteLimit = 64
    /// At most ten statuses a second.
    static let pace: Duration = .milliseconds(100)
    static let heartbeat: Duration = .seconds(15)

    private var status: StatusSource?
    private var notes: [LogNote] = []
    private var isBeatDue = false
    private var isPacing = false

    enum Event: Equatable {
        case status(StatusSource)
        case note(LogNote)
        /// A comment that keeps the connection alive and shows whether the reader still takes anything.
        case heartbeat
    }

    mutating func put(_ status: StatusSource) { self.status = status }

    /// - Returns: false when the reader is too far behind.
    mutating func put(_ note: LogNote) -> Bool {
        guard notes.count < Self.noteLimit else { return false }
        notes.append(note)
        return true
    }

    /// - Returns: false when the heartbeat before is still not taken.
    mutating func beat() -> Bool {
        guard !isBeatDue else { return false }
        isBeatDue = true
        return true
    }

    mutating func paceElapsed() { isPacing = false }

    /// What to send now. After a status the next one waits until `paceElapsed`.
    mutating func take() -> [Event] {
        var events: [Event] = []
        if let status, !isPacing {
            events.append(.status(status))
            self.status = nil
            isPacing = true
        }
        events += notes.map { .note($0) }
        notes = []
        if isBeatDue { events.append(.heartbeat) }
        isBeatDue = false
        return events
    }
}

extension EventOutbox.Event {
    /// As text/event-stream has it.
    func text() throws -> String {
        switch self {
        case .status(let source): try "event: status\ndata: \(json(StatusReport(source)))\n\n"
        case .note(let note): try "event: \(note.event.rawValue)\ndata: \(json(note.fields))\n\n"
        case .heartbeat: ": still here\n\n"
        }
    }

    private func json(_ value: some Encodable) throws -> String { String(decoding: try JSONText.encode(value), as: UTF8.self) }
}
