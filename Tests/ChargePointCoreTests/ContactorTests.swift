import ChargePointCore
import OCPP
import Testing
import Units

@Suite struct `A contactor` {
    @Test func `that is welded locks the connector out and keeps the plug`() throws {
        var world = try World.accepted()
        world.charge()
        world.hardware[0].contactor = .welded

        world.present()
        world.advance(.seconds(30))

        #expect(world.stops.count == 1)
        #expect(world.status() == .faulted)
        #expect(world.chargePoint.view.connectors[0].errorCode == .powerSwitchFailure)
        #expect(world.chargePoint.view.connectors[0].lock == .locked)
        world.present()
        #expect(world.starts.count == 1)
    }

    @Test(.ocpp("5.18")) func `that is welded keeps the plug, which is said at once`() throws {
        var world = try World.accepted()
        world.charge()
        world.hardware[0].contactor = .welded
        world.present()
        world.advance(.seconds(30))

        guard case .unlockConnector(let answer)? = world.confirmed(.unlockConnector(UnlockConnector(connectorId: 1))) else {
            Issue.record("not answered")
            return
        }

        #expect(answer.status == .unlockFailed)
        #expect(world.chargePoint.view.connectors[0].lock == .locked)
    }

    @Test func `that is welded stays locked out when another fault of the switch ends`() throws {
        var world = try World.accepted()
        world.charge()
        world.hardware[0].contactor = .welded
        world.present()
        world.advance(.seconds(30))

        world.fault(.powerSwitchFailure)
        world.fault(.powerSwitchFailure, isActive: false)

        #expect(world.status() == .faulted)
    }

    @Test func `that does not close ends the session without a second try`() throws {
        var world = try World.accepted()
        world.hardware[0].contactor = .stuckOpen
        world.charge()
        world.advance(.seconds(30))

        #expect(world.effects.count { $0 == .closeContactor(1) } == 1)
        #expect(world.stops.map(\.reason) == [.other])
        #expect(world.status() == .faulted)
        world.unplug()
        #expect(world.status() == .available)
    }

    @Test func `that says closed untold is opened`() throws {
        var world = try World.accepted()
        world.forget()

        world.feed(.board(.contactor(connector: 1, .closed)))

        #expect(world.reactions[0].now == [.openContactor(1)])
    }

    @Test(arguments: [VehicleState.a, .b, .e, .f]) func `opens in the reaction in which the vehicle leaves C`(state: VehicleState)
        throws
    {
        var world = try World.accepted()
        world.charge()
        world.forget()

        world.setPilot(1, state)

        #expect(world.reactions[0].now == [.openContactor(1)])
    }

    @Test(arguments: [LockState.stuck, .unlocked])
    func `opens in the reaction in which the lock lets go, and closes once it holds again`(state: LockState) throws {
        var world = try World.accepted()
        world.charge()
        world.hardware[0].lock = .silent
        world.forget()

        world.feed(.board(.lock(connector: 1, state)))

        #expect(world.reactions[0].now.first == .openContactor(1))
        #expect(!world.hardware[0].isClosed)
        world.advance(.seconds(60))
        #expect(!world.effects.contains(.closeContactor(1)))
        #expect(world.stops.isEmpty)
        world.feed(.board(.lock(connector: 1, .locked)))
        world.advance(.seconds(2))
        #expect(world.hardware[0].isClosed)
        #expect(world.status() == .charging)
    }

    @Test func `that the interlock opened closes again when nothing speaks against it, but not at once`() throws {
        var world = try World.accepted()
        world.charge()
        world.forget()

        world.hardware[0].isClosed = false
        world.feed(.board(.contactor(connector: 1, .open)))
        #expect(!world.hardware[0].isClosed)
        #expect(world.status() == .suspendedEV)
        world.advance(.seconds(60))

        #expect(world.hardware[0].isClosed)
        #expect(world.effects.count { $0 == .closeContactor(1) } == 1)
    }

    @Test func `that the interlock opened because the vehicle left C stays open`() throws {
        var world = try World.accepted()
        world.charge()
        world.forget()

        world.hardware[0].isClosed = false
        world.feed(.board(.contactor(connector: 1, .open)))
        world.setPilot(1, .b)
        world.advance(.seconds(60))

        #expect(!world.effects.contains(.closeContactor(1)))
    }

    @Test func `stays closed from C to D and back where there is ventilation`() throws {
        var profile = ConnectorProfile.socket(1)
        profile.hasVentilation = true
        var world = try World.accepted(.test(BoardProfile(model: "Test", connectors: [profile])))
        world.charge()

        world.setPilot(1, .d)
        world.setPilot(1, .c)

        #expect(world.hardware[0].isClosed)
    }

    @Test func `is opened for every connector at start`() throws {
        var world = try World(.test(.sockets(3)))

        world.feed(.started)

        #expect(world.reactions[0].now == [.openContactor(1), .openContactor(2), .openContactor(3)])
    }
}
