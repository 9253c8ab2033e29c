import ChargePointCore
import OCPP
import Testing
import Units

@testable import Persistence

/// Times that were recorded before the clock was known, put right in one commit.
@Suite struct `The correction of times` {
    /// Noon is uptime zero of boot 2 in truth; what was recorded lies in 1970 or thereabouts.
    static let correction = ClockCorrection(boot: 2, anchor: noon, shift: .seconds(1_700_000_000))

    /// `seconds` after an unset clock's zero.
    static func unset(_ seconds: Int, boot: Int) -> RecordedTime {
        RecordedTime(
            time: Timestamp(seconds: Int64(seconds) + 90_000_000), boot: boot, uptime: .milliseconds(seconds * 1000 + 7),
            isTrusted: false)
    }

    static func start(_ session: String, _ time: RecordedTime) -> TransactionStart {
        TransactionStart(
            session: SessionId(session), connectorId: 1, idTag: "04A2B3C4", meterStart: 1_200, time: time, isReported: true)
    }

    static func end(_ session: String, _ time: RecordedTime) -> TransactionEnd {
        TransactionEnd(session: SessionId(session), meterStop: 5_320, time: time, reason: .local, isReported: true)
    }

    static func sample(_ time: RecordedTime) -> MeterSample {
        MeterSample(time: time, values: [SampledValue(value: "1300", measurand: .energyActiveImportRegister, unit: .wh)])
    }

    /// A session of boot 1, one of boot 2 that is open, one that was right from the start.
    private func fill(_ store: any RecordStore) throws {
        try store.commit([
            .transactionBegan(Self.start("old", Self.unset(10, boot: 1))),
            .meterValues("old", 1, Self.sample(Self.unset(20, boot: 1))),
            .transactionData("old", Self.sample(Self.unset(10, boot: 1))),
            .transactionEnded(Self.end("old", Self.unset(600, boot: 1))),
            .transactionBegan(Self.start("right", at(-9_000, boot: 1))), .transactionEnded(Self.end("right", at(-8_000, boot: 1))),
            .transactionBegan(Self.start("open", Self.unset(700, boot: 2))),
            .meterValues("open", 1, Self.sample(Self.unset(760, boot: 2))),
            .transactionData("open", Self.sample(Self.unset(700, boot: 2))),
            .transactionAlive("open", register: 1_300, time: Self.unset(800, boot: 2)),
        ])
    }

