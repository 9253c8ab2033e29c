import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

@Suite(.ocpp("5.13")) struct `A reservation of connector 0` {
    private func world(_ connectors: Int = 2, keys: [ConfigurationKey: String] = [:]) throws -> World {
        try World.accepted(.test(.sockets(connectors)), keys: keys)
    }

    @Test(.ocpp("9.3.1")) func `is Rejected where ReserveConnectorZeroSupported is false`() throws {
        var world = try world(keys: [.reserveConnectorZeroSupported: "false"])

        #expect(world.reserve(at: 0) == .rejected)
        #expect(world.reserve(at: 1) == .accepted)
    }

    @Test func `reserves no connector by name, and keeps one free`() throws {
        var world = try world()
        #expect(world.reserve(at: 0) == .accepted)
        #expect([world.status(1), world.status(2)] == [.available, .available])

        world.charge(1, .other)
        #expect(world.status(1) == .charging)
        world.charge(2, .colleague)

        #expect(world.status(2) == .preparing)
        #expect(world.starts.count == 1)
        let explanation = world.chargePoint.explain(.colleague, CardLookup(), at: world.moment)
        #expect(explanation.outcome == .refused)
        #expect(explanation.reason.contains("connector 0"))
    }

    @Test func `is used up at any connector by its identifier, and then strangers may come`() throws {
        var world = try world()
        world.reserve(at: 0)
        world.charge(2)

        #expect(world.starts.map(\.reservationId) == [7])
        world.charge(1, .other)

        #expect(world.starts.map(\.reservationId) == [7, nil])
    }

    @Test func `is answered by what the charge point has left`() throws {
        let table: [(String, @Sendable (inout World) -> Void, ReservationStatus)] = [
            ("free", { _ in }, .accepted), ("one charging", { $0.charge(1, .other) }, .accepted),
            ("one plugged", { $0.plugIn(1) }, .accepted), ("one reserved", { $0.reserve(8, at: 1) }, .accepted),
            ("one kept", { $0.reserve(8, at: 0) }, .accepted),
            (
                "both reserved",
                {
                    $0.reserve(8, at: 1); $0.reserve(9, at: 2)
                }, .occupied
            ),
            (
                "both kept",
                {
                    $0.reserve(8, at: 0); $0.reserve(9, at: 0)
                }, .occupied
            ),
            (
                "one reserved, one kept",
                {
                    $0.reserve(8, at: 1); $0.reserve(9, at: 0)
                }, .occupied
            ),
            (
                "both taken",
                {
                    $0.charge(1, .other); $0.plugIn(2)
                }, .occupied
            ),
            (
                "one faulted, one plugged",
                {
                    $0.fault(.otherError, at: 1); $0.plugIn(2)
                }, .occupied
            ),
            (
                "both faulted",
                {
                    $0.fault(.otherError, at: 1); $0.fault(.otherError, at: 2)
                }, .faulted
            ),
            ("all faulted", { $0.fault(.otherError, at: 0) }, .faulted),
            (
                "one faulted, one off",
                {
                    $0.fault(.otherError, at: 1); $0.changeAvailability(2, .inoperative)
                }, .unavailable
            ),
            ("off", { $0.changeAvailability(0, .inoperative) }, .unavailable),
        ]
        for (name, prepare, expected) in table {
            var world = try world()
            prepare(&world)

            #expect(world.reserve(at: 0) == expected, "\(name)")
        }
    }

    @Test func `leaves no connector to be reserved by name that it needs`() throws {
        var world = try world()
        world.reserve(8, at: 0)

        #expect(world.reserve(9, at: 1) == .accepted)
        #expect(world.reserve(10, at: 2) == .occupied)
        // The one that stands in the way is the one that is replaced.
        #expect(world.reserve(8, at: 2) == .accepted)
    }

    @Test func `lets nobody but its identifier or group start at an only connector`() throws {
        for (idTag, parent, starts) in [(IdToken.card, nil, 1), (.other, nil, 0), (.colleague, IdToken.group, 1)] {
            var world = try world(1)
            world.reserve(at: 0, parent: .group)
            world.central.replies[.authorize] = [.authorize(.accepted, parent: parent)]
            world.charge(1, idTag)

            #expect(world.starts.count == starts, "\(idTag)")
        }
    }

    @Test func `ends by cancelling and by time`() throws {
        var world = try world(1)
        world.reserve(7, at: 0)
        #expect(world.cancel(7) == .accepted)

        world.reserve(8, at: 0, until: .seconds(60))
        world.plugIn()
        world.present(.other)
        #expect(world.starts.isEmpty)
        world.advance(.seconds(61))
        world.present(.other)
        world.advance(.seconds(2))

        #expect(world.starts.count == 1)
    }

    @Test func `holds over a restart`() throws {
        var world = try world(1)
        world.reserve(at: 0)

        var restarted = try World.accepted(.test(.sockets(1)), store: world.store)
        restarted.charge(1, .other)
        #expect(restarted.starts.isEmpty)
        restarted.present(.card)
        restarted.advance(.seconds(2))

        #expect(restarted.starts.map(\.reservationId) == [7])
    }
}
