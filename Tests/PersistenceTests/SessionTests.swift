import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

@Suite struct `A session in the ledger` {
    @Test(arguments: Kind.allCases) func `is open after a restart with all that its end needs`(kind: Kind) throws {
        let stage = try Stage(kind)
        var start = start("s")
        start.parentIdTag = "GROUP"
        start.reservationId = 3
        start.time = at(0, isTrusted: false)
        _ = try stage.store.begin()
        try stage.store.commit([.transactionBegan(start)])
        try stage.store.commit([.transactionAlive("s", register: 2_500, time: at(60)), .transactionDeauthorised("s")])

        let snapshot = try stage.reopen()

        let open = OpenTransaction(
            start: start, transactionId: nil, isDeauthorised: true, lastRegister: 2_500, lastAlive: at(60))
        #expect(snapshot.openTransactions == [open])
        #expect(snapshot.boot == 2)
        #expect(snapshot.queue == QueueCounts(queued: 1, parked: 0))
        #expect(snapshot.lastRecordedTime == at(60).time)
    }

    @Test(arguments: Kind.allCases) func `never counts back behind its start`(kind: Kind) throws {
        let stage = try Stage(kind)
        try stage.store.commit([.transactionBegan(start("s")), .transactionAlive("s", register: 1, time: at(1))])

        let snapshot = try stage.reopen()

        #expect(snapshot.openTransactions.map(\.lastRegister) == [1_200])
    }

    @Test(arguments: Kind.allCases) func `keeps the group that the Central System named`(kind: Kind) throws {
        let stage = try Stage(kind)
        try stage.store.commit([.transactionBegan(start("s"))])
        let head = try #require(try stage.store.head())
        let info = IdTagInfo(parentIdTag: "GROUP", status: .accepted)
        try stage.store.commit([.startConfirmed(head.id, "s", transactionId: 0, idTagInfo: info)])

        let open = try #require(try stage.reopen().openTransactions.first)

        #expect(open.transactionId == 0)
        #expect(open.start.parentIdTag == "GROUP")
    }

    @Test(arguments: Kind.allCases) func `leaves nothing to send without a Central System`(kind: Kind) throws {
        let stage = try Stage(kind)
        try stage.store.commit([.transactionBegan(start("s", isReported: false)), .meterValues("s", 1, sample(1, at: 1))])
        try stage.store.commit([.transactionData("s", sample(1, at: 1)), .transactionEnded(end("s", isReported: false))])

        #expect(try stage.store.queueCounts() == QueueCounts())
        #expect(try stage.store.sessions(SessionQuery()).sessions.map(\.delivery) == [.standalone])
    }

    @Test(arguments: Kind.allCases) func `whose start was never reported queues no stop that could only wait`(kind: Kind) throws {
        let stage = try Stage(kind)
        try stage.store.commit([.transactionBegan(start("s", isReported: false))])

        try stage.store.commit([.transactionEnded(end("s", isReported: true))])

        #expect(try stage.store.head() == nil)
    }

    @Test(arguments: Kind.allCases) func `is refused a second start and a second end`(kind: Kind) throws {
        let stage = try Stage(kind)
        try stage.store.commit([.transactionBegan(start("s"))])

        #expect(throws: RecordStoreError.self) { try stage.store.commit([.transactionBegan(start("s", at: 9))]) }
        try stage.store.commit([.transactionEnded(end("s"))])
        #expect(throws: RecordStoreError.self) { try stage.store.commit([.transactionEnded(end("s", at: 900))]) }
        try stage.store.commit([.transactionAlive("s", register: 9_999, time: at(700))])

        let entry = try #require(try stage.store.sessions(SessionQuery()).sessions.first)
        #expect(entry.startedAt == at(0).time && entry.stoppedAt == at(600).time && entry.meterStop == 5_320)
    }

    @Test(arguments: Kind.allCases) func `gets all records of a commit or none`(kind: Kind) throws {
        let stage = try Stage(kind)

        #expect(throws: RecordStoreError.self) {
            try stage.store.commit([
                .configurationChanged(key: "HeartbeatInterval", value: "60"), .transactionBegan(start("s")),
                .transactionEnded(end("another")),
            ])
        }

