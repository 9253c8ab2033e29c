import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

@Suite(.ocpp("3.11"), .ocpp("5.13")) struct `A reservation` {
    private func world(_ connectors: Int = 1, keys: [ConfigurationKey: String] = [:]) throws -> World {
        try World.accepted(.test(.sockets(connectors)), keys: keys)
    }

    private func reservedIds(_ world: World) throws -> [Int] {
        try MemoryRecordStore(state: world.store.state).begin().reservations.map(\.id)
    }

    // MARK: Made

    @Test func `makes its connector Reserved, on disk and at the Central System`() throws {
        var world = try world()

        #expect(world.reserve() == .accepted)

        #expect(world.statuses().last == .reserved)
        #expect(world.status() == .reserved)
        #expect(try reservedIds(world) == [7])
    }

    @Test func `is answered by what the connector is`() throws {
        let table: [(String, @Sendable (inout World) -> Void, ReservationStatus)] = [
            ("free", { _ in }, .accepted), ("plugged", { $0.plugIn() }, .occupied), ("authorised", { $0.present() }, .occupied),
            ("charging", { $0.charge() }, .occupied),
            (
                "finishing",
                {
                    $0.charge(); $0.present(); $0.advance(.seconds(4))
                }, .occupied
            ),
            ("reserved for another", { $0.reserve(8, for: .other) }, .occupied),
            ("reserved for the same", { $0.reserve(8) }, .occupied),
            ("unavailable", { $0.changeAvailability(1, .inoperative) }, .unavailable),
            ("unavailable as a whole", { $0.changeAvailability(0, .inoperative) }, .unavailable),
            ("faulted", { $0.fault(.otherError) }, .faulted), ("faulted as a whole", { $0.fault(.otherError, at: 0) }, .faulted),
            ("reader broken", { $0.fault(.readerFailure, at: 0) }, .accepted),
            (
                "charging and scheduled",
                {
                    $0.charge(); $0.changeAvailability(1, .inoperative)
                }, .occupied
            ),
        ]
        for (name, prepare, expected) in table {
            var world = try world()
            prepare(&world)

            #expect(world.reserve() == expected, "\(name)")
            #expect(try reservedIds(world).contains(7) == (expected == .accepted), "\(name)")
        }
    }

    @Test func `is rejected for no connector, in the past, and where nothing can be recorded faulted`() throws {
        var world = try world()

        #expect(world.reserve(at: 2) == .rejected)
        #expect(world.reserve(until: .zero) == .rejected)
        #expect(world.reserve(until: .seconds(-1)) == .rejected)
        world.storeFailure = "the disk is full"
        #expect(world.reserve() == .faulted)
        #expect(world.status() == .faulted)
    }

    @Test func `without its profile is not supported`() throws {
        var world = try world(keys: [.supportedFeatureProfiles: "Core"])

        let request = ReserveNow(connectorId: 1, expiryDate: .begin + .seconds(60), idTag: .card, reservationId: 1)
        guard case .error(_, let error)? = world.ask(.reserveNow(request)) else { Issue.record("no error"); return }

        #expect(error.code == .notSupported)
    }

    @Test func `of the same id is replaced: longer, for another, elsewhere`() throws {
        var world = try world(2)
        world.reserve()

        #expect(world.reserve(for: .other, until: .seconds(900)) == .accepted)
        #expect(try reservedIds(world) == [7])
        world.present(.card, connectors: [1])
        #expect(world.status(1) == .reserved)

        #expect(world.reserve(at: 2) == .accepted)
        #expect(world.status(1) == .available)
        #expect(world.status(2) == .reserved)
        #expect(try reservedIds(world) == [7])
    }

    @Test func `stays as it was where its replacement cannot be made`() throws {
        var world = try world(2)
        world.reserve()
        world.plugIn(2)

        #expect(world.reserve(at: 2) == .occupied)

        #expect(world.status(1) == .reserved)
        #expect(try reservedIds(world) == [7])
    }

    @Test func `is renewed although its own driver has the cable in`() throws {
        var world = try world()
        world.reserve()
        world.plugIn()

        #expect(world.reserve(until: .seconds(900)) == .accepted)
    }

    // MARK: Kept

    @Test func `refuses every other identifier, and says why`() throws {
        var world = try world(keys: [.authorizeRemoteTxRequests: "true"])
        world.reserve()
        world.plugIn()

        world.present(.other)
        #expect(world.remoteStart(1, .other) == .rejected)
        world.feed(.requested(.start(1, .other, CardLookup()), request: 3))
        world.advance(.seconds(5))

        #expect(world.starts.isEmpty)
        #expect(world.status() == .reserved)
        #expect(world.calls(.authorize).isEmpty)
        guard case .refused(let refusal)? = world.answers.last else { Issue.record("no answer"); return }
        #expect(refusal.code == .reserved)
        let explanation = world.chargePoint.explain(.other, CardLookup(), at: world.moment)
        #expect(explanation.outcome == .refused)
        #expect(explanation.reason.contains("reserved"))
    }

    @Test(.ocpp("4.8")) func `lets its own identifier charge, and the transaction uses it up`() throws {
        for way in ["card first", "cable first", "remote", "operator"] {
            var world = try world()
            world.reserve()
            switch way {
            case "card first": world.present(); world.plugIn()
            case "cable first": world.plugIn(); world.present()
            case "remote": world.plugIn(); world.remoteStart()
            default: world.plugIn(); world.feed(.requested(.start(1, .card, CardLookup()), request: 3))
            }
            world.advance(.seconds(2))

            #expect(world.starts.map(\.reservationId) == [7], "\(way)")
            #expect(world.status() == .charging, "\(way)")
            #expect(try reservedIds(world).isEmpty, "\(way)")
            #expect(world.cancel() == .rejected, "\(way)")
        }
    }

    @Test func `ends in the commit that begins its transaction`() throws {
        var world = try world()
        world.reserve()
        world.charge()

        let commit = world.reactions.map(\.record).first { $0.contains { if case .transactionBegan = $0 { true } else { false } } }
        #expect(commit?.contains(.reservationEnded(7)) ?? false)
    }

    @Test(.ocpp("3.10")) func `lets its group charge: known from list, cache or the Central System`() throws {
        let info = IdTagInfo(parentIdTag: .group, status: .accepted)
        let table: [(String, CardLookup, Reply, preAuthorize: Bool, starts: Int)] = [
            ("asked", CardLookup(), .authorize(.accepted, parent: .group), false, 1),
            ("asked, another group", CardLookup(), .authorize(.accepted, parent: "ELSE"), false, 0),
            ("asked, no group", CardLookup(), .authorize(.accepted), false, 0),
            ("list", CardLookup(localList: info), .silence, true, 1), ("cache", CardLookup(cache: info), .silence, true, 1),
            ("asked, the list knows the group", CardLookup(localList: info), .authorize(.accepted), false, 1),
            ("list says another", CardLookup(localList: IdTagInfo(parentIdTag: "ELSE", status: .accepted)), .silence, true, 0),
        ]
        for (name, lookup, reply, preAuthorize, starts) in table {
            var world = try world(keys: [.localPreAuthorize: "\(preAuthorize)"])
            world.central.replies[.authorize] = [reply]
            world.reserve(parent: .group)
            world.plugIn()
            world.present(.colleague, lookup)
            world.advance(.seconds(2))

            #expect(world.starts.count == starts, "\(name)")
            #expect(world.starts.allSatisfy { $0.reservationId == 7 }, "\(name)")
            #expect(world.status() == (starts == 1 ? .charging : .reserved), "\(name)")
        }
    }

    @Test func `asks for the group of a remote start that only its group can open`() throws {
        for (parent, starts) in [(IdToken.group, 1), ("ELSE", 0)] {
            var world = try world()
            world.central.replies[.authorize] = [.authorize(.accepted, parent: parent)]
            world.reserve(parent: .group)
            world.plugIn()

            #expect(world.remoteStart(1, .colleague) == .accepted)
            world.advance(.seconds(2))

            #expect(world.calls(.authorize).count == 1)
            #expect(world.starts.count == starts)
        }
    }

    @Test func `holds offline: its identifier, not the group that nobody can be asked about`() throws {
        for (idTag, starts) in [(IdToken.card, 1), (.colleague, 0), (.other, 0)] {
            var world = try world(keys: [.allowOfflineTxForUnknownId: "true"])
            world.reserve(parent: .group)
            world.disconnect()
            world.charge(1, idTag)

            #expect(world.sessions.count == starts)
        }
    }

    @Test func `leaves the other connectors to everybody`() throws {
        var world = try world(2)
        world.reserve(at: 1)

        world.present(.other)
        world.plugIn(1)
        #expect(world.status(1) == .reserved)
        world.plugIn(2)
        world.advance(.seconds(2))

        #expect(world.status(2) == .charging)
        #expect(world.starts.map(\.reservationId) == [nil])
        #expect(world.status(1) == .reserved)
    }

    @Test func `of this connector is where its card is meant, and stays where the driver takes another`() throws {
        var world = try world(2)
        world.reserve(at: 2)
        world.present()
        #expect(world.status(2) == .preparing)

        world.plugIn(1)
        world.advance(.seconds(2))

        #expect(world.starts.map(\.connectorId) == [1])
        #expect(world.starts.map(\.reservationId) == [nil])
        #expect(world.status(2) == .reserved)
        #expect(try reservedIds(world) == [7])
    }

    @Test(arguments: [1, 0]) func `replaced for another takes a waiting authorisation back`(connector: Int) throws {
        var world = try world()
        world.reserve(at: connector)
        world.present()
        #expect(world.status() == .preparing)

        #expect(world.reserve(at: connector, for: .other) == .accepted)

        world.plugIn()
        world.advance(.seconds(2))
        #expect(world.starts.isEmpty)
        #expect(world.status() == (connector == 0 ? .preparing : .reserved))
    }

    @Test func `lets nobody in for free`() throws {
        var settings = ChargePointSettings.test()
        settings.freeVendIdTag = "FREE"
        var world = try World.accepted(settings)
        world.reserve()
        world.plugIn()
        #expect(world.starts.isEmpty)

        world.cancel()
        world.advance(.seconds(2))

        #expect(world.starts.count == 1)
    }

    // MARK: Ends

    @Test(.ocpp("5.1")) func `is cancelled by its id alone`() throws {
        var world = try world()
        world.reserve()

        #expect(world.cancel(8) == .rejected)
        #expect(world.cancel(7) == .accepted)

        #expect(world.statuses().suffix(2) == [.reserved, .available])
        #expect(world.cancel(7) == .rejected)
        #expect(try reservedIds(world).isEmpty)
    }

    @Test func `expires to the second, and the Central System is told`() throws {
        var world = try world()
        world.reserve(until: .seconds(60))

        world.advance(.seconds(59))
        #expect(world.status() == .reserved)
        world.advance(.seconds(1))

        #expect(world.statuses().last == .available)
        #expect(try reservedIds(world).isEmpty)
    }

    @Test func `that ends leaves a cable that is in to whoever shows a card now`() throws {
        var world = try world()
        world.reserve(until: .seconds(200))
        world.plugIn()
        world.advance(.seconds(201))
        #expect(world.statuses().last == .preparing)

        world.present(.other)
        world.advance(.seconds(2))

        #expect(world.status() == .charging)
        #expect(world.starts.map(\.reservationId) == [nil])
    }

    @Test func `ends with Faulted and Unavailable, and does not come back after them`() throws {
        let table: [(String, @Sendable (inout World) -> Void, @Sendable (inout World) -> Void)] = [
            ("fault", { $0.fault(.otherError) }, { $0.fault(.otherError, isActive: false) }),
            ("fault of all", { $0.fault(.otherError, at: 0) }, { $0.fault(.otherError, at: 0, isActive: false) }),
            ("inoperative", { $0.changeAvailability(1, .inoperative) }, { $0.changeAvailability(1, .operative) }),
            ("all inoperative", { $0.changeAvailability(0, .inoperative) }, { $0.changeAvailability(0, .operative) }),
        ]
        for number in [0, 1] {
            for (name, begin, end) in table where number == 1 || name.contains("all") {
                var world = try world()
                world.reserve(at: number)

                begin(&world)
                #expect(try reservedIds(world).isEmpty, "\(name) at \(number)")
                end(&world)

                #expect(world.status() == .available, "\(name) at \(number)")
                #expect(world.cancel() == .rejected)
            }
        }
    }

    @Test func `follows the wall clock when it is set`() throws {
        var world = try World(systemTime: Timestamp(seconds: 0), time: .begin)
        world.feed(.started)
        world.feed(.linkOpened)
        world.reserve(until: .seconds(3600))

        // The Central System's clock is an hour on.
        world.central.replies[.heartbeat] = [.answer("{\"currentTime\":\"\(world.time + .seconds(3590))\"}")]
        world.trigger(.heartbeat)
        #expect(world.status() == .reserved)
        world.advance(.seconds(11))

        #expect(world.status() == .available)
    }

    // MARK: Restarts

    @Test func `holds over a restart, until its time`() throws {
        var world = try world()
        world.reserve(until: .seconds(600))

        var restarted = try World.accepted(store: world.store)
        #expect(restarted.statuses() == [.reserved])
        restarted.plugIn()
        restarted.present(.other)
        #expect(restarted.starts.isEmpty)
        restarted.advance(.seconds(601))

        #expect(restarted.status() == .preparing)
        #expect(try reservedIds(restarted).isEmpty)
    }

    @Test func `that expired while nothing ran is over at once`() throws {
        var world = try world()
        world.reserve(until: .seconds(600))

        var restarted = try World(store: world.store, systemTime: .begin + .seconds(700), time: .begin + .seconds(700))
        restarted.feed(.started)

        #expect(restarted.status() == .available)
        #expect(try reservedIds(restarted).isEmpty)
    }

    @Test func `holds on a clock that nobody has set for as long as it had left at the last record, no longer`() throws {
        var world = try world()
        world.charge()
        world.present()
        world.advance(.seconds(4))
        world.unplug()
        world.reserve(until: .seconds(600))

        var restarted = try World(store: world.store, systemTime: Timestamp(seconds: 0), time: .begin + .seconds(100_000))
        restarted.feed(.started)
        #expect(restarted.status() == .reserved)
        restarted.advance(.seconds(620))

        #expect(restarted.status() == .available)
    }

    @Test func `of a profile, key or connector that is there no more is ended at the start`() throws {
        let table: [(Int, BoardProfile, [ConfigurationKey: String], isKept: Bool)] = [
            (2, .sockets(2), [:], true), (2, .sockets(1), [:], false), (2, .sockets(2), [.supportedFeatureProfiles: "Core"], false),
            (0, .sockets(2), [:], true), (0, .sockets(2), [.reserveConnectorZeroSupported: "false"], false),
        ]
        for (number, board, keys, isKept) in table {
            var world = try world(2)
            #expect(world.reserve(at: number) == .accepted)

            let restarted = try World.accepted(.test(board), keys: keys, store: world.store)

            #expect(try reservedIds(restarted).isEmpty == !isKept, "connector \(number), \(keys)")
        }
    }
}
