import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

@Suite(.ocpp("3.5.2"), .ocpp("5.15")) struct `The Local Authorization List` {
    /// A world whose list has version 5 and two identifiers.
    private func listed(keys: [ConfigurationKey: String] = [:]) throws -> World {
        var world = try World.accepted(keys: keys)
        #expect(world.sendLocalList(5, .full, [(.card, .accepted), (.other, .blocked)]) == .accepted)
        return world
    }

    private func list(_ world: World) throws -> [String] {
        try world.store.cards(limit: 100).filter { $0.source == .localList }.map { "\($0.idTag) \($0.status.rawValue)" }
    }

    @Test(.ocpp("5.10")) func `says its version, and 0 while it is empty`() throws {
        var world = try World.accepted()
        #expect(world.localListVersion == 0)

        world.sendLocalList(5, .full, [(.card, .accepted)])
        #expect(world.localListVersion == 5)

        world.sendLocalList(9, .full, [])
        #expect(world.localListVersion == 0)
    }

    @Test func `is replaced by a full update, whatever version it had`() throws {
        for version in [1, 5, 6] {
            var world = try listed()

            #expect(world.sendLocalList(version, .full, [(.colleague, .accepted)]) == .accepted)

            #expect(world.localListVersion == version)
            #expect(try list(world) == ["C011EA6E Accepted"])
        }
    }

    @Test func `is changed by a differential update: added, replaced, removed`() throws {
        var world = try listed()

        let answer = world.sendLocalList(
            6, .differential, [(.card, nil), (.other, .accepted), (.colleague, .expired), ("GONE", nil)])

        #expect(answer == .accepted)
        #expect(world.localListVersion == 6)
        #expect(try list(world) == ["0BADCAFE Accepted", "C011EA6E Expired"])
    }

    @Test(.errata("3.52"))
    func `takes no version that says something else`() throws {
        let table: [(Int, UpdateType, [(IdToken, AuthorizationStatus?)]?, UpdateStatus)] = [
            (6, .differential, [], .accepted), (6, .differential, nil, .accepted), (5, .differential, [], .versionMismatch),
            (4, .differential, [], .versionMismatch), (0, .differential, [], .failed), (-1, .differential, [], .failed),
            (0, .full, [(.card, .accepted)], .failed), (-1, .full, [], .failed), (-1, .full, [(.card, .accepted)], .failed),
            // Some Central Systems clear the list like this.
            (0, .full, [], .accepted), (0, .full, nil, .accepted),
        ]
        for (version, type, entries, expected) in table {
            var world = try listed()

            #expect(world.sendLocalList(version, type, entries) == expected, "\(type) \(version)")

            if expected != .accepted {
                #expect(world.localListVersion == 5, "\(type) \(version)")
                #expect(try list(world).count == 2)
            }
        }
    }

    @Test func `is cleared by an empty full list of version 0`() throws {
        var world = try listed()

        world.sendLocalList(0, .full)

        #expect(try list(world).isEmpty)
        #expect(world.localListVersion == 0)
        #expect(world.sendLocalList(1, .differential, [(.card, .accepted)]) == .accepted)
    }

    @Test func `takes no identifier twice, and no full entry without its info`() throws {
        var world = try listed()

        #expect(world.sendLocalList(6, .full, [("ABCD", .accepted), ("abcd", .blocked)]) == .failed)
        #expect(world.sendLocalList(6, .differential, [("ABCD", .accepted), ("ABCD", nil)]) == .failed)
        #expect(world.sendLocalList(6, .full, [("ABCD", nil)]) == .failed)
        #expect(world.localListVersion == 5)
    }

    @Test(.ocpp("9.2.2"), .ocpp("9.2.3")) func `has its lengths, of a message and of the whole`() throws {
        let keys: [ConfigurationKey: String] = [.localAuthListMaxLength: "3", .sendLocalListMaxLength: "2"]
        let table: [([(IdToken, AuthorizationStatus?)], UpdateStatus)] = [
            ([("A", .accepted), ("B", .accepted), ("C", .accepted)], .failed), ([("A", .accepted)], .accepted),
            ([("A", .accepted), ("B", .accepted)], .failed), ([("A", .accepted), (.card, .blocked)], .accepted),
            ([("A", .accepted), (.card, nil)], .accepted), ([("A", .accepted), ("GONE", nil)], .accepted),
        ]
        for (entries, expected) in table {
            var world = try listed(keys: keys)

            #expect(world.sendLocalList(6, .differential, entries) == expected, "\(entries)")
        }
    }

    @Test(.ocpp("9.2.1")) func `that is off is neither asked for, changed nor used`() throws {
        var world = try listed(keys: [.localPreAuthorize: "true"])
        world.changeConfiguration("LocalAuthListEnabled", "false")

        #expect(world.localListVersion == -1)
        #expect(world.sendLocalList(6, .full, []) == .notSupported)
        world.plugIn()
        world.present()
        #expect(world.calls(.authorize).count == 1)

        world.changeConfiguration("LocalAuthListEnabled", "true")
        #expect(world.localListVersion == 5)
    }

    @Test func `without its profile is not supported at all`() throws {
        var world = try World.accepted(keys: [.supportedFeatureProfiles: "Core,RemoteTrigger", .localPreAuthorize: "true"])

        guard case .error(_, let error)? = world.ask(.getLocalListVersion(.init())) else { Issue.record("no error"); return }
        #expect(error.code == .notSupported)
        world.plugIn()
        world.present(.card, CardLookup(localList: IdTagInfo(status: .accepted)))
        #expect(world.calls(.authorize).count == 1)
    }

    @Test func `is there again after a restart`() throws {
        var world = try listed()

        var restarted = try World.accepted(store: world.store)

        #expect(restarted.localListVersion == 5)
        #expect(restarted.sendLocalList(6, .differential, [(.card, nil)]) == .accepted)
        #expect(try list(restarted) == ["0BADCAFE Blocked"])
        world.forget()
    }

    @Test func `that cannot be recorded stays as it was, and the update has failed`() throws {
        var world = try listed()
        world.storeFailure = "the disk is full"

        #expect(world.sendLocalList(6, .full, []) == .failed)

        world.storeFailure = nil
        world.feed(.storageRecovered)
        #expect(world.localListVersion == 5)
        #expect(try list(world).count == 2)
    }

    // MARK: Beside the cache

    @Test(.ocpp("3.5.3")) func `keeps its identifiers out of the cache, whatever says something of them`() throws {
        var world = try listed(keys: [.authorizeRemoteTxRequests: "true"])
        world.charge()
        world.central.replies[.stopTransaction] = [.answer("{\"idTagInfo\":{\"status\":\"Accepted\"}}")]
        world.present()
        world.advance(.seconds(4))
        world.unplug()
        world.remoteStart()
        world.advance(.seconds(2))

        #expect(world.stops.count == 1)
        #expect(try world.store.lookUp(.card).cache == nil)
    }

    @Test(.ocpp("3.5.3")) func `leaves to the cache what it does not have, or while it is off`() throws {
        var world = try listed()
        world.charge(1, .colleague)
        #expect(try world.store.lookUp(.colleague).cache != nil)

        world = try listed(keys: [.localAuthListEnabled: "true"])
        world.changeConfiguration("LocalAuthListEnabled", "false")
        world.charge()
        #expect(try world.store.lookUp(.card).cache != nil)
    }

    @Test func `takes an identifier over from the cache, and what was cached never counts again`() throws {
        var world = try World.accepted()
        world.charge()
        #expect(try world.store.lookUp(.card).cache != nil)

        world.sendLocalList(5, .full, [(.card, .accepted)])
        #expect(try world.store.lookUp(.card).cache == nil)
        world.sendLocalList(6, .differential, [(.card, nil)])

        #expect(try world.store.lookUp(.card) == CardLookup())
    }

    // MARK: Conflicts

    private static let conflictRows: [(listed: AuthorizationStatus, said: AuthorizationStatus, isConflict: Bool)] = [
        (.accepted, .accepted, false), (.accepted, .blocked, true), (.accepted, .invalid, true), (.accepted, .expired, true),
        (.accepted, .concurrentTx, false), (.blocked, .accepted, true), (.blocked, .invalid, false), (.invalid, .accepted, true),
        (.concurrentTx, .accepted, false), (.expired, .blocked, false),
    ]

    @Test(arguments: conflictRows)
    func `that the Central System contradicts is reported`(
        row: (listed: AuthorizationStatus, said: AuthorizationStatus, isConflict: Bool)
    ) throws {
        var world = try World.accepted()
        world.sendLocalList(5, .full, [(.card, row.listed)])
        world.central.replies[.authorize] = [.authorize(row.said)]
        world.plugIn()
        world.present()

        let told = world.notifications.contains { $0.connectorId == .chargePoint && $0.errorCode == .localListConflict }
        #expect(told == row.isConflict)
        #expect(world.status(0) == .available)
    }

    @Test func `is contradicted by a StartTransaction's answer as well, and until it is changed`() throws {
        var world = try listed(keys: [.localPreAuthorize: "true"])
        world.central.replies[.startTransaction] = [.start(1, .blocked)]
        world.charge()
        #expect(world.notifications.last { $0.connectorId == .chargePoint }?.errorCode == .localListConflict)

        world.sendLocalList(6, .differential, [(.card, .blocked)])

        #expect(world.notifications.last { $0.connectorId == .chargePoint }?.errorCode == .noError)
    }

    @Test func `no longer contradicted is in order again`() throws {
        var world = try listed()
        world.central.replies[.authorize] = [.authorize(.blocked)]
        world.present()
        #expect(world.notifications.last { $0.connectorId == .chargePoint }?.errorCode == .localListConflict)

        world.present()

        #expect(world.notifications.last { $0.connectorId == .chargePoint }?.errorCode == .noError)
    }
}
