import ChargePointCore
import LocalAPIModels
import Testing

@testable import LocalAPI

@Suite struct `What a reader of events is still to get` {
    static let note = LogNote(.card, ["idTag": .text("1")])

    @Test func `the latest status wins, and the next waits for the pace`() {
        var outbox = EventOutbox()
        var later = StatusSource.charging
        later.view.queue = QueueCounts()
        outbox.put(.charging)
        outbox.put(later)

        #expect(outbox.take() == [.status(later)])
        outbox.put(.charging)
        #expect(outbox.take() == [])
        outbox.paceElapsed()
        #expect(outbox.take() == [.status(.charging)])
    }

    @Test func `notes do not wait for the pace`() {
        var outbox = EventOutbox()
        outbox.put(.charging)
        _ = outbox.take()

        #expect(outbox.put(Self.note) == true)

        #expect(outbox.take() == [.note(Self.note)])
        #expect(outbox.take() == [])
    }

    @Test func `a reader who takes nothing is found out by notes and by heartbeats`() {
        var outbox = EventOutbox()
        for _ in 0..<EventOutbox.noteLimit { #expect(outbox.put(Self.note) == true) }

        #expect(outbox.put(Self.note) == false)
        #expect(outbox.beat() == true)
        #expect(outbox.beat() == false)
        #expect(outbox.take().count == EventOutbox.noteLimit + 1)
        #expect(outbox.beat() == true)
    }

    @Test func `events are written as text event stream has it`() throws {
        let note = try EventOutbox.Event.note(Self.note).text()
        let heartbeat = try EventOutbox.Event.heartbeat.text()

        #expect(note == "event: card\ndata: {\"idTag\":\"1\"}\n\n")
        #expect(heartbeat == ": still here\n\n")
    }
}
