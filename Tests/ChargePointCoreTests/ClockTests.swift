import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

@Suite(.ocpp("3.15")) struct `The clock` {
    private static let day = Duration.seconds(86_400)

    @Test(.ocpp("4.2")) func `is set by BootNotification`() throws {
        var world = try World(systemTime: .begin - Self.day)
        world.feed(.started)
        world.feed(.linkOpened)

        #expect(world.chargePoint.view.clock == ClockView(source: .centralSystem, offset: Self.day))
        #expect(world.notifications.allSatisfy { $0.timestamp == .begin })
    }

    @Test(.ocpp("4.6")) func `is set again by every Heartbeat`() throws {
        var world = try World.accepted()
        world.central.replies[.heartbeat] = [.answer("{\"currentTime\":\"2026-11-22T10:00:00Z\"}")]

        world.advance(.seconds(300))

        #expect(world.chargePoint.view.clock.offset == .seconds(3300))
    }

    @Test func `follows a time service, and says so when the Central System is off`() throws {
        var world = try World()
        world.systemClock = .synchronised
        world.central.replies[.bootNotification] = [.boot(.accepted, interval: 300, at: .begin - .seconds(61))]
        world.feed(.started)
        world.feed(.linkOpened)

        #expect(world.chargePoint.view.clock == ClockView(source: .system, offset: .zero))
        #expect(world.warnings.count == 1)
    }

    @Test func `does not complain about a minute`() throws {
        var world = try World()
        world.systemClock = .synchronised
        world.central.replies[.bootNotification] = [.boot(.accepted, interval: 300, at: .begin - .seconds(60))]
        world.feed(.started)
        world.feed(.linkOpened)

        #expect(world.warnings.isEmpty)
    }

    @Test func `goes on from the time service's last word when that falls silent`() throws {
        var world = try World()
        world.central.replies[.bootNotification] = [.boot(.accepted, interval: 300, at: .begin - .seconds(7200))]
        world.feed(.started)
        world.feed(.linkOpened)
        world.systemClock = .synchronised
        world.tick()

        world.systemClock = .unsynchronised
        world.systemTimeAtZero = world.systemTimeAtZero + .seconds(500)
        world.tick()

        #expect(world.chargePoint.view.clock.offset == .seconds(-500))
    }

    @Test func `before anybody told it is not before the last record`() throws {
        var first = try World.accepted()
        first.charge()
        var world = try World(store: first.store, systemTime: Timestamp(seconds: 0))
        world.feed(.started)

        #expect(world.chargePoint.view.clock.source == .unset)
        #expect(Timestamp(seconds: 0) + world.chargePoint.view.clock.offset >= .begin)
    }

    @Test func `corrects what was recorded before it was known, the same at every repeat`() throws {
        var settings = ChargePointSettings.test()
        settings.chargeBeforeFirstAccepted = true
        var world = try World(settings, keys: [.allowOfflineTxForUnknownId: "true"], systemTime: Timestamp(seconds: 0))
        world.feed(.started)
        world.charge()
        let start = world.time - .seconds(2)
        world.advance(.seconds(600))
        world.central.replies[.startTransaction] = [.error(.internalError)]

        world.connect()
        world.central.replies[.heartbeat] = [.answer("{\"currentTime\":\"2027-01-01T00:00:00Z\"}")]
        world.trigger(.heartbeat)
        world.advance(.seconds(61))

        #expect(world.starts.map(\.timestamp) == [start, start])
    }

    @Test func `that is put back across a restart lets no session end before it began`() throws {
        var first = try World.accepted()
        first.charge()
        let began = try #require(first.starts.first?.timestamp)
        var settings = ChargePointSettings.test()
        settings.afterPowerLoss = .resume
        // The second start hears of a time that is three seconds before the first one's.
        var world = try World(
            settings, store: first.store, uptime: first.uptime + .milliseconds(100), time: first.time - .seconds(5),
            hardware: first.hardware)
        world.feed(.started)
        world.connect()
        world.plugIn()
        world.feed(.board(.pilot(connector: 1, .c)))
        world.present()
        world.advance(.milliseconds(500))

        let stop = try #require(world.stops.first)
        #expect(world.chargePoint.view.clock.source == .centralSystem)
        #expect(stop.timestamp == began)
        #expect(try world.store.sessions(SessionQuery()).sessions.map(\.stoppedAt) == [began])
    }

    @Test(arguments: [-86_400, -3600, 3600, 86_400 * 365]) func `that jumps moves no deadline`(jump: Int) throws {
        var world = try World.accepted(keys: [.connectionTimeOut: "100"])
        world.plugIn()
        let deadline = world.chargePoint.deadline

        world.systemTimeAtZero = world.systemTimeAtZero + .seconds(jump)
        world.tick()
        #expect(world.chargePoint.deadline == deadline)
        world.advance(.seconds(101))

        #expect(world.status() == .finishing)
    }
}