    @Test(arguments: Kind.allCases) func `moves every time of a wrong clock, and no other`(kind: Kind) throws {
        let stage = try Stage(kind)
        _ = try stage.store.begin()
        try fill(stage.store)
        let before = try #require(try stage.store.sessions(SessionQuery()).sessions.last)
        #expect(before.flags == [])

        try stage.store.commit([.clockBecameKnown(Self.correction)])
        try stage.store.commit([.transactionEnded(Self.end("open", at(900, boot: 2)))])

        let (shift, anchor) = (Self.correction.shift, Self.correction.anchor)
        let old = Timestamp(seconds: 90_000_000) + shift
        let sent = try stage.store.drain()
        let times = sent.map { message in
            switch message.content {
            case .start(let start): [start.time]
            case .meterValues(_, let samples): samples.map(\.time)
            case .stop(let end, let data): [end.time] + data.map(\.time)
            }
        }
        #expect(
            times.map { $0.map(\.time) } == [
                [old + .seconds(10)], [old + .seconds(20)], [old + .seconds(600), old + .seconds(10)],
                [at(-9_000).time], [at(-8_000).time],
                [anchor + .milliseconds(700_007)], [anchor + .milliseconds(760_007)],
                [at(900).time, anchor + .milliseconds(700_007)],
            ])
        #expect(times.joined().allSatisfy { $0.isTrusted })
        let sessions = try stage.store.sessions(SessionQuery()).sessions
        #expect(sessions.map(\.flags) == [[.clockCorrected], [], [.clockCorrected]])
        #expect(sessions.map(\.startedAt) == [anchor + .milliseconds(700_007), at(-9_000).time, old + .seconds(10)])
    }

    @Test(arguments: Kind.allCases) func `lets no session end before it began`(kind: Kind) throws {
        let stage = try Stage(kind)
        let begin = at(10, boot: 1)
        try stage.store.commit([
            .transactionBegan(Self.start("resumed", begin)),
            .transactionAlive("resumed", register: 1_300, time: Self.unset(4, boot: 2)),
            .transactionEnded(Self.end("resumed", Self.unset(5, boot: 2))),
        ])

        try stage.store.commit([.clockBecameKnown(Self.correction)])

        let session = try #require(try stage.store.sessions(SessionQuery()).sessions.first)
        #expect(session.stoppedAt == begin.time)
        guard case .stop(let end, _)? = try stage.store.drain().last?.content else {
            Issue.record("no StopTransaction")
            return
        }
        #expect(end.time.time == begin.time)
        #expect(end.time.isTrusted)
    }

    @Test(arguments: Kind.allCases) func `is what the core says of every time`(kind: Kind) throws {
        let store = try Stage(kind).store
        let corrections = [
            Self.correction, ClockCorrection(boot: 2, anchor: noon, shift: .zero - .seconds(500_000_000)),
            ClockCorrection(boot: 1, anchor: noon + .milliseconds(1), shift: .zero),
        ]
        var messages: [(TransactionStart, ClockCorrection)] = []
        for (number, correction) in corrections.enumerated() {
            for boot in 1...3 {
                let time = RecordedTime(
                    time: noon + .milliseconds(boot * 1_234), boot: boot, uptime: .microseconds(1_999_999 * boot), isTrusted: false)
                let start = Self.start("\(number) \(boot)", time)
                try store.commit([.transactionBegan(start)])
                if boot <= correction.boot { messages.append((start, correction)) }
            }
            try store.commit([.clockBecameKnown(correction)])
            // What is of a later start stays as it is: away with it, for the next correction.
            while let head = try store.queueHead(), case .start(let start) = head.content {
                let expected = messages.first { $0.0.session == start.session }.map { $0.1.corrected($0.0.time) }
                if let expected { #expect(start.time == expected) } else { #expect(!start.time.isTrusted) }
                try store.commit([.startConfirmed(head.id, head.session, transactionId: 1, idTagInfo: IdTagInfo(status: .accepted))]
                )
            }
        }
    }

    @Test(arguments: Kind.allCases) func `happens once: a second one finds nothing`(kind: Kind) throws {
        let stage = try Stage(kind)
        _ = try stage.store.begin()
        try fill(stage.store)
        try stage.store.commit([.clockBecameKnown(Self.correction)])
        let sessions = try stage.store.sessions(SessionQuery()).sessions
        let entries = try stage.store.queueEntries(limit: 100)

        try stage.store.commit([.clockBecameKnown(ClockCorrection(boot: 9, anchor: noon + .seconds(5), shift: .seconds(5)))])

        #expect(try stage.store.sessions(SessionQuery()).sessions == sessions)
        #expect(try stage.store.queueEntries(limit: 100) == entries)
    }

    @Test(arguments: Kind.allCases) func `leaves no time before any that can be right`(kind: Kind) throws {
        let store = try Stage(kind).store
        let first = RecordedTime(time: Timestamp(seconds: 60), boot: 1, uptime: .seconds(60), isTrusted: false)
        let second = RecordedTime(time: noon - .seconds(600), boot: 2, uptime: .seconds(60), isTrusted: false)
        try store.commit([
            .transactionBegan(Self.start("1970", first)), .transactionEnded(Self.end("1970", first)),
            .transactionBegan(Self.start("set forward", second)), .transactionEnded(Self.end("set forward", second)),
        ])

        try store.commit([.clockBecameKnown(ClockCorrection(boot: 3, anchor: noon, shift: .seconds(1)))])

        let sessions = try store.sessions(SessionQuery()).sessions
        #expect(sessions.map(\.startedAt) == [noon - .seconds(599), ClockCorrection.firstPlausibleTime])
    }

    @Test(arguments: Kind.allCases) func `lets the last recorded time fall back`(kind: Kind) throws {
        let stage = try Stage(kind)
        let far = RecordedTime(time: noon + .seconds(500_000_000), boot: 1, uptime: .seconds(60), isTrusted: false)
        try stage.store.commit([.transactionBegan(Self.start("s", far)), .transactionEnded(Self.end("s", far))])
        let before = try stage.reopen()
        #expect(before.lastRecordedTime == far.time && before.hasUncorrectedTimes)

        try stage.store.commit([.clockBecameKnown(ClockCorrection(boot: 1, anchor: noon, shift: .zero))])

        let after = try stage.reopen()
        #expect(after.lastRecordedTime == noon + .seconds(60) && !after.hasUncorrectedTimes)
    }

    @Test(arguments: Kind.allCases) func `in one commit with what it corrects lets the last recorded time fall back too`(kind: Kind)
        throws
    {
        let stage = try Stage(kind)
        let far = RecordedTime(time: noon + .seconds(500_000_000), boot: 1, uptime: .seconds(60), isTrusted: false)

        try stage.store.commit([
            .transactionBegan(Self.start("s", far)), .clockBecameKnown(ClockCorrection(boot: 1, anchor: noon, shift: .zero)),
            .transactionEnded(Self.end("s", at(90))),
        ])

        #expect(try stage.reopen().lastRecordedTime == at(90).time)
    }

    @Test(arguments: Kind.allCases) func `is due while a single sample waits for it`(kind: Kind) throws {
        let stage = try Stage(kind)
        try stage.store.commit([.transactionBegan(Self.start("s", at(0)))])
        #expect(try !stage.reopen().hasUncorrectedTimes)

        try stage.store.commit([.meterValues("s", 1, Self.sample(Self.unset(5, boot: 1)))])

        #expect(try stage.reopen().hasUncorrectedTimes)
    }

    @Test(arguments: Kind.allCases) func `of ten thousand rows is one commit`(kind: Kind) throws {
        let stage = try Stage(kind)
        for batch in 0..<20 {
            let session = "s\(batch)"
            try stage.store.commit(
                [.transactionBegan(Self.start(session, Self.unset(batch * 1000, boot: 1)))]
                    + (0..<499).map { .meterValues(SessionId(session), 1, Self.sample(Self.unset(batch * 1000 + $0, boot: 1))) }
                    + [.transactionEnded(Self.end(session, Self.unset(batch * 1000 + 999, boot: 1)))])
        }

        try stage.store.commit([.clockBecameKnown(Self.correction)])

        let entries = try stage.store.queueEntries(limit: 20_000)
        #expect(entries.count == 20 * 501)
        #expect(entries.map(\.createdAt) == entries.map(\.createdAt).sorted())
        #expect(entries.first?.createdAt == Timestamp(seconds: 90_000_000) + Self.correction.shift)
        #expect(try !stage.reopen().hasUncorrectedTimes)
    }
}

