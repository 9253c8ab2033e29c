import ChargePointCore
import OCPP
import Testing
import Units

@Suite(.ocpp("5.11")) struct `A remote start` {
    @Test(arguments: [nil, 1]) func `waits for the plug and then starts`(connector: Int?) throws {
        var world = try World.accepted()

        let status = world.remoteStart(connector)
        #expect(world.status() == .preparing)
        world.plugIn()

        #expect(status == .accepted)
        #expect(world.starts.map(\.idTag) == [.card])
        #expect(world.calls(.authorize).isEmpty)
    }

    @Test func `is answered before anything is sent for it`() throws {
        var world = try World.accepted(keys: [.authorizeRemoteTxRequests: "true"])
        world.plugIn()
        world.forget()

        world.remoteStart(1)

        guard case .result? = world.sent.first else {
            Issue.record("the answer comes first, not \(world.sent)")
            return
        }
    }

    @Test(.ocpp("9.1.3"), arguments: [(AuthorizationStatus.accepted, 1), (.blocked, 0)])
    func `with AuthorizeRemoteTxRequests the identifier is authorised first`(verdict: AuthorizationStatus, starts: Int) throws {
        var world = try World.accepted(keys: [.authorizeRemoteTxRequests: "true"])
        world.central.replies[.authorize] = [.authorize(verdict)]
        world.plugIn()

        let status = world.remoteStart(1)

        #expect(status == .accepted)
        #expect(world.calls(.authorize).count == 1)
        #expect(world.starts.count == starts)
    }

    @Test(
        .ocpp("3.9"),
        arguments: ["0", "4711", "04A2B", "no UID at all", "ÄÖÜ-äöü-ß", "a,b;c|d", #"{"x":"\\y"}"#, " "] as [IdToken])
    func `takes an identifier of any form as it is`(idTag: IdToken) throws {
        var world = try World.accepted(keys: [.authorizeRemoteTxRequests: "true"])
        world.plugIn()

        #expect(world.remoteStart(1, idTag) == .accepted)

        #expect(world.calls(.authorize) == [.authorize(Authorize(idTag: idTag))])
        #expect(world.starts.map(\.idTag.text) == [idTag.text])
    }

    @Test func `with no connector named follows the plug`() throws {
        var world = try World.accepted(.test(.sockets(2)))
        world.remoteStart()

        world.plugIn(2)

        #expect(world.starts.map(\.connectorId) == [2])
        #expect(world.status(1) == .available)
    }

    @Test func `with a connector named stays there`() throws {
        var world = try World.accepted(.test(.sockets(2)))
        world.remoteStart(1)

        world.plugIn(2)
        #expect(world.starts.isEmpty)
        world.plugIn(1)

        #expect(world.starts.map(\.connectorId) == [1])
    }

    @Test func `with no connector named takes the one that is plugged in`() throws {
        var world = try World.accepted(.test(.sockets(3)))
        world.plugIn(2)

        world.remoteStart()

        #expect(world.starts.map(\.connectorId) == [2])
    }

    @Test func `is Rejected where nothing can start`() throws {
        var world = try World.accepted(.test(.sockets(4)))
        world.charge(1)
        world.changeAvailability(2, .inoperative)
        world.fault(.overVoltage, at: 3)

        #expect(world.remoteStart(1) == .rejected)
        #expect(world.remoteStart(2) == .rejected)
        #expect(world.remoteStart(3) == .rejected)
        #expect(world.remoteStart(0) == .rejected)
        #expect(world.remoteStart(9) == .rejected)
        #expect(world.remoteStart(4) == .accepted)
        #expect(world.remoteStart(4, .other) == .rejected)
    }

    @Test(.ocpp("3.3")) func `with a charging profile ignores it where there is no smart charging`() throws {
        var world = try World.accepted(keys: [.supportedFeatureProfiles: "Core,RemoteTrigger"])
        let schedule = ChargingSchedule(
            chargingRateUnit: .a, chargingSchedulePeriod: [ChargingSchedulePeriod(startPeriod: 0, limit: 6)])
        let profile = ChargingProfile(
            chargingProfileId: 1, stackLevel: 0, chargingProfilePurpose: .txProfile, chargingProfileKind: .relative,
            chargingSchedule: schedule)
        let request = RemoteStartTransaction(connectorId: 1, idTag: .card, chargingProfile: profile)

        #expect(world.confirmed(.remoteStartTransaction(request)) == .remoteStartTransaction(.init(status: .accepted)))
        world.plugIn()

        #expect(world.starts.count == 1)
        #expect(world.hardware[0].offer == 16)
    }

    @Test func `is forgotten after ConnectionTimeOut`() throws {
        var world = try World.accepted(keys: [.connectionTimeOut: "20"])
        world.remoteStart(1)

        world.advance(.seconds(21))
        world.plugIn()

        #expect(world.status() == .preparing)
        #expect(world.starts.isEmpty)
    }

    @Test func `can be cancelled by the same card at the reader`() throws {
        var world = try World.accepted()
        world.remoteStart(1)

        world.present()

        #expect(world.status() == .available)
    }
}
