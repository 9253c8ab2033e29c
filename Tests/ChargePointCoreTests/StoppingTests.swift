import ChargePointCore
import OCPP
import Testing
import Units

@Suite(.ocpp("4.10")) struct `Stopping a session` {
    @Test(.ocpp("3.4"), .ocpp("4.1")) func `the same card stops it, locally`() throws {
        var world = try World.accepted()
        world.charge()
        world.advance(.seconds(3600))

        world.present()
        world.advance(.seconds(5))

        let stop = try #require(world.stops.first)
        #expect(stop.reason == .local)
        #expect(stop.idTag == .card)
        #expect(stop.transactionId == 1)
        // "A Charge Point MUST NOT send an Authorize.req before stopping a transaction" by the card that started it (§3.4).
        #expect(world.calls(.authorize).count == 1)
        #expect(stop.meterStop == world.hardware[0].reading.energyImport)
        #expect(stop.meterStop >= 4600)
        #expect(!world.hardware[0].isClosed)
        // "As part of the normal transaction termination, the Charge Point SHALL unlock the cable" (§4.10).
        #expect(world.chargePoint.view.connectors[0].lock == .unlocked)
        #expect(world.status() == .finishing)
    }

    @Test func `the vehicle ramps down before the contactor opens`() throws {
        var world = try World.accepted()
        world.charge()
        world.forget()

        world.present()

        let offer = world.reactions.firstIndex { $0.then.contains(.offer(1, nil)) }
        let open = world.reactions.firstIndex { $0.now.contains(.openContactor(1)) }
        #expect(try #require(offer) < #require(open))
    }

    @Test(arguments: ["card", "remote", "operator", "pause", "unplugged", "unlocked"])
    func `nothing but a fault shows the vehicle state F`(end: String) throws {
        var world = try World.accepted()
        world.charge()
        world.forget()

        switch end {
        case "card": world.present()
        case "remote": world.ask(.remoteStopTransaction(RemoteStopTransaction(transactionId: 1)))
        case "operator": world.feed(.requested(.stop(1), request: 1))
        case "pause": world.setPilot(1, .b)
        case "unlocked": world.ask(.unlockConnector(UnlockConnector(connectorId: 1)))
        default: world.unplug()
        }
        world.advance(.seconds(30))

        #expect(!world.hardware[0].isClosed)
        #expect(!world.reactions.contains { $0.now.contains(.signalFault(1)) })
    }

    @Test(arguments: [(5, true), (6, false)])
    func `a vehicle that goes on drawing is cut off after 6 s`(seconds: Int, isClosed: Bool) throws {
        var world = try World.accepted()
        world.hardware[0].obeysWithdrawal = false
        world.charge()
        world.present()

        world.advance(.seconds(seconds))

        #expect(world.hardware[0].isClosed == isClosed)
    }

    @Test func `a vehicle that stays in C without drawing is disconnected at once`() throws {
        var world = try World.accepted()
        world.hardware[0].obeysWithdrawal = false
        world.charge()
        world.hardware[0].draws = 0

        world.present()
        world.advance(.seconds(2))

        #expect(!world.hardware[0].isClosed)
    }

    @Test func `the closing register is read after the contactor opened`() throws {
        var world = try World.accepted()
        world.meterPolling = nil
        world.hardware[0].obeysWithdrawal = false
        world.plugIn()
        world.present()
        world.hardware[0].draws = 20_000
        world.pass(.seconds(100))
        world.present()

        world.advance(.seconds(10))

        #expect(world.stops.map(\.meterStop) == [world.hardware[0].reading.energyImport])
        #expect(world.stops.first?.meterStop ?? 0 > 1_500)
    }

    @Test func `a silent meter at the end leaves the last register that was true`() throws {
        var world = try World.accepted()
        world.charge()
        world.advance(.seconds(100))
        let last = try #require(world.chargePoint.view.connectors[0].meter?.energyImport)
        world.hardware[0].meter = .silent

        world.present()
        world.advance(.seconds(4))

        #expect(world.stops.map(\.meterStop) == [last])
        #expect(world.sessions.first?.flags == [.meterEstimated])
    }

    @Test(.ocpp("3.4"), .ocpp("4.1"), .ocpp("3.10"), arguments: ["list", "cache", "authorize", "start"])
    func `another card of the same group stops it`(source: String) throws {
        var world = try World.accepted()
        world.central.replies[.authorize] = [.authorize(.accepted, parent: source == "start" ? nil : .group)]
        if source == "start" { world.central.replies[.startTransaction] = [.start(7, parent: .group)] }
        world.charge()
        let info = IdTagInfo(parentIdTag: .group, status: .accepted)
        if source == "authorize" || source == "start" {
            world.central.replies[.authorize] = [.authorize(.accepted, parent: .group)]
        }

        world.present(.colleague, CardLookup(localList: source == "list" ? info : nil, cache: source == "cache" ? info : nil))
        world.advance(.seconds(5))

        #expect(world.stops.map(\.idTag) == [.colleague])
        #expect(world.stops.map(\.reason) == [.local])
    }

    @Test func `a blocked card of the group stops nothing`() throws {
        var world = try World.accepted()
        world.central.replies[.authorize] = [.authorize(.accepted, parent: .group), .authorize(.blocked, parent: .group)]
        world.charge()

        world.present(.colleague, CardLookup(cache: IdTagInfo(parentIdTag: .group, status: .blocked)))
        world.advance(.seconds(10))

        #expect(world.stops.isEmpty)
        #expect(world.status() == .charging)
    }

    @Test(.ocpp("3.10")) func `a card with the group's own name is not of the group`() throws {
        var world = try World.accepted()
        world.central.replies[.authorize] = [.authorize(.accepted, parent: .group)]
        world.charge()

        world.present(.group)
        world.advance(.seconds(10))

        #expect(world.stops.isEmpty)
        #expect(world.status() == .charging)
    }

    @Test(arguments: [nil, IdToken.group]) func `a foreign card does not disturb`(parent: IdToken?) throws {
        var world = try World.accepted()
        world.central.replies[.authorize] = [.authorize(.accepted, parent: parent)]
        world.charge()

        world.present(.other)
        world.advance(.seconds(10))

        #expect(world.stops.isEmpty)
        #expect(world.status() == .charging)
    }

    @Test func `with two connectors the card stops its own`() throws {
        var world = try World.accepted(.test(.sockets(2)))
        world.charge(1, .card)
        world.charge(2, .other)

        world.present(.other)
        world.advance(.seconds(5))

        #expect(world.stops.map(\.transactionId) == [2])
        #expect(world.status(1) == .charging)
    }

    @Test(.ocpp("5.12")) func `the Central System stops it by its transactionId`() throws {
        var world = try World.accepted()
        world.central.replies[.startTransaction] = [.start(77)]
        world.charge()

        #expect(world.remoteStop(76) == .rejected)
        #expect(world.remoteStop(77) == .accepted)
        world.advance(.seconds(5))

        #expect(world.stops.map(\.reason) == [.remote])
        #expect(world.stops.map(\.idTag) == [nil])
        #expect(world.chargePoint.view.connectors[0].lock == .unlocked)
        #expect(world.remoteStop(77) == .rejected)
    }

    @Test(.errata("3.54"), arguments: [0, -5, 2_147_483_647]) func `any transactionId is one`(id: Int) throws {
        var world = try World.accepted()
        world.central.replies[.startTransaction] = [.start(id)]
        world.charge()

        #expect(world.remoteStop(id) == .accepted)
        world.advance(.seconds(5))

        #expect(world.stops.map(\.transactionId) == [id])
    }

    @Test(.ocpp("5.18")) func `UnlockConnector ends the transaction first`() throws {
        var world = try World.accepted()
        world.charge()
        world.forget()

        world.ask(.unlockConnector(UnlockConnector(connectorId: 1)))
        world.advance(.seconds(10))

        #expect(world.stops.map(\.reason) == [.unlockCommand])
        let open = world.reactions.firstIndex { $0.now.contains(.openContactor(1)) }
        let unlock = world.reactions.firstIndex { $0.then.contains(.unlock(1)) }
        #expect(try #require(open) < #require(unlock))
        #expect(world.judge.unanswered.isEmpty)
    }

    @Test(.ocpp("9.1.23")) func `the cable pulled at the vehicle opens at once and ends it`() throws {
        var world = try World.accepted()
        world.charge()
        world.forget()

        world.unplugVehicle()

        #expect(world.reactions[0].now == [.openContactor(1)])
        world.advance(.seconds(4))
        #expect(world.stops.map(\.reason) == [.evDisconnected])
        #expect(world.status() == .finishing)
        #expect(world.effects.contains(.unlock(1)))
    }

    @Test(.ocpp("9.1.23")) func `with StopTransactionOnEVSideDisconnect false it waits for the vehicle`() throws {
        var world = try World.accepted(keys: [.stopTransactionOnEVSideDisconnect: "false"])
        world.charge()

        world.unplugVehicle()
        #expect(!world.hardware[0].isClosed)
        world.advance(.seconds(600))
        #expect(world.stops.isEmpty)
        #expect(!world.effects.contains(.unlock(1)))
        #expect(world.status() == .suspendedEV)
        world.setPilot(1, .c)

        #expect(world.status() == .charging)
        #expect(world.starts.count == 1)
    }

    @Test(.ocpp("9.1.33")) func `with UnlockConnectorOnEVSideDisconnect false the cable stays locked until the same card`() throws {
        var world = try World.accepted(keys: [.unlockConnectorOnEVSideDisconnect: "false"])
        world.charge()
        world.unplugVehicle()
        world.advance(.seconds(5))
        #expect(world.chargePoint.view.connectors[0].lock == .locked)

        world.present()

        #expect(world.chargePoint.view.connectors[0].lock == .unlocked)
        #expect(world.starts.count == 1)
    }

    @Test func `a fixed cable that ended is not held for a card`() throws {
        var world = try World.accepted(.test(.cable))
        world.central.replies[.startTransaction] = [.start(5, .blocked)]
        world.charge()
        world.advance(.seconds(5))
        #expect(world.stops.map(\.reason) == [.deAuthorized])

        world.present()
        world.advance(.seconds(2))

        #expect(world.starts.count == 2)
    }

    @Test func `two stops are one`() throws {
        var world = try World.accepted()
        world.charge()

        world.present()
        world.remoteStop(1)
        world.unplug()
        world.advance(.seconds(5))

        #expect(world.stops.map(\.reason) == [.local])
    }

    @Test func `a contactor without feedback ends the session after a while`() throws {
        var world = try World.accepted()
        world.charge()
        world.hardware[0].contactor = .silent

        world.present()
        world.advance(.seconds(10))

        #expect(world.stops.count == 1)
    }
}