/// Sampled meter values give way when an outage lasts.
@Suite struct `The thinning of meter values` {
    private func values(_ store: any RecordStore) throws -> [[Int]] {
        try store.drain().compactMap { message in
            if case .meterValues(_, let samples) = message.content { samples.compactMap { Int($0.values[0].value) } } else { nil }
        }
    }

    @Test(
        arguments: Kind.allCases,
        [(0, []), (1, [0]), (2, [0]), (3, [0, 2]), (6, [0, 2, 4]), (7, [0, 2, 4, 6])] as [(Int, [Int])])
    func `takes every second one of each session, the first stays`(kind: Kind, row: (count: Int, left: [Int])) throws {
        let store = try Stage(kind).store
        try store.commit([.transactionBegan(start("a")), .transactionBegan(start("b"))])
        // The two sessions take turns: each is thinned for itself.
        for number in 0..<row.count {
            try store.commit([.meterValues("a", 1, sample(number, at: number)), .meterValues("b", 1, sample(number, at: number))])
        }
        try store.commit([.transactionEnded(end("a")), .transactionEnded(end("b"))])

        try store.commit([.meterValuesThinned])

        #expect(try store.queueCounts() == QueueCounts(queued: 4 + row.left.count * 2))
        #expect(try values(store) == row.left.flatMap { [[$0], [$0]] })
        #expect(try store.sessions(SessionQuery()).sessions.allSatisfy { $0.delivery == .delivered })
    }

    @Test(arguments: Kind.allCases) func `leaves starts, stops, what was tried, what is parked and transactionData alone`(
        kind: Kind
    ) throws {
        let store = try Stage(kind).store
        try store.commit([
            .transactionBegan(start("s")), .transactionData("s", sample(1, at: 1)), .transactionData("s", sample(2, at: 2)),
        ])
        for number in 1...6 { try store.commit([.meterValues("s", 1, sample(number, at: number))]) }
        try store.commit([.transactionEnded(end("s"))])
        _ = try store.drain(limit: 1)
        try store.commit([.transactionBegan(start("other")), .transactionEnded(end("other"))])
        let ids = try store.queueEntries(limit: 100).map(\.id)
        try store.commit([.messageAttempted(ids[0], attempts: 1, error: "x"), .messageParked(ids[1], error: "x")])

        try store.commit([.meterValuesThinned])

        #expect(try store.queueEntries(limit: 100).map(\.id) == [0, 1, 2, 4, 6, 7, 8].map { ids[$0] })
        #expect(try store.queueCounts() == QueueCounts(queued: 6, parked: 1))
        let stops = try store.drain().compactMap { if case .stop(_, let data) = $0.content { data.count } else { nil } }
        #expect(stops == [2, 0])
    }

    @Test(arguments: Kind.allCases) func `halves again each time, down to one of each session`(kind: Kind) throws {
        let store = try Stage(kind).store
        try store.commit([.transactionBegan(start("s"))] + (0..<100).map { .meterValues("s", 1, sample($0, at: $0)) })

        let counts = try (0..<9).map { _ in
            try store.commit([.meterValuesThinned])
            return try store.queueCounts().queued - 1
        }

        #expect(counts == [50, 25, 13, 7, 4, 2, 1, 1, 1])
    }
}
