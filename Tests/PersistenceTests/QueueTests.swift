import ChargePointCore
import OCPP
import Testing
import Units

@testable import Persistence

@Suite struct `The queue of transaction messages` {
    @Test(arguments: Kind.allCases) func `keeps the order of events and every fact of them`(kind: Kind) throws {
        let stage = try Stage(kind)
        var start = start("s")
        start.parentIdTag = "GROUP"
        start.reservationId = 12
        var end = end("s")
        end.flags = [.offlineStart]
        try stage.store.commit([.transactionBegan(start)])
        try stage.store.commit([
            .meterValues("s", 1, sample(1_300, at: 60)), .meterValues("s", 1, sample(1_400, at: 120)),
            .transactionData("s", sample(1_200, at: 0)), .transactionData("s", sample(5_320, at: 600)),
        ])
        try stage.store.commit([.transactionEnded(end)])
        _ = try stage.reopen()

        let sent = try stage.store.drain(transactionId: 42)

        #expect(
            sent.map(\.content) == [
                .start(start), .meterValues(1, [sample(1_300, at: 60)]), .meterValues(1, [sample(1_400, at: 120)]),
                .stop(end, transactionData: [sample(1_200, at: 0), sample(5_320, at: 600)]),
            ])
        #expect(sent.map(\.transactionId) == [.pending, .known(42), .known(42), .known(42)])
        #expect(sent.map(\.id) == sent.map(\.id).sorted())
        #expect(try stage.store.queueCounts() == QueueCounts())
    }

    @Test(arguments: Kind.allCases) func `counts attempts and shows the last error, shortened`(kind: Kind) throws {
        let store = try Stage(kind).store
        try store.commit([.transactionBegan(start("s"))])
        let id = try #require(try store.head()).id

        try store.commit([.messageAttempted(id, attempts: 2, error: String(repeating: "x", count: 9_000))])

        #expect(try store.head()?.attempts == 2)
        let entry = try #require(try store.queueEntries(limit: 10).first)
        #expect(entry.attempts == 2 && entry.lastError?.count == 500 && entry.createdAt == at(0).time && !entry.isParked)
    }

    @Test(arguments: Kind.allCases) func `goes on without the transactionId once the start is parked`(kind: Kind) throws {
        let store = try Stage(kind).store
        try store.commit([.transactionBegan(start("s")), .meterValues("s", 1, sample(1, at: 1)), .transactionEnded(end("s"))])

        try store.commit([.messageParked(try #require(try store.head()).id, error: "InternalError")])

        #expect(try store.head()?.transactionId == .startParked)
        #expect(try store.queueCounts() == QueueCounts(queued: 2, parked: 1))
        #expect(try store.waiting() == ["s StartTransaction parked", "s MeterValues", "s StopTransaction"])
    }

    @Test(arguments: Kind.allCases) func `sends the whole session again after a parked start`(kind: Kind) throws {
        let store = try Stage(kind).store
        try store.commit([
            .transactionBegan(start("s")), .meterValues("s", 1, sample(1, at: 1)), .meterValues("s", 1, sample(2, at: 2)),
            .transactionData("s", sample(3, at: 3)), .transactionEnded(end("s")), .transactionBegan(start("t", at: 700)),
        ])
        let startId = try #require(try store.head()).id
        try store.commit([.messageParked(startId, error: "no"), .messageDelivered(startId + 1)])
        try store.commit([.messageParked(startId + 2, error: "unknown transaction"), .messageDelivered(startId + 3)])
        #expect(try store.waiting() == ["s StartTransaction parked", "s MeterValues parked", "t StartTransaction"])

        try store.commit([.messageResent(startId)])

        #expect(
            try store.waiting() == [
                "s StartTransaction", "s MeterValues", "s MeterValues", "s StopTransaction", "t StartTransaction",
            ])
        let sent = try store.drain(transactionId: 5)
        #expect(sent.map(\.transactionId) == [.pending, .known(5), .known(5), .known(5), .pending])
        #expect(sent.dropLast().last?.content == .stop(end("s"), transactionData: [sample(3, at: 3)]))
    }

    @Test(arguments: Kind.allCases) func `sends the session again when a parked start is answered late`(kind: Kind) throws {
        let store = try Stage(kind).store
        try store.commit([.transactionBegan(start("s")), .transactionEnded(end("s"))])
        let startId = try #require(try store.head()).id
        try store.commit([.messageParked(startId, error: "no answer"), .messageDelivered(startId + 1)])
        #expect(try store.head() == nil)

        try store.commit([.startConfirmed(startId, "s", transactionId: 8, idTagInfo: IdTagInfo(status: .accepted))])

        #expect(try store.head()?.transactionId == .known(8))
        #expect(try store.waiting() == ["s StopTransaction"])
    }

    @Test(arguments: Kind.allCases) func `ignores what is said of a former sending while the start is sent again`(kind: Kind) throws
    {
        let store = try Stage(kind).store
        try store.commit([.transactionBegan(start("s")), .transactionEnded(end("s"))])
        let startId = try #require(try store.head()).id
        try store.commit([.messageParked(startId, error: "no")])
        try store.commit([.messageResent(startId)])

        try store.commit([.messageDelivered(startId + 1), .messageParked(startId + 1, error: "unknown")])

        #expect(try store.waiting() == ["s StartTransaction", "s StopTransaction"])
    }

    @Test(arguments: Kind.allCases) func `takes a parked message back in its old place with new attempts`(kind: Kind) throws {
        let store = try Stage(kind).store
        try store.commit([.transactionBegan(start("s")), .meterValues("s", 1, sample(1, at: 1)), .transactionEnded(end("s"))])
        _ = try store.drain(limit: 1)
        let id = try #require(try store.head()).id
        try store.commit([.messageAttempted(id, attempts: 3, error: "no"), .messageParked(id, error: "given up")])
        #expect(try store.head()?.id == id + 1)
        #expect(try store.queueEntries(limit: 1).first?.attempts == 4)

        try store.commit([.messageResent(id)])

        #expect(try store.head()?.id == id)
        #expect(try store.head()?.attempts == 0)
    }

    @Test(arguments: Kind.allCases) func `ignores late answers to what is not there any more`(kind: Kind) throws {
        let store = try Stage(kind).store
        try store.commit([.transactionBegan(start("s")), .transactionEnded(end("s"))])
        let sent = try store.drain(transactionId: 1)
        let accepted = IdTagInfo(status: .accepted)
        let late: [Record] = sent.map(\.id).flatMap { id -> [Record] in
            [
                .messageDelivered(id), .messageParked(id, error: "x"), .messageResent(id),
                .messageAttempted(id, attempts: 9, error: "x"),
                .startConfirmed(id, "s", transactionId: 99, idTagInfo: accepted),
            ]
        }

        try store.commit(late)
        try store.commit([.transactionBegan(start("t"))])
        try store.commit([.startConfirmed(try #require(try store.head()).id, "s", transactionId: 98, idTagInfo: accepted)])

        #expect(try store.waiting() == ["t StartTransaction"])
        #expect(try store.sessions(SessionQuery()).sessions.map(\.transactionId) == [nil, 1])
    }

    @Test(arguments: Kind.allCases) func `completes a parked message by a late answer`(kind: Kind) throws {
        let store = try Stage(kind).store
        try store.commit([.transactionBegan(start("s")), .transactionData("s", sample(1, at: 1)), .transactionEnded(end("s"))])
        _ = try store.drain(limit: 1)
        let stop = try #require(try store.head()).id
        try store.commit([.messageParked(stop, error: "no answer")])

        try store.commit([.messageDelivered(stop)])

        #expect(try store.queueCounts() == QueueCounts())
        #expect(try store.sessions(SessionQuery()).sessions.map(\.delivery) == [.delivered])
    }

    @Test(
        arguments: Kind.allCases,
        [
            ([], []), ([0], [0]), ([0, 1], [0, 1]), ([0, 1, 2], [0, 2]), ([0, 1, 2, 3], [0, 2, 3]), ([0, 1, 2, 3, 4], [0, 2, 4]),
        ]
            as [([Int], [Int])])
    func `thins transactionData between the first and the last sample`(kind: Kind, row: (before: [Int], after: [Int])) throws {
        let store = try Stage(kind).store
        try store.commit([.transactionBegan(start("other")), .transactionData("other", sample(1, at: 1))])
        try store.commit([.transactionBegan(start("s"))] + row.before.map { .transactionData("s", sample($0, at: $0)) })

        try store.commit([.transactionDataThinned("s"), .transactionEnded(end("s")), .transactionEnded(end("other"))])

        let stops = try store.drain().compactMap { message in
            if case .stop(_, let data) = message.content { data.map(\.time) } else { nil }
        }
        #expect(stops == [row.after.map { at($0) }, [at(1)]])
    }

    @Test(arguments: [(Kind.sqlite, 10_000), (Kind.memory, 1_000)])
    func `drains a long outage in order and without taking memory for it`(kind: Kind, count: Int) throws {
        let stage = try Stage(kind)
        try stage.store.commit([.transactionBegan(start("s"))])
        for batch in 0..<(count / 100) {
            try stage.store.commit((0..<100).map { .meterValues("s", 1, sample(batch * 100 + $0, at: batch * 100 + $0)) })
        }
        #expect(try stage.reopen().queue.queued == count + 1)
        let database = (stage.store as? SQLiteRecordStore)?.database
        // What is tested is not durability, and 10,000 waits for the disk are long.
        try database?.execute("PRAGMA synchronous = OFF")

        var expected = 0
        var mostCached = 0
        _ = try stage.store.drain(limit: 1)
        while let message = try stage.store.queueHead() {
            guard message.content == .meterValues(1, [sample(expected, at: expected)]) else { break }
            try stage.store.commit([.messageDelivered(message.id)])
            expected += 1
            mostCached = max(mostCached, database?.cachedBytes ?? 0)
        }

        #expect(expected == count)
        #expect(mostCached < 1_500_000)
        #expect(try stage.store.queueCounts() == QueueCounts())
    }
}
