import ChargePointCore
import OCPP
import Testing
import Units

@Suite(.ocpp("7.6")) struct `A fault` {
    static let blocking: [BoardFault.Kind] = [
        .connectorLockFailure, .groundFailure, .highTemperature, .internalError, .otherError, .overCurrentFailure, .overVoltage,
        .powerMeterFailure, .powerSwitchFailure, .underVoltage,
    ]
    static let harmless: [BoardFault.Kind] = [.readerFailure, .weakSignal, .localListConflict, .resetFailure]

    @Test func `of every kind is either blocking or harmless, or suspends`() {
        #expect(Set(Self.blocking + Self.harmless + [.evCommunicationError]) == Set(BoardFault.Kind.allCases))
    }

    @Test(.ocpp("4.9"), arguments: [1, 0])
    func `of communication with the vehicle suspends a session and is a warning, never Faulted`(number: Int) throws {
        var world = try World.accepted()
        world.charge()
        world.forget()

        world.fault(.evCommunicationError, at: number)
        #expect(world.reactions[0].now.contains(.openContactor(1)))
        world.advance(.seconds(10))
        #expect(!world.hardware[0].isClosed)
        #expect(world.status() == .suspendedEVSE)
        #expect(world.notifications.last { $0.connectorId == 1 }?.errorCode == .evCommunicationError)
        world.fault(.evCommunicationError, at: number, isActive: false)
        world.advance(.seconds(20))

        #expect(world.status() == .charging)
        #expect(world.notifications.last { $0.connectorId == 1 }?.errorCode == .noError)
        #expect(world.stops.isEmpty)
    }

    @Test(.ocpp("4.9")) func `of communication with the vehicle is told only with the statuses that know it`() throws {
        var world = try World.accepted()
        world.forget()
        world.fault(.evCommunicationError)
        world.changeAvailability(1, .inoperative)
        #expect(world.notifications.map(\.errorCode) == [.noError])
        world.changeAvailability(1, .operative)

        world.charge()
        world.advance(.seconds(5))
        world.present()
        world.advance(.seconds(5))
        world.unplug()

        let told = world.notifications.dropFirst().map { ($0.status, $0.errorCode) }
        let expected: [(ChargePointStatus, ChargePointErrorCode)] = [
            (.available, .noError), (.preparing, .evCommunicationError), (.suspendedEVSE, .evCommunicationError),
            (.finishing, .evCommunicationError), (.available, .noError),
        ]
        #expect(told.elementsEqual(expected, by: ==), "\(told)")
        #expect(world.starts.count == 1, "a warning does not keep anybody from starting")
    }

    @Test(.ocpp("7.36"), arguments: [0, 1]) func `of the emergency stop ends sessions with its own reason`(number: Int) throws {
        var world = try World.accepted()
        world.charge()
        world.forget()

        world.feed(.board(.fault(connector: number, .emergencyStop, isActive: true)))

        #expect(world.reactions[0].now.contains(.openContactor(1)))
        world.advance(.seconds(5))
        #expect(world.stops.map(\.reason) == [.emergencyStop])
        #expect(world.status() == .faulted)
        #expect(world.notifications.last?.vendorErrorCode == "EmergencyStop")
        #expect(world.notifications.last?.vendorId == "Example")
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
