import ChargePointCore
import OCPP
import Testing
import Units

@Suite(.ocpp("7.6")) struct `A fault` {
    static let blocking: [BoardFault.Kind] = [
        .connectorLockFailure, .evCommunicationError, .groundFailure, .highTemperature, .internalError, .otherError, .overCurrentFailure,
        .overVoltage, .powerMeterFailure, .powerSwitchFailure, .underVoltage,
    ]
    static let harmless: [BoardFault.Kind] = [.readerFailure, .weakSignal, .localListConflict, .resetFailure]

    @Test func `of every kind is either blocking or harmless`() {
        #expect(Set(Self.blocking + Self.harmless) == Set(BoardFault.Kind.allCases))
    }

    @Test(arguments: blocking) func `that blocks opens in the same reaction, before anything else`(kind: BoardFault.Kind) throws {
        var world = try World.accepted()
        world.charge()
        world.forget()

        world.fault(kind)

        #expect(world.reactions[0].now.contains(.openContactor(1)))
        #expect(world.status() == .faulted)
        #expect(world.notifications.last?.errorCode.rawValue == kind.rawValue)
    }

    @Test(arguments: harmless) func `that does not block is reported beside the status`(kind: BoardFault.Kind) throws {
        var world = try World.accepted()
        world.charge()

        world.fault(kind)

        #expect(world.hardware[0].isClosed)
        #expect(world.status() == .charging)
        #expect(world.notifications.last?.errorCode.rawValue == kind.rawValue)
    }

    @Test(arguments: blocking) func `that blocks lasts until it is over, and prevents a start`(kind: BoardFault.Kind) throws {
        var world = try World.accepted()
        world.fault(kind)
        world.advance(.seconds(20))
        #expect(world.status() == .faulted)
        world.plugIn()
        world.present()
        #expect(world.starts.isEmpty)

        world.fault(kind, isActive: false)
        world.present()

        #expect(world.starts.count == 1)
    }

    @Test func `is told to the vehicle by state F until it is over`() throws {
        var world = try World.accepted()
        world.charge()
        world.forget()

        world.fault(.overVoltage)

        #expect(world.reactions[0].now.contains(.signalFault(1)))
        #expect(!world.effects.contains { if case .offer = $0 { true } else { false } }, "an offer would end state F")
        world.fault(.overVoltage, isActive: false)
        #expect(world.effects.contains(.offer(1, 16)))
    }

    @Test(arguments: [BoardFault.Kind.groundFailure, .overCurrentFailure, .powerSwitchFailure])
    func `that somebody has to look at ends the session`(kind: BoardFault.Kind) throws {
        var world = try World.accepted()
        world.charge()

        world.fault(kind)
        world.advance(.seconds(5))

        #expect(world.stops.map(\.reason) == [.other])
    }

    @Test(arguments: [BoardFault.Kind.overVoltage, .underVoltage, .highTemperature])
    func `that passes lets the session go on`(kind: BoardFault.Kind) throws {
        var world = try World.accepted()
        world.charge()
        world.fault(kind)
        world.advance(.seconds(60))
        #expect(!world.hardware[0].isClosed)

        world.fault(kind, isActive: false)
        world.setPilot(1, .c)
        world.advance(.seconds(2))

        #expect(world.status() == .charging)
        #expect(world.stops.isEmpty)
    }

    @Test func `of the charge point strikes every connector`() throws {
        var world = try World.accepted(.test(.sockets(2)))
        world.charge(1)

        world.fault(.highTemperature, at: 0)
        #expect(!world.hardware[0].isClosed)
        #expect([0, 1, 2].map { world.status($0) } == [.faulted, .faulted, .faulted])
        world.fault(.highTemperature, at: 0, isActive: false)

        #expect([0, 1, 2].map { world.status($0) } == [.available, .charging, .available])
    }

    @Test func `of the charge point that ends leaves a connector's own`() throws {
        var world = try World.accepted(.test(.sockets(2)))
        world.fault(.highTemperature, at: 1)
        world.fault(.highTemperature, at: 0)

        world.fault(.highTemperature, at: 0, isActive: false)

        #expect(world.status(1) == .faulted)
        #expect(world.status(2) == .available)
    }

    @Test func `beside another of the same kind stays when the other ends`() throws {
        var world = try World.accepted()
        world.fault(.otherError, vendorErrorCode: "door")
        world.fault(.otherError, vendorErrorCode: "tilt")

        world.fault(.otherError, isActive: false, vendorErrorCode: "tilt")

        #expect(world.status() == .faulted)
        #expect(world.chargePoint.view.connectors[0].vendorErrorCode == "door")
    }

    @Test func `of the card reader is connector 0's alone and blocks nothing`() throws {
        var world = try World.accepted()

        world.feed(.board(.reader(failure: "USB device gone")))

        #expect(world.notifications.last?.connectorId == 0)
        #expect(world.notifications.last?.errorCode == .readerFailure)
        #expect(world.status(0) == .available)
        world.feed(.board(.reader(failure: nil)))
        #expect(world.notifications.last?.errorCode == .noError)
    }
}

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

    @Test(arguments: [VehicleState.a, .b, .e, .f]) func `opens in the reaction in which the vehicle leaves C`(state: VehicleState) throws {
        var world = try World.accepted()
        world.charge()
        world.forget()

        world.setPilot(1, state)

        #expect(world.reactions[0].now == [.openContactor(1)])
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

    @Test func `stays closed from C to D and back`() throws {
        var world = try World.accepted()
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
