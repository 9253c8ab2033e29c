import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

@Suite struct `Cards and values in the ledger` {
    @Test(arguments: Kind.allCases) func `are found whatever the case of the idTag`(kind: Kind) throws {
        let stage = try Stage(kind)
        let own = OwnCard(idTag: "04a2B3", status: .accepted, expiryDate: noon, parentIdTag: "P", name: "Anna")
        let info = IdTagInfo(expiryDate: noon, parentIdTag: "Group", status: .blocked)
        try stage.store.commit([.ownCardSaved(own), .cacheUpdated("04A2B3", info)])
        _ = try stage.reopen()

        #expect(try stage.store.lookUp("04a2b3") == CardLookup(own: own, localList: nil, cache: info))
        #expect(try stage.store.lookUp("04a2b30") == CardLookup())
    }

    @Test(arguments: Kind.allCases) func `are replaced by what comes later under the same idTag`(kind: Kind) throws {
        let store = try Stage(kind).store
        try store.commit([.ownCardSaved(OwnCard(idTag: "a", name: "old")), .cacheUpdated("a", IdTagInfo(status: .invalid))])

        try store.commit([.ownCardSaved(OwnCard(idTag: "A", name: "new")), .cacheUpdated("A", IdTagInfo(status: .accepted))])

        let lookup = CardLookup(own: OwnCard(idTag: "A", name: "new"), cache: IdTagInfo(status: .accepted))
        #expect(try store.lookUp("a") == lookup)
        #expect(try store.cards(limit: 10).map(\.idTag.text) == ["A", "A"])
    }

    @Test(.ocpp("3.5.1"), arguments: Kind.allCases) func `leave the cache in the order of their last update`(kind: Kind) throws {
        var limits = SQLiteRecordStore.Limits.small
        limits.cachedCards = 3
        let store = try Stage(kind, limits: limits).store
        for name in ["a", "b", "c", "a", "d"] {
            try store.commit([.cacheUpdated(IdToken(truncating: name), IdTagInfo(status: .accepted))])
        }

        #expect(try store.cards(limit: 10).map(\.idTag.text) == ["a", "c", "d"])
    }

    @Test(.ocpp("3.5.1"), arguments: Kind.allCases)
    func `that are not valid leave the cache before those that are`(kind: Kind) throws {
        var limits = SQLiteRecordStore.Limits.small
        limits.cachedCards = 3
        let store = try Stage(kind, limits: limits).store
        let cards: [(IdToken, AuthorizationStatus)] = [
            ("a", .accepted), ("b", .blocked), ("c", .accepted), ("d", .accepted), ("e", .invalid),
        ]
        for (idTag, status) in cards { try store.commit([.cacheUpdated(idTag, IdTagInfo(status: status))]) }

        // b was not valid, a the oldest of the valid ones; e is the news that the place was made for.
        #expect(try store.cards(limit: 10).map(\.idTag.text) == ["c", "d", "e"])
    }

    @Test(arguments: Kind.allCases) func `are 500 in the cache and no more`(kind: Kind) throws {
        let store = try Stage(kind).store

        try store.commit((1...501).map { .cacheUpdated(IdToken(truncating: "card\($0)"), IdTagInfo(status: .accepted)) })

        #expect(try store.cards(limit: 1000).count == 500)
        #expect(try store.lookUp("card1") == CardLookup())
    }

    @Test(arguments: Kind.allCases) func `are listed own first, each by idTag`(kind: Kind) throws {
        let store = try Stage(kind).store
        try store.commit([
            .cacheUpdated("b", IdTagInfo(status: .expired)), .cacheUpdated("A", IdTagInfo(status: .accepted)),
            .ownCardSaved(OwnCard(idTag: "z")), .ownCardSaved(OwnCard(idTag: "Y")),
        ])

        #expect(try store.cards(limit: 10).map { "\($0.source) \($0.idTag)" } == ["own Y", "own z", "cache A", "cache b"])
        #expect(try store.cards(limit: 3).count == 3)
    }

    @Test(arguments: Kind.allCases) func `are removed and cleared`(kind: Kind) throws {
        let store = try Stage(kind).store
        try store.commit([.ownCardSaved(OwnCard(idTag: "a")), .cacheUpdated("a", IdTagInfo(status: .accepted))])

        try store.commit([.ownCardRemoved("A"), .ownCardRemoved("unknown"), .cacheCleared])

        #expect(try store.cards(limit: 10).isEmpty)
    }

    @Test(.ocpp("3.5.1"), arguments: Kind.allCases) func `survive a restart`(kind: Kind) throws {
        let stage = try Stage(kind)
        _ = try stage.store.begin()
        try stage.store.commit([
            .configurationChanged(key: "HeartbeatInterval", value: "60"),
            .configurationChanged(key: "HeartbeatInterval", value: "90"),
            .fileValueSeen(key: "HeartbeatInterval", value: "300"), .availabilityChanged(.chargePoint, .inoperative),
            .availabilityChanged(2, .inoperative), .availabilityChanged(2, .operative), .registrationAccepted,
        ])

        let snapshot = try stage.reopen()

        #expect(
            snapshot
                == Snapshot(
                    boot: 2, wasEverAccepted: true, configuration: ["HeartbeatInterval": "90"],
                    fileValues: ["HeartbeatInterval": "300"], availability: [0: .inoperative, 2: .operative]))
    }
}
