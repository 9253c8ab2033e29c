import ChargePointCore
import OCPP
import Testing
import Units

private func board(_ change: (inout ConnectorProfile) -> Void) -> ChargePointSettings {
    var profile = ConnectorProfile.socket(1)
    change(&profile)
    return .test(BoardProfile(model: "Test", connectors: [profile]))
}

@Suite struct `Ventilation` {
    @Test func `is demanded in vain where there is none, and nothing closes`() throws {
        var world = try World.accepted()
        world.plugIn()
        world.hardware[0].wantsEnergy = false
        world.present()

        world.setPilot(1, .d)
        world.advance(.seconds(5))

        #expect(!world.hardware[0].isClosed)
        #expect(world.status() == .suspendedEVSE)
        #expect(world.chargePoint.view.connectors[0].info == "the vehicle demands ventilation, and there is none")
    }

    @Test func `opens in the same reaction when it is demanded while charging without`() throws {
        var world = try World.accepted()
        world.charge()
        world.forget()

        world.setPilot(1, .d)

        #expect(world.reactions[0].now == [.openContactor(1)])
        world.setPilot(1, .c)
        world.advance(.seconds(2))
        #expect(world.status() == .charging)
    }

    @Test func `is given where there is some`() throws {
        var world = try World.accepted(board { $0.hasVentilation = true })
        world.plugIn()
        world.hardware[0].wantsEnergy = false
        world.present()

        world.setPilot(1, .d)
        world.advance(.seconds(2))

        #expect(world.hardware[0].isClosed)
        #expect(world.status() == .charging)
    }
}

@Suite struct `A cable's rating` {
    @Test(
        arguments: [
            (.rated(13), 13, "cable rating 13 A"), (.rated(32), 16, "board rating 16 A"), (.invalid("350 Ω"), nil, nil),
            (.noCable, nil, nil),
        ] as [(CableRating, Double?, String?)])
    func `limits what is offered`(rating: CableRating, offer: Double?, limitedBy: String?) throws {
        var world = try World.accepted(board { $0.hasProximity = true })
        world.plugIn()
        world.feed(.board(.proximity(connector: 1, rating)))
        world.present()
        world.advance(.seconds(2))

        let view = world.chargePoint.view.connectors[0]

        #expect(view.offeredCurrent == offer.map { Amperes($0) })
        #expect(view.limitedBy == limitedBy)
        #expect(world.hardware[0].isClosed == (offer != nil))
        #expect(world.status() == (offer == nil ? .suspendedEVSE : .charging))
    }

    @Test func `is forgotten with the cable`() throws {
        var world = try World.accepted(board { $0.hasProximity = true })
        world.plugIn()
        world.feed(.board(.proximity(connector: 1, .rated(13))))
        world.unplug()
        world.charge()

        #expect(!world.hardware[0].isClosed)
    }

    @Test func `says nothing where the outlet cannot read it`() throws {
        var world = try World.accepted()
        world.charge()

        #expect(world.chargePoint.view.connectors[0].limitedBy == "board rating 16 A")
    }
}

@Suite struct `A vehicle that draws more than it is offered` {
    /// Readings a second apart, of 16 A offered.
    private func draw(_ current: Amperes, for seconds: Int, _ world: inout World) {
        for _ in 0..<seconds {
            world.pass(.seconds(1))
            var reading = world.hardware[0].reading
            reading.current = [current, 5, 5]
            world.feed(.board(.meter(connector: 1, reading)))
        }
    }

    private func charging() throws -> World {
        var world = try World.accepted()
        world.meterPolling = nil
        world.charge()
        world.forget()
        return world
    }

    @Test(arguments: [(17.7, 10, true), (17.7, 11, false), (17.5, 60, true), (32, 11, false)] as [(Double, Int, Bool)])
    func `is cut off above 110 % once the grace has passed`(current: Double, seconds: Int, isClosed: Bool) throws {
        var world = try charging()

        draw(Amperes(current), for: seconds, &world)

        #expect(world.hardware[0].isClosed == isClosed)
    }

