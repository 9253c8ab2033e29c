import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

/// Sessions recorded by a charge point that does not know the time, and what becomes of them when it does.
@Suite(.ocpp("3.15")) struct `Times recorded before the clock was known` {
    /// One start of the charge point, a day after the one before.
    struct Start: Sendable {
        /// What the system clock says at the start; nil: the truth plus `error`.
        var systemTime: Timestamp?
        var error = Duration.zero
        var isSynchronised = false

        static let unset = Start(systemTime: Timestamp(seconds: 5))
        static func rtc(_ error: Duration) -> Start { Start(error: error) }
        static let timeService = Start(isSynchronised: true)
    }

    struct Row: Sendable, CustomStringConvertible {
        var description: String
        var starts: [Start]
        /// Whether every time can be restored exactly, not just in order.
        var isExact: Bool
    }

    static let hour = Duration.seconds(3600)
    static let fourteenYears = Duration.seconds(14 * 31_557_600)
    static let rows = [
        Row(description: "1970 at every start", starts: [.unset, .unset, .unset], isExact: false),
        Row(description: "a battery clock two hours ahead", starts: [.rtc(hour * 2), .rtc(hour * 2)], isExact: true),
        Row(
            description: "a battery clock two hours behind", starts: [.rtc(.zero - hour * 2), .rtc(.zero - hour * 2)], isExact: true
        ),
        Row(description: "a battery clock in 2040", starts: [.rtc(fourteenYears), .rtc(fourteenYears)], isExact: true),
        Row(
            description: "a battery clock in 2040 that lost its battery", starts: [.rtc(fourteenYears), .unset, .unset],
            isExact: false),
        Row(description: "a time service from the start, after 1970", starts: [.unset, .timeService], isExact: false),
        Row(description: "a time service from the start, after 2040", starts: [.rtc(fourteenYears), .timeService], isExact: false),
        Row(description: "1970, then a battery clock that is right", starts: [.unset, .rtc(.zero), .rtc(.zero)], isExact: false),
        Row(description: "a first start only", starts: [.unset], isExact: true),
    ]

    static let keys: [ConfigurationKey: String] = [
        .allowOfflineTxForUnknownId: "true", .meterValueSampleInterval: "60", .stopTxnSampledData: "Energy.Active.Import.Register",
    ]

    static var settings: ChargePointSettings {
        var settings = ChargePointSettings.test()
        settings.chargeBeforeFirstAccepted = true
        return settings
    }

    /// The `number`th start of a life: ten seconds after power-up.
    static func world(_ start: Start, number: Int, store: MemoryRecordStore, hardware: [Hardware]? = nil) throws -> World {
        let time = Timestamp.begin + .seconds(86_400 * number)
        return try World(
            settings, keys: keys, store: store, seed: UInt64(1000 * number + 1), systemTime: start.systemTime ?? time + start.error,
            systemClock: start.isSynchronised ? .synchronised : .unsynchronised, uptime: .seconds(10), time: time,
            hardware: hardware)
    }

    /// A session of two minutes without a connection.
    private func session(_ world: inout World) -> (started: Timestamp, stopped: Timestamp) {
        world.plugIn()
        world.present()
        let started = world.time
        world.advance(.seconds(120))
        world.present()
        let stopped = world.time
        world.advance(.seconds(5))
        world.unplug()
        return (started, stopped)
    }

    private func corrections(_ world: World) -> [ClockCorrection] {
        world.records.compactMap { if case .clockBecameKnown(let correction) = $0 { correction } else { nil } }
    }

    @Test(arguments: rows) func `are put right once, in order and never in the future`(row: Row) throws {
        let store = MemoryRecordStore()
        var truth: [(started: Timestamp, stopped: Timestamp)] = []
        var world = try Self.world(row.starts[0], number: 0, store: store)
        for (number, start) in row.starts.enumerated() {
            if number > 0 { world = try Self.world(start, number: number, store: store, hardware: world.hardware) }
            world.feed(.started)
            truth.append(session(&world))
        }

        world.connect()
        world.advance(.seconds(10))

        let told = corrections(world)
        #expect(told.count == 1)
        let sessions = Array(world.sessions.reversed())
        let times = sessions.flatMap { [$0.startedAt, $0.stoppedAt ?? $0.startedAt] }
        #expect(times == times.sorted())
        #expect(times.allSatisfy { $0 >= Timestamp("2025-01-01T00:00:00Z") ?? .begin && $0 <= world.time })
        for (session, truth) in zip(sessions, truth).suffix(row.isExact ? truth.count : 1) {
            #expect(session.startedAt == truth.started && session.stoppedAt == truth.stopped)
        }
        let isKnownFromTheStart = row.starts.last?.isSynchronised ?? false
        #expect(sessions.dropLast(isKnownFromTheStart ? 1 : 0).allSatisfy { $0.flags.contains(.clockCorrected) })
        #expect(sessions.last?.flags.contains(.clockCorrected) == !isKnownFromTheStart)
        #expect(world.starts.map(\.timestamp) == sessions.map(\.startedAt))
        #expect(world.stops.map(\.timestamp) == sessions.map(\.stoppedAt))
        // What was sampled lies within its session.
        for (stop, session) in zip(world.stops, sessions) {
            let samples = stop.transactionData?.map(\.timestamp) ?? []
            #expect(samples.count >= 3 && samples == samples.sorted())
            #expect(samples.first == session.startedAt)
        }

        // Who comes later with another opinion corrects nothing any more.
        world.central.replies[.heartbeat] = [.answer("{\"currentTime\":\"2026-12-25T09:00:00Z\"}")]
        world.trigger(.heartbeat)
        world.systemClock = .synchronised
        world.tick()
        world.advance(.seconds(5))
        #expect(corrections(world) == told)
        #expect(Array(world.sessions.reversed()) == sessions)
    }

    @Test func `are not looked for again by the next start`() throws {
        let store = MemoryRecordStore()
        var world = try Self.world(.unset, number: 0, store: store)
        world.feed(.started)
        _ = session(&world)
        world.connect()

        var next = try Self.world(.timeService, number: 1, store: store)
        next.feed(.started)
        next.connect()

        #expect(corrections(next).isEmpty)
    }

    @Test func `run on from the last record, not from 1970`() throws {
        let store = MemoryRecordStore()
        var world = try World.accepted(store: store)
        world.charge()
        world.present()
        world.advance(.seconds(5))
        let last = try #require(world.sessions.first?.stoppedAt)

        var next = try Self.world(.unset, number: 1, store: store)
        next.feed(.started)
        _ = session(&next)

        let session = try #require(next.sessions.first)
        #expect(session.startedAt >= last)
        #expect(session.startedAt - last < .seconds(60))
    }

    @Test func `of a clock that was wrong do not hold the next start back`() throws {
        let store = MemoryRecordStore()
        var world = try Self.world(.rtc(Self.fourteenYears), number: 0, store: store)
        world.feed(.started)
        _ = session(&world)
        world.connect()

        let snapshot = try store.begin()

        #expect(snapshot.lastRecordedTime ?? .begin <= world.time)
        #expect(!snapshot.hasUncorrectedTimes)
    }

    @Test(arguments: [Start.unset, .rtc(Self.hour * 2), .rtc(Self.fourteenYears)])
    func `of a session that is open are put right with it`(start: Start) throws {
        var world = try Self.world(start, number: 0, store: MemoryRecordStore())
        world.feed(.started)
        world.plugIn()
        world.present()
        let started = world.time
        world.advance(.seconds(150))

        world.connect()
        #expect(world.transaction()?.startedAt == started)
        world.advance(.seconds(100))
        world.present()
        let stopped = world.time
        world.advance(.seconds(5))

        #expect(world.starts.map(\.timestamp) == [started])
        #expect(world.stops.map(\.timestamp) == [stopped])
        #expect(world.meterValues.map { $0.meterValue[0].timestamp } == [60, 120, 180, 240].map { started + .seconds($0) })
        #expect(world.sessions.first?.flags == [.clockCorrected, .offlineStart])
    }

    @Test(arguments: [Start.unset, .rtc(.zero - Self.hour * 2), .timeService])
    func `of a session that the supply cut short end with it, before the next start`(next: Start) throws {
        let store = MemoryRecordStore()
        var world = try Self.world(next.isSynchronised ? .unset : next, number: 0, store: store)
        world.feed(.started)
        world.plugIn()
        world.present()
        world.advance(.seconds(150))

        var after = try Self.world(next, number: 1, store: store, hardware: world.hardware)
        let begin = after.time
        after.hardware[0].isClosed = false
        after.feed(.started)
        after.connect()
        after.advance(.seconds(5))

        let session = try #require(after.sessions.first)
        let stopped = try #require(session.stoppedAt)
        #expect(session.reason == .powerLoss && session.flags.isSuperset(of: [.powerLoss, .clockCorrected]))
        #expect(session.startedAt < stopped && stopped <= begin)
        #expect(stopped - session.startedAt >= .seconds(100) && stopped - session.startedAt <= .seconds(150))
        #expect(after.starts.map(\.timestamp) == [session.startedAt])
        #expect(after.stops.map(\.timestamp) == [stopped])
        #expect(corrections(after).count == 1)
    }

    @Test func `survive a supply that fails before anybody told the time`() throws {
        let store = MemoryRecordStore()
        var world = try Self.world(.unset, number: 0, store: store)
        world.feed(.started)
        for number in 1...4 {
            _ = session(&world)
            world = try Self.world(.unset, number: number, store: store, hardware: world.hardware)
            world.feed(.started)
            #expect(corrections(world).isEmpty)
        }

        world.connect()
        world.advance(.seconds(5))

        let times = world.sessions.reversed().flatMap { [$0.startedAt, $0.stoppedAt ?? $0.startedAt] }
        #expect(times.count == 8 && times == times.sorted())
        #expect(times.last ?? .begin <= world.time)
        #expect(times.first ?? .begin > .begin)
    }

    @Test func `are the same before and after the correction is on disk`() throws {
        var world = try Self.world(.unset, number: 0, store: MemoryRecordStore())
        world.feed(.started)
        _ = session(&world)
        let uncorrected = MemoryRecordStore(state: world.store.state)
        world.connect()
        let correction = try #require(corrections(world).first)

        try uncorrected.commit([.clockBecameKnown(correction)])
        let head = try #require(try uncorrected.queueHead())

        guard case .start(let start) = head.content else { throw Unexpected() }
        #expect(start.time.isTrusted)
        #expect(world.starts.map(\.timestamp) == [start.time.time])
        #expect(correction.corrected(start.time) == start.time)
    }

    private struct Unexpected: Error {}
}