        let snapshot = try stage.reopen()
        #expect(snapshot.configuration.isEmpty && snapshot.openTransactions.isEmpty && snapshot.queue.queued == 0)
        #expect(snapshot.lastRecordedTime == nil)
    }

    @Test(
        arguments: Kind.allCases,
        [
            ("open", SessionEntry.Delivery.queued), ("ended", .queued), ("delivered", .delivered), ("stop parked", .parked),
            ("start parked", .parked),
        ])
    func `tells how much of it the Central System knows`(kind: Kind, row: (String, SessionEntry.Delivery)) throws {
        let store = try Stage(kind).store
        try store.commit([.transactionBegan(start("s"))])
        if row.0 == "start parked", let head = try store.head() { try store.commit([.messageParked(head.id, error: "no")]) }
        if row.0 != "open" { try store.commit([.transactionEnded(end("s"))]) }
        if row.0 == "delivered" { _ = try store.drain() }
        if row.0 == "stop parked" {
            _ = try store.drain(limit: 1)
            let stop = try #require(try store.head())
            try store.commit([.messageParked(stop.id, error: "no")])
        }

        #expect(try store.sessions(SessionQuery()).sessions.map(\.delivery) == [row.1])
    }

    @Test(arguments: Kind.allCases) func `appears newest first, page by page, within the times asked for`(kind: Kind) throws {
        let store = try Stage(kind).store
        for hour in 0..<7 { try store.commit([.transactionBegan(start("s\(hour)", at: hour * 3600))]) }

        let first = try store.sessions(SessionQuery(limit: 3))
        let second = try store.sessions(SessionQuery(limit: 3, cursor: first.next))
        let third = try store.sessions(SessionQuery(limit: 3, cursor: second.next))
        let some = try store.sessions(SessionQuery(from: noon + .seconds(3600), to: noon + .seconds(3 * 3600)))

        #expect(
            [first, second, third].map { $0.sessions.map(\.session.text) } == [["s6", "s5", "s4"], ["s3", "s2", "s1"], ["s0"]])
        #expect(third.next == nil)
        #expect(some.sessions.map(\.session.text) == ["s2", "s1"])
        #expect(try store.sessions(SessionQuery(limit: 7)).next == nil)
        #expect(try store.sessions(SessionQuery(limit: -5)).sessions.count == 1)
    }

    @Test(arguments: Kind.allCases) func `is told with all its facts`(kind: Kind) throws {
        let store = try Stage(kind).store
        var end = end("s")
        end.flags = [.powerLoss, .meterEstimated]
        end.reason = .powerLoss
        try store.commit([.transactionBegan(start("s")), .transactionEnded(end)])
        _ = try store.drain(transactionId: -4)

        let entry = SessionEntry(
            session: "s", connectorId: 1, idTag: "04A2b3C4", startedAt: at(0).time, stoppedAt: at(600).time, meterStart: 1_200,
            meterStop: 5_320, reason: .powerLoss, transactionId: -4, delivery: .delivered, flags: [.powerLoss, .meterEstimated])
        #expect(try store.sessions(SessionQuery()) == SessionPage(sessions: [entry], next: nil))
    }

    @Test(arguments: Kind.allCases) func `is forgotten when it is old, over and told`(kind: Kind) throws {
        var limits = SQLiteRecordStore.Limits.small
        limits.finishedSessions = 3
        let store = try Stage(kind, limits: limits).store
        try store.commit([.transactionBegan(start("open"))])
        try store.commit([.transactionBegan(start("standalone", isReported: false))])
        try store.commit([.transactionEnded(end("standalone", isReported: false))])
        try store.commit([.transactionBegan(start("untold")), .transactionEnded(end("untold"))])

        for number in 1...3 {
            try store.commit([.transactionBegan(start("s\(number)")), .transactionEnded(end("s\(number)"))])
        }

        #expect(try store.sessions(SessionQuery()).sessions.map(\.session.text) == ["s3", "s2", "s1", "untold", "open"])
    }
}