    @Test func `ends its session with OverCurrentFailure, which lasts until it leaves`() throws {
        var world = try charging()

        draw(20, for: 12, &world)
        world.meterPolling = .seconds(1)
        world.advance(.seconds(5))

        #expect(world.stops.map(\.reason) == [.other])
        #expect(world.status() == .faulted)
        #expect(world.notifications.contains { $0.errorCode == .overCurrentFailure && $0.vendorErrorCode == "Overdraw" })
        world.present()
        #expect(world.starts.isEmpty)
        world.unplug()
        #expect(world.status() == .available)
    }

    @Test func `now and then is left alone`() throws {
        var world = try charging()

        for _ in 0..<5 {
            draw(20, for: 8, &world)
            draw(16, for: 1, &world)
        }

        #expect(world.hardware[0].isClosed)
    }
}

@Suite struct `What people press` {
    @Test func `to stop in an emergency ends every session for that reason, and releasing it starts nothing`() throws {
        var world = try World.accepted(.test(.sockets(2)))
        world.charge(1)
        world.forget()

        world.feed(.board(.fault(connector: 0, .emergencyStop, isActive: true)))
        #expect(world.reactions[0].now.contains(.openContactor(1)))
        world.advance(.seconds(5))
        world.feed(.board(.fault(connector: 0, .emergencyStop, isActive: false)))
        world.advance(.seconds(60))

        #expect(world.stops.map(\.reason) == [.emergencyStop])
        #expect(!world.hardware[0].isClosed)
        #expect(world.status(1) == .finishing)
    }

    @Test func `to stop in an emergency shows as a fault with its name`() throws {
        var world = try World.accepted()

        world.feed(.board(.fault(connector: 0, .emergencyStop, isActive: true)))

        #expect(world.status() == .faulted)
        #expect(world.notifications.last { $0.connectorId == 1 }?.vendorErrorCode == "EmergencyStop")
    }

    @Test(arguments: [BoardFault.doorOpen, .tilted, .water])
    func `or break suspends until it is over`(fault: BoardFault) throws {
        var world = try World.accepted()
        world.charge()

        world.feed(.board(.fault(connector: 0, fault, isActive: true)))
        world.advance(.seconds(5))
        #expect(!world.hardware[0].isClosed)
        #expect(world.status() == .faulted)
        world.feed(.board(.fault(connector: 0, fault, isActive: false)))
        world.setPilot(1, .c)
        world.advance(.seconds(2))

        #expect(world.status() == .charging)
        #expect(world.stops.isEmpty)
    }

    @Test func `as the charge point's button ends the session locally`() throws {
        var world = try World.accepted()
        world.charge()

        world.feed(.board(.button(connector: 0)))
        world.advance(.seconds(10))

        #expect(world.stops.map(\.reason) == [.local])
    }
}

@Suite(.ocpp("5.18")) struct `A plug` {
    @Test func `is not unlocked while nothing proves the contactor open`() throws {
        var world = try World.accepted()
        world.charge()
        world.hardware[0].contactor = .silent

        world.present()
        world.advance(.seconds(60))
        #expect(world.stops.count == 1)
        #expect(!world.effects.contains(.unlock(1)))
        world.feed(.board(.contactor(connector: 1, .open)))

        #expect(world.effects.contains(.unlock(1)))
    }

    @Test func `is not unlocked by UnlockConnector either`() throws {
        var world = try World.accepted()
        world.charge()
        world.hardware[0].contactor = .silent
        world.forget()

        world.ask(.unlockConnector(UnlockConnector(connectorId: 1)))
        world.advance(.seconds(60))

        #expect(!world.effects.contains(.unlock(1)))
        #expect(world.stops.map(\.reason) == [.unlockCommand])
    }
}
