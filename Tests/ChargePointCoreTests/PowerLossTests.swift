import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

@Suite(.ocpp("4.10")) struct `After a power loss` {
    /// A session that ran 100 s when the supply failed, and the world after it.
    private func world(_ afterPowerLoss: ChargePointSettings.AfterPowerLoss, keys: [ConfigurationKey: String] = [:]) throws -> World
    {
        var first = try World.accepted(keys: keys)
        first.charge()
        first.advance(.seconds(100))
        var settings = ChargePointSettings.test()
        settings.afterPowerLoss = afterPowerLoss
        var hardware = first.hardware
        hardware[0].isClosed = false
        hardware[0].isPlugged = false
        hardware[0].vehicle = .a
        return try World(settings, keys: keys, store: first.store, systemTime: .begin + .seconds(7200), hardware: hardware)
    }

    @Test func `an open session ends with PowerLoss, at the time and register that are known`() throws {
        var world = try world(.stop)

        world.feed(.started)
        world.connect()

        let stop = try #require(world.stops.first)
        #expect(stop.reason == .powerLoss)
        #expect(stop.transactionId == 1)
        #expect(stop.meterStop == world.hardware[0].reading.energyImport)
        #expect(stop.timestamp < .begin + .seconds(200))
        #expect(world.sessions.first?.flags == [.powerLoss])
        #expect(world.status() == .available)
    }

    @Test func `a meter that stays silent leaves the last mark`() throws {
        var world = try world(.stop)
        world.hardware[0].meter = .silent
        world.feed(.started)
        world.advance(.seconds(31))

        #expect(world.sessions.first?.reason == .powerLoss)
        #expect(world.sessions.first?.flags == [.powerLoss, .meterEstimated])
        #expect((1000...1102).contains(world.sessions.first?.meterStop?.value ?? 0))
    }

    @Test func `a meter that was exchanged does not shrink the bill`() throws {
        var world = try world(.stop)
        world.hardware[0].wattSeconds = 0
        world.feed(.started)
        world.advance(.seconds(31))

        #expect(world.sessions.first?.meterStop ?? 0 >= 1000)
        #expect(world.sessions.first?.flags.contains(.meterEstimated) == true)
    }

    @Test func `with resume the session goes on when its vehicle is there`() throws {
        var world = try world(.resume)
        world.feed(.started)
        world.connect()
        #expect(world.status() == .suspendedEVSE)

        world.plugIn()
        world.advance(.seconds(2))

        #expect(world.status() == .charging)
        #expect(world.starts.isEmpty)
        world.present()
        world.advance(.seconds(4))
        #expect(world.stops.map(\.reason) == [.local])
        #expect(world.stops.map(\.transactionId) == [1])
        #expect(world.sessions.first?.flags.contains(.powerLoss) == true)
    }

    @Test func `with resume a vehicle that left ends it after a while`() throws {
        var world = try world(.resume)
        world.feed(.started)
        world.connect()

        world.advance(.seconds(12))

        #expect(world.stops.map(\.reason) == [.powerLoss])
    }

    @Test func `a session that was refused takes no energy when it is resumed`() throws {
        var first = try World.accepted(keys: [.stopTransactionOnInvalidId: "false"])
        first.central.replies[.startTransaction] = [.start(1, .blocked)]
        first.charge()
        var settings = ChargePointSettings.test()
        settings.afterPowerLoss = .resume
        var world = try World(settings, store: first.store, hardware: first.hardware)
        world.feed(.started)
        world.connect()

        world.plugIn()
        world.advance(.seconds(5))

        #expect(world.status() == .suspendedEVSE)
    }

    @Test func `a session of a connector that is gone is ended`() throws {
        var first = try World.accepted(.test(.sockets(2)))
        first.charge(2)
        var world = try World(store: first.store)

        world.feed(.started)
        world.connect()

        #expect(world.stops.map(\.reason) == [.powerLoss])
    }

    @Test func `a contactor that is closed already does not keep the session open`() throws {
        var world = try world(.stop)
        world.hardware[0].contactor = .silent
        world.feed(.board(.contactor(connector: 1, .closed)))
        world.feed(.started)

        world.advance(.seconds(40))

        #expect(world.sessions.first?.reason == .powerLoss)
    }
}