@Suite(.ocpp("4.8"), .errata("3.17")) struct `An identifier refused by StartTransaction_conf` {
    static let refusals: [AuthorizationStatus] = [.blocked, .expired, .invalid, .concurrentTx]

    @Test(.ocpp("3.5.4"), arguments: refusals)
    func `ends the session and keeps the cable locked until the same card`(status: AuthorizationStatus)
        throws
    {
        var world = try World.accepted()
        world.central.replies[.startTransaction] = [.start(9, status)]
        world.charge()
        world.advance(.seconds(10))

        #expect(world.stops.map(\.reason) == [.deAuthorized])
        #expect(world.stops.map(\.transactionId) == [9])
        #expect(!world.hardware[0].isClosed)
        #expect(world.chargePoint.view.connectors[0].lock == .locked)
        world.present()
        #expect(world.chargePoint.view.connectors[0].lock == .unlocked)
    }

    @Test func `keeps the cable from everybody else, too`() throws {
        var world = try World.accepted()
        world.central.replies[.startTransaction] = [.start(9, .blocked)]
        world.charge()
        world.advance(.seconds(10))

        world.present(.other)
        #expect(world.remoteStart(1, .other) == .rejected)
        world.advance(.seconds(10))

        #expect(world.starts.count == 1)
        #expect(world.chargePoint.view.connectors[0].lock == .locked)
    }

    @Test(.ocpp("3.5.4"), .ocpp("9.1.24")) func `only suspends it where StopTransactionOnInvalidId is false`() throws {
        var world = try World.accepted(keys: [.stopTransactionOnInvalidId: "false"])
        world.central.replies[.startTransaction] = [.start(9, .blocked)]
        world.charge()
        world.advance(.seconds(60))

        #expect(world.stops.isEmpty)
        #expect(world.status() == .suspendedEVSE)
        #expect(!world.hardware[0].isClosed)
        world.present()
        world.advance(.seconds(5))
        #expect(world.stops.map(\.reason) == [.local])
    }

    @Test(.ocpp("3.5.4"), .ocpp("9.1.14")) func `takes MaxEnergyOnInvalidId and no more`() throws {
        var world = try World.accepted(keys: [.stopTransactionOnInvalidId: "false", .maxEnergyOnInvalidId: "500"])
        world.central.replies[.startTransaction] = [.start(9, .blocked)]
        world.charge()
        #expect(world.status() == .charging)

        world.advance(.seconds(3600))

        #expect(world.status() == .suspendedEVSE)
        #expect((1500...1510).contains(world.hardware[0].reading.energyImport.value))
    }
}