/// Clocks that jump, and clocks that are wrong.
@Suite(.ocpp("3.15")) struct `A clock that is not to be trusted` {
    @Test(arguments: [-7200, -60, 60, 7200, 86_400 * 30])
    func `leaves the length of a session alone when it is set while charging`(step: Int) throws {
        var settings = ChargePointSettings.test()
        settings.chargeBeforeFirstAccepted = true
        var world = try World(settings, keys: [.allowOfflineTxForUnknownId: "true", .meterValueSampleInterval: "60"])
        world.feed(.started)
        world.plugIn()
        world.present()
        let started = world.time
        world.advance(.seconds(100))

        world.systemTimeAtZero = world.systemTimeAtZero + .seconds(step)
        world.advance(.seconds(100))
        world.systemTimeAtZero = world.systemTimeAtZero - .seconds(step)
        world.advance(.seconds(100))
        world.connect()
        world.present()
        let stopped = world.time
        world.advance(.seconds(5))

        #expect(world.starts.map(\.timestamp) == [started])
        #expect(world.stops.map(\.timestamp) == [stopped])
        let times = world.meterValues.map { $0.meterValue[0].timestamp }
        #expect(times == (1...5).map { started + .seconds($0 * 60) })
    }

    @Test func `is followed forward only, so that order is kept`() throws {
        var world = try World()
        world.feed(.started)
        func ahead() -> Duration {
            world.chargePoint.view.clock.offset + (world.systemTimeAtZero - (Timestamp.begin - .seconds(1000)))
        }

        world.systemTimeAtZero = world.systemTimeAtZero + .seconds(7200)
        world.tick()
        #expect(ahead() == .seconds(7200))
        world.systemTimeAtZero = world.systemTimeAtZero - .seconds(86_400)
        world.tick()

        #expect(ahead() == .seconds(7200))
    }

    @Test(arguments: ["2026-11-22T15:00:00Z", "2026-11-22T03:00:00Z", "2027-11-22T09:00:00Z"])
    func `of a Central System is not followed where a time service is, but said to be wrong`(currentTime: String) throws {
        var world = try World(systemClock: .synchronised)
        let reply = "{\"status\":\"Accepted\",\"interval\":300,\"currentTime\":\"\(currentTime)\"}"
        world.central.replies[.bootNotification] = [.answer(reply)]
        world.feed(.started)
        world.connect()
        world.charge()

        #expect(world.warnings.count == 1 && world.warnings[0].contains(currentTime))
        #expect(world.chargePoint.view.clock == ClockView(source: .system, offset: .zero))
        #expect(world.starts.map(\.timestamp) == [world.time - .seconds(2)])
        #expect(world.sessions.first?.flags == [])
    }

    @Test(arguments: [
        ("2026-11-22T11:00:00+02:00", "2026-11-22T09:00:00Z"), ("2026-11-22T09:00:00", "2026-11-22T09:00:00Z"),
        ("2026-11-22T09:00:00.123456789Z", "2026-11-22T09:00:00.123Z"), ("2026-11-22T15:00:00Z", "2026-11-22T15:00:00Z"),
    ])
    func `is set by whatever a Central System writes`(currentTime: String, meant: String) throws {
        var settings = ChargePointSettings.test()
        settings.chargeBeforeFirstAccepted = true
        var world = try World(settings, keys: [.allowOfflineTxForUnknownId: "true"], systemTime: Timestamp(seconds: 60))
        world.feed(.started)
        world.plugIn()
        world.present()
        world.advance(.seconds(600))
        let reply = "{\"status\":\"Accepted\",\"interval\":300,\"currentTime\":\"\(currentTime)\"}"
        world.central.replies[.bootNotification] = [.answer(reply)]

        world.connect()

        let time = try #require(Timestamp(meant))
        #expect(world.starts.map(\.timestamp) == [time - .seconds(600)])
    }

    @Test(arguments: ["1970-01-01T00:00:10Z", "2019-05-01T00:00:00Z"])
    func `of a Central System that cannot be right corrects nothing`(currentTime: String) throws {
        var settings = ChargePointSettings.test()
        settings.chargeBeforeFirstAccepted = true
        var world = try World(settings, keys: [.allowOfflineTxForUnknownId: "true"])
        world.feed(.started)
        world.charge()
        let reply = "{\"status\":\"Accepted\",\"interval\":300,\"currentTime\":\"\(currentTime)\"}"
        world.central.replies[.bootNotification] = [.answer(reply)]

        world.connect()

        #expect(world.chargePoint.view.clock == ClockView(source: .unset, offset: .zero))
        #expect(world.warnings.contains { $0.contains(currentTime) })
        #expect(world.sessions.first?.flags == [])
    }
}
