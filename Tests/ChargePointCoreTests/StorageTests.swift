import ChargePointCore
import OCPP
import Testing
import Units

@Suite struct `A store that cannot record` {
    @Test func `lets no session begin`() throws {
        var world = try World.accepted()
        world.storeFailure = "disk full"
        world.plugIn()
        world.present()
        world.advance(.seconds(5))

        #expect(world.starts.isEmpty)
        #expect(!world.hardware[0].isClosed)
        #expect(world.status() == .faulted)
        #expect(world.chargePoint.view.connectors[0].errorCode == .internalError)
        #expect(world.status(0) == .faulted)
    }

    @Test func `does not disturb the session that runs`() throws {
        var world = try World.accepted()
        world.charge()

        world.feed(.storageFailed("disk full"))
        world.advance(.seconds(60))

        #expect(world.status() == .charging)
    }

    @Test(arguments: [true, false]) func `keeps the end of a session until it can`(isSent: Bool) throws {
        var world = try World.accepted()
        world.charge()
        world.storeFailure = "disk full"
        if isSent { world.feed(.storageFailed("disk full")) }

        world.present()
        world.advance(.seconds(20))
        #expect(!world.hardware[0].isClosed)
        #expect(world.sessions.first?.stoppedAt == nil)
        world.storeFailure = nil
        world.feed(.storageRecovered)
        world.advance(.seconds(10))

        #expect(world.sessions.first?.reason == .local)
        #expect(world.stops.count == 1)
    }

    @Test func `is well again when it recovers`() throws {
        var world = try World.accepted()
        world.feed(.storageFailed("disk full"))
        #expect(world.status() == .faulted)

        world.feed(.storageRecovered)
        world.charge()

        #expect(world.status(0) == .available)
        #expect(world.status() == .charging)
    }
}
