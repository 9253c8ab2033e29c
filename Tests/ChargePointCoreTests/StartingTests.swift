import ChargePointCore
import OCPP
import Testing
import Units

@Suite(.ocpp("3.6")) struct `Starting a session` {
    @Test(.ocpp("4.8")) func `with the cable first, the card starts it`() throws {
        var world = try World.accepted()
        world.plugIn()

        world.present()

        #expect(world.hardware[0].isClosed)
        #expect(world.starts == [StartTransaction(connectorId: 1, idTag: .card, meterStart: 1000, timestamp: world.time)])
        #expect(world.statuses() == [.available, .preparing, .suspendedEV, .charging])
    }

    @Test func `with the card first, the plug starts it`() throws {
        var world = try World.accepted()
        world.present()
        #expect(world.status() == .preparing)

        world.plugIn()

        #expect(world.status() == .charging)
        #expect(world.starts.map(\.idTag) == [.card])
    }

    @Test func `a cable without a vehicle behind it waits for the vehicle`() throws {
        var world = try World.accepted()
        world.feed(.board(.cable(connector: 1, isPlugged: true)))
        world.present()
        #expect(world.starts.isEmpty)

        world.setPilot(1, .b)

        #expect(world.starts.count == 1)
    }

    @Test(.ocpp("4.9")) func `an accepted card is void when its plug goes before a vehicle came`() throws {
        var world = try World.accepted()
        world.feed(.board(.cable(connector: 1, isPlugged: true)))
        world.present()

        world.feed(.board(.cable(connector: 1, isPlugged: false)))
        world.advance(.seconds(600))
        world.plugIn()

        #expect(world.starts.isEmpty)
        #expect(world.status() == .preparing)
    }

    @Test func `a vehicle that is not ready is a transaction, suspended by the vehicle`() throws {
        var world = try World.accepted()
        world.hardware[0].wantsEnergy = false
        world.charge()
        #expect(world.status() == .suspendedEV)
        #expect(!world.hardware[0].isClosed)

        world.advance(.seconds(3600))
        world.setPilot(1, .c)

        #expect(world.status() == .charging)
    }

    @Test func `the start is on disk before the contactor may close`() throws {
        var world = try World.accepted()
        world.plugIn()
        world.forget()

        world.present()

        let began = world.reactions.firstIndex { reaction in
            reaction.record.contains { if case .transactionBegan = $0 { true } else { false } }
        }
        let closes = world.reactions.firstIndex { $0.then.contains(.closeContactor(1)) }
        #expect(try #require(began) <= #require(closes))
    }

    @Test func `the contactor closes only when the lock is confirmed`() throws {
        var world = try World.accepted()
        world.hardware[0].lock = .silent
        world.charge()
        #expect(!world.hardware[0].isClosed)
        #expect(world.status() == .suspendedEV)

        world.feed(.board(.lock(connector: 1, .locked)))

        #expect(world.hardware[0].isClosed)
    }

    @Test func `a stuck lock prevents closing and is a fault`() throws {
        var world = try World.accepted()
        world.hardware[0].lock = .stuck
        world.charge()

        #expect(!world.hardware[0].isClosed)
        #expect(world.chargePoint.view.connectors[0].errorCode == .connectorLockFailure)
    }

    @Test(.ocpp("4.9")) func `a second presentation of the card ends the intended usage`() throws {
        var world = try World.accepted()
        world.present()

        world.present()
        world.plugIn()

        #expect(world.statuses() == [.available, .preparing, .available, .preparing])
        #expect(world.starts.isEmpty)
    }

    @Test func `a card that still lies on the reader is read once`() throws {
        var world = try World.accepted()
        world.present()

        world.feed(.cardPresented(.card, CardLookup(), connectors: nil))

        #expect(world.status() == .preparing)
    }

    @Test(.ocpp("9.1.6"), arguments: [(29, ChargePointStatus.preparing), (30, .available)])
    func `an accepted card is forgotten after ConnectionTimeOut`(seconds: Int, status: ChargePointStatus) throws {
        var world = try World.accepted(keys: [.connectionTimeOut: "30"])
        world.present()

        world.advance(.seconds(seconds))

        #expect(world.status() == status)
    }

    @Test(.errata("3.20")) func `a cable that nobody authorised is Finishing after ConnectionTimeOut`() throws {
        var world = try World.accepted(.test(.sockets(2)), keys: [.connectionTimeOut: "30"])
        world.plugIn(1)

        world.advance(.seconds(31))
        world.present()

        #expect(world.status(1) == .finishing)
        #expect(world.starts.isEmpty)
        #expect(world.status(2) == .preparing)
    }

    @Test func `a finished vehicle that stays plugged in can charge again`() throws {
        var world = try World.accepted()
        world.charge()
        world.present()
        world.advance(.seconds(10))
        #expect(world.status() == .finishing)
        world.forget()

        world.present(.other)

        #expect(world.starts.map(\.idTag) == [.other])
        #expect(world.statuses() == [.preparing, .suspendedEV, .charging])
    }

    @Test func `an accepted card follows the plug to the connector where it comes`() throws {
        var world = try World.accepted(.test(.sockets(3)))
        world.present()
        #expect(world.status(1) == .preparing)

        world.plugIn(3)

        #expect(world.starts.map(\.connectorId) == [3])
        #expect(world.status(1) == .available)
    }

    @Test func `an accepted card does not follow a plug to a connector that cannot charge`() throws {
        var world = try World.accepted(.test(.sockets(2)))
        world.fault(.overVoltage, at: 2)
        world.present()

        world.plugIn(2)
        world.plugIn(1)

        #expect(world.starts.map(\.connectorId) == [1])
    }

    @Test func `a card means the connector that was plugged in last`() throws {
        var world = try World.accepted(.test(.sockets(3)))
        world.plugIn(3)
        world.advance(.seconds(5))
        world.plugIn(2)

        world.present()

        #expect(world.starts.map(\.connectorId) == [2])
    }

    @Test func `a reader that serves one connector means that one`() throws {
        var world = try World.accepted(.test(.sockets(2)))
        world.plugIn(1)

        world.present(.card, connectors: [2])

        #expect(world.starts.isEmpty)
        #expect(world.status(2) == .preparing)
    }

    @Test func `a refused card starts nothing`() throws {
        var world = try World.accepted()
        world.central.replies[.authorize] = [.authorize(.blocked)]
        world.plugIn()

        world.present()

        #expect(world.starts.isEmpty)
        #expect(world.status() == .preparing)
    }

    @Test func `the vehicle leaving before the start voids the card`() throws {
        var world = try World.accepted()
        world.meterPolling = nil
        world.advance(.seconds(10))
        world.hardware[0].meter = .silent
        world.plugIn()
        world.present()
        #expect(world.starts.isEmpty)

        world.unplug()
        world.hardware[0].meter = .working
        world.plugIn()

        #expect(world.starts.isEmpty)
    }

    @Test func `a meter that misses is asked again before it counts as failed`() throws {
        var world = try World.accepted()
        world.meterPolling = nil
        world.advance(.seconds(10))
        world.hardware[0].meter = .silent
        world.plugIn()
        world.forget()

        world.present()

        #expect(world.effects.count { $0 == .readMeter(1) } > 1)
        #expect(world.starts.isEmpty)
        #expect(world.status() == .faulted)
        #expect(world.chargePoint.view.connectors[0].errorCode == .powerMeterFailure)
    }

    @Test func `free vend charges whoever plugs in`() throws {
        var settings = ChargePointSettings.test()
        settings.freeVendIdTag = "FREE"
        var world = try World.accepted(settings)

        world.plugIn()

        #expect(world.starts.map(\.idTag) == ["FREE"])
        #expect(world.hardware[0].isClosed)
    }
}
