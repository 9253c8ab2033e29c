import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

@Suite struct `The security log` {
    private func entry(
        _ number: Int64, _ event: SecurityEvent = .invalidMessages, _ info: String? = nil, at seconds: Int = 0, boot: Int = 1,
        isTrusted: Bool = true, isWaiting: Bool = false
    ) -> SecurityLogEntry {
        SecurityLogEntry(
            number: number, event: event, time: at(seconds, boot: boot, isTrusted: isTrusted),
            info: info.map { LimitedString(truncating: $0) }, isWaiting: isWaiting)
    }

    @Test(arguments: Kind.allCases) func `survives a restart, and says at start what waits and which number was last`(kind: Kind)
        throws
    {
        let stage = try Stage(kind)
        let entries = [
            entry(1, .startupOfTheDevice, "start 1", isWaiting: true), entry(2, .invalidMessages, "a,\"b\"\n", at: 1),
            entry(3, .memoryExhaustion, at: 2, isWaiting: true),
        ]
        try stage.store.commit(entries.map(Record.securityEvent))
        try stage.store.commit([.securityEventSettled(1), .securityEventSettled(77)])

        let snapshot = try stage.reopen()

        #expect(snapshot.lastSecurityEvent == 3)
        #expect(snapshot.waitingSecurityEvents == [entries[2]])
        var told = entries
        told[0].isWaiting = false
        #expect(try stage.store.securityLog(from: nil, to: nil) == told)
    }

    @Test(arguments: Kind.allCases) func `gives the lines of a window of time, its ends included`(kind: Kind) throws {
        let store = try Stage(kind).store
        try store.commit((1...5).map { .securityEvent(entry(Int64($0), at: $0)) })

        let numbers = try store.securityLog(from: noon + .seconds(2), to: noon + .seconds(4)).map(\.number)

        #expect(numbers == [2, 3, 4])
    }

    @Test(arguments: Kind.allCases)
    func `keeps so many of a kind, the newest, and whatever waits`(kind: Kind) throws {
        var limits = SQLiteRecordStore.Limits.small
        limits.securityEventsOfAKind = 3
        let store = try Stage(kind, limits: limits).store
        try store.commit([.securityEvent(entry(1, .startupOfTheDevice)), .securityEvent(entry(2, isWaiting: true))])

        for number in 3...9 { try store.commit([.securityEvent(entry(Int64(number)))]) }

        #expect(try store.securityLog(from: nil, to: nil).map(\.number) == [1, 2, 7, 8, 9])
    }

    @Test(arguments: Kind.allCases) func `is cleared but for what waits`(kind: Kind) throws {
        let store = try Stage(kind).store
        try store.commit([.securityEvent(entry(1, isWaiting: true)), .securityEvent(entry(2))])

        try store.commit([.securityLogCleared, .securityEvent(entry(3, .securityLogWasCleared))])

        #expect(try store.securityLog(from: nil, to: nil).map(\.number) == [1, 3])
    }

    @Test(arguments: Kind.allCases) func `takes a number again that was given to a line nobody heard of`(kind: Kind) throws {
        let store = try Stage(kind).store
        try store.commit([.securityEvent(entry(1, .invalidMessages, "old"))])

        try store.commit([.securityEvent(entry(1, .memoryExhaustion, "new"))])

        #expect(try store.securityLog(from: nil, to: nil).map(\.info) == ["new"])
    }

    @Test(arguments: Kind.allCases) func `is put right once the clock is known`(kind: Kind) throws {
        let stage = try Stage(kind)
        try stage.store.commit([
            .securityEvent(entry(1, at: 5, isTrusted: false)), .securityEvent(entry(2, at: 6)),
        ])
        #expect(try stage.reopen().hasUncorrectedTimes)

        try stage.store.commit([
            .clockBecameKnown(ClockCorrection(boot: 1, anchor: noon + .seconds(86_400), shift: .seconds(1)))
        ])

        let log = try stage.store.securityLog(from: nil, to: nil)
        #expect(log.map(\.time.isTrusted) == [true, true])
        #expect(log.map(\.time.time) == [noon + .seconds(86_400) + .milliseconds(5007), noon + .seconds(6)])
        #expect(try !stage.reopen().hasUncorrectedTimes)
    }
}
