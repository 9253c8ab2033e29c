import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

@Suite(.errata("3.37")) struct `Charging profiles over a restart` {
    static func settings(_ manner: ChargePointSettings.AfterPowerLoss = .resume) -> ChargePointSettings {
        var settings = ChargePointSettings.test()
        settings.afterPowerLoss = manner
        return settings
    }

    /// The same machine a minute later, its vehicle still there.
    static func restarted(
        _ world: World, _ settings: ChargePointSettings, clock: Moment.SystemClock = .synchronised, systemTime: Timestamp? = nil,
        uptime: Duration = .seconds(30)
    ) throws -> World {
        let time = world.time + .seconds(60)
        var next = try World(
            settings, store: world.store, seed: 2, systemTime: systemTime ?? time, systemClock: clock, uptime: uptime, time: time,
            hardware: world.hardware.map { before in
                var hardware = before
                (hardware.isClosed, hardware.offer, hardware.vehicle) = (false, nil, .b)
                return hardware
            })
        next.feed(.started)
        for number in 1...next.hardware.count where next.hardware[number - 1].isPlugged {
            next.feed(.board(.cable(connector: number, isPlugged: true)))
            next.feed(.board(.pilot(connector: number, .b)))
        }
        next.advance(.seconds(3))
        return next
    }

    @Test(.ocpp("5.16")) func `stay, the one of a transaction with its transaction`() throws {
        var world = try World.accepted(Self.settings())
        world.charge()
        world.set(.amperes(12, 1))
        world.set(.amperes(9, 2, .txProfile), at: 1)

        let next = try Self.restarted(world, Self.settings())

        #expect(next.transaction() != nil)
        #expect(next.installed == [1, 2])
        #expect(next.offer() == 9)
    }

    @Test func `end with a transaction that the power loss ended`() throws {
        var world = try World.accepted(Self.settings(.stop))
        world.charge()
        world.set(.amperes(12, 1))
        world.set(.amperes(9, 2, .txProfile), at: 1)

        let next = try Self.restarted(world, Self.settings(.stop))

        #expect(next.transaction() == nil)
        #expect(next.installed == [1])
        #expect(try next.store.begin().chargingProfiles.map(\.id) == [1])
    }

    @Test func `go on where their transaction is, by the wall clock`() throws {
        var world = try World.accepted(Self.settings())
        world.charge()
        world.set(.test(id: 1, as: .txProfile, [(0, 16), (50, 10), (600, 8)]), at: 1)
        #expect(world.offer() == 16)

        let next = try Self.restarted(world, Self.settings())

        #expect(next.offer() == 10)
    }

    @Test(
        .ocpp("3.15"),
        arguments: [
            (
                ChargingProfile.test(
                    id: 1, kind: .recurring, every: .daily, from: "2026-11-01T00:00:00Z", [(0, 16), (28_800, 7), (72_000, 12)]), 7
            ),
            (.test(id: 1, kind: .absolute, from: "2026-11-22T00:00:00Z", [(0, 13), (600, 9), (60_000, 11)]), 9),
            // No hour of the day matters to it.
            (.amperes(11, 1), 11),
        ] as [(ChargingProfile, Double)])
    func `allow the least that may be the case until the clock is known`(profile: ChargingProfile, limit: Double) throws {
        var world = try World.accepted(Self.settings())
        world.charge()
        world.set(profile)

        var next = try Self.restarted(world, Self.settings(), clock: .unsynchronised, systemTime: Timestamp(seconds: 0))
        #expect(next.chargePoint.view.clock.source == .unset)
        #expect(next.offer() == Amperes(limit))
        next.connect()
        next.advance(.seconds(2))

        // It is past nine in the morning.
        let known: [Double: Double] = [7: 7, 9: 9, 11: 11]
        #expect(next.offer() == known[limit].map { Amperes($0) })
    }

    @Test func `are obeyed with the new time as soon as the clock is set`() throws {
        var world = try World(systemTime: Timestamp(seconds: 1_000_000))
        world.feed(.started)
        world.charge()
        world.feed(.linkOpened)
        world.advance(.seconds(2))
        if world.transaction() == nil { world.present() }
        world.advance(.seconds(2))
        world.set(.test(id: 1, kind: .absolute, from: "2026-11-22T10:00:00Z", [(0, 7)]))
        #expect(world.offer() == 16)

        // A time service disciplines the system clock, and says that it is an hour later.
        world.systemTimeAtZero = world.trueTimeAtZero + .seconds(3600)
        world.systemClock = .synchronised
        world.tick()

        #expect(world.offer() == 7)
    }

    @Test func `that count from a begin do not move with the clock`() throws {
        var world = try World.accepted()
        world.charge()
        let begin = try #require(world.transaction()).startedAt
        world.set(.test([(0, 10), (600, 8)]))

        world.systemTimeAtZero = world.trueTimeAtZero + .seconds(3600)
        world.systemClock = .synchronised
        world.tick()
        #expect(world.offer() == 10)
        world.advance(.seconds(599) - (world.time - begin))
        #expect(world.offer() == 10)
        world.advance(.seconds(1))

        #expect(world.offer() == 8)
    }
}
