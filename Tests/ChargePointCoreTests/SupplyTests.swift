import OCPP
import Testing
import Units

@testable import ChargePointCore

@Suite struct `A supply that does not carry all connectors` {
    static func world(_ supply: Amperes, keys: [ConfigurationKey: String] = [:]) throws -> World {
        var board = BoardProfile.sockets(2)
        board.supplyCurrent = supply
        return try World.accepted(.test(board), keys: keys)
    }

    @Test func `is shared evenly, without any charging profile`() throws {
        var world = try Self.world(20)
        world.charge(1)
        #expect(world.offer(1) == 16)
        #expect(world.chargePoint.view.connectors[0].limitedBy == "board rating 16 A")

        world.charge(2, .other)
        #expect(world.offer(1) == 10)
        world.advance(.seconds(6))

        #expect(world.offer(2) == 10)
        #expect(world.chargePoint.view.connectors.map(\.limitedBy) == Array(repeating: "supply 20 A, shared", count: 2))
    }

    @Test func `serves the one that came first when it is too little for two`() throws {
        var world = try Self.world(10)
        world.charge(1)
        world.charge(2, .other)
        world.advance(.seconds(10))

        #expect(world.offer(1) == 10)
        #expect(world.chargePoint.view.connectors[0].limitedBy == "supply 10 A, shared")
        #expect(world.offer(2) == nil)
        #expect(world.notifications.last { $0.connectorId == 2 }?.info?.text == "supply 10 A: others charge first")
    }

    @Test(arguments: [(14.0, 7.0), (30, 10)]) func `and a ChargePointMaxProfile: the lower counts`(profile: Double, each: Double)
        throws
    {
        var world = try Self.world(20)
        world.charge(1)
        world.charge(2, .other)

        world.set(.amperes(profile, 3, .chargePointMaxProfile))
        world.advance(.seconds(6))

        #expect(world.offer(1) == Amperes(each))
        #expect(world.offer(2) == Amperes(each))
    }

    @Test func `is kept with smart charging switched off`() throws {
        var world = try Self.world(12, keys: [.supportedFeatureProfiles: "Core"])
        world.charge(1)
        world.charge(2, .other)
        world.advance(.seconds(10))

        #expect(world.offer(1) == 6)
        #expect(world.offer(2) == 6)
    }

    @Test(.ocpp("5.7")) func `is what GetCompositeSchedule tells of the charge point as a whole`() throws {
        var world = try Self.world(20)

        let answer = world.composite(0, for: 60)
        let told = try #require(answer)

        #expect(told.chargingSchedule?.chargingSchedulePeriod.map(\.limit) == [20])
    }
}
