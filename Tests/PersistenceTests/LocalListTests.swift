import ChargePointCore
import Glibc
import OCPP
import Testing
import Units

@testable import Persistence

@Suite struct `The list on disk` {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func open() throws -> SQLiteRecordStore {
        try SQLiteRecordStore(directory: directory.path) { Issue.record("\($0)") }
    }

    static func entry(_ number: Int, _ status: AuthorizationStatus = .accepted) -> AuthorizationData {
        // Spread over the whole of the tree, as real identifiers are.
        let idTag = IdToken(
            truncating: String(UInt64(number) &* 0x9E37_79B9_7F4A_7C15, radix: 16, uppercase: true))
        let info = IdTagInfo(
            expiryDate: Timestamp(seconds: 2_000_000_000), parentIdTag: IdToken(truncating: "FLEET-\(number % 100)"), status: status
        )
        return AuthorizationData(idTag: idTag, idTagInfo: info)
    }

    private func entries(_ store: some RecordStore) throws -> [String: AuthorizationStatus] {
        let listed = try store.cards(limit: 100_000).filter { $0.source == .localList }
        return Dictionary(uniqueKeysWithValues: listed.map { ($0.idTag.text, $0.status) })
    }

    @Test(arguments: Kind.allCases) func `is looked up, counted and shown page by page`(kind: Kind) throws {
        let stage = try Stage(kind)
        let info = IdTagInfo(expiryDate: Timestamp(seconds: 9), parentIdTag: "G", status: .blocked)
        try stage.store.commit([
            .ownCardSaved(OwnCard(idTag: "b")), .cacheUpdated("a", IdTagInfo(status: .accepted)),
            .localListUpdated(
                LocalListUpdate(
                    version: 3, type: .full,
                    entries: [.init(idTag: "B", idTagInfo: info), .init(idTag: "C", idTagInfo: IdTagInfo(status: .accepted))])),
        ])

        #expect(try stage.store.lookUp("b") == CardLookup(own: OwnCard(idTag: "b"), localList: info))
        #expect(try stage.store.begin().localList == LocalListSummary(version: 3, length: 2))
        let all = ["own b", "localList B", "localList C", "cache a"]
        var found: [String] = []
        var place: CardPlace?
        while let card = try stage.store.cards(limit: 1, after: place).first {
            found.append("\(card.source) \(card.idTag)")
            place = CardPlace("\(card.place)")
        }
        #expect(found == all)
        let overlap = try stage.store.localListOverlap([.init(idTag: "b", idTagInfo: info), .init(idTag: "c"), .init(idTag: "d")])
        #expect(overlap == LocalListOverlap(replaced: 1, removed: 1))
    }

    @Test(.ocpp("3.5.3"), arguments: Kind.allCases)
    func `takes over from the cache and gives nothing back to it`(kind: Kind) throws {
        let stage = try Stage(kind)
        let info = IdTagInfo(status: .accepted)
        try stage.store.commit([.cacheUpdated("A", info), .cacheUpdated("B", info), .cacheUpdated("C", info)])

        try stage.store.commit([
            .localListUpdated(
                LocalListUpdate(version: 3, type: .differential, entries: [.init(idTag: "a", idTagInfo: info), .init(idTag: "b")]))
        ])

        #expect(try stage.store.cards(limit: 10).map { "\($0.source) \($0.idTag)" } == ["localList a", "cache C"])
    }

    @Test(arguments: Kind.allCases) func `keeps reservations by their number until they end`(kind: Kind) throws {
        let stage = try Stage(kind)
        let first = Reservation(id: -5, connectorId: 0, idTag: "A", expiryDate: Timestamp(seconds: 50))
        var second = Reservation(id: 9, connectorId: 2, idTag: "B", parentIdTag: "G", expiryDate: Timestamp(seconds: 60))
        try stage.store.commit([.reservationMade(second), .reservationMade(first)])
        #expect(try stage.store.begin().reservations == [first, second])

        second.connectorId = 1
        try stage.store.commit([.reservationMade(second), .reservationEnded(-5), .reservationEnded(77)])

        #expect(try stage.store.begin().reservations == [second])
    }

    @Test func `is the old one or the new one wherever the supply fails in an update`() throws {
        let store = try open()
        let old = LocalListUpdate(version: 1, type: .full, entries: (0..<500).map { Self.entry($0) })
        let new = LocalListUpdate(version: 2, type: .full, entries: (250..<900).map { Self.entry($0, .blocked) })
        try store.commit([.localListUpdated(old)])
        let copy = try TemporaryDirectory()
        let before = directory.contents("ledger.sqlite-wal").count
        try store.commit([.localListUpdated(new)])
        directory.copyLedger(to: copy)
        let log = directory.contents("ledger.sqlite-wal")
        #expect(log.count > before)

        for cut in Array(stride(from: before, to: log.count, by: 20_011)) + [log.count] {
            directory.copyLedger(to: copy)
            truncate(copy.file("ledger.sqlite-wal"), off_t(cut))
            let found = try SQLiteRecordStore(directory: copy.path, limits: .small) { Issue.record("\($0)") }

            let expected = cut == log.count ? new : old
            #expect(try found.begin().localList == LocalListSummary(version: expected.version, length: expected.entries.count))
            let statuses = Dictionary(uniqueKeysWithValues: expected.entries.map { ($0.idTag.text, $0.idTagInfo?.status) })
            #expect(try entries(found) == statuses.compactMapValues { $0 }, "cut at \(cut) of \(log.count)")
        }
    }

    @Test func `of 100,000 identifiers comes in ten updates, and costs little to look up`() throws {
        let store = try open()
        let clock = ContinuousClock()
        var slowest = Duration.zero
        for part in 0..<10 {
            let entries = (part * 10_000..<(part + 1) * 10_000).map { Self.entry($0) }
            let update = LocalListUpdate(version: part + 1, type: part == 0 ? .full : .differential, entries: entries)
            slowest = max(slowest, try clock.measure { try store.commit([.localListUpdated(update)]) })
        }
        var overlap = LocalListOverlap()
        let compared = try clock.measure {
            overlap = try store.localListOverlap((95_000..<105_000).map { Self.entry($0) })
        }
        #expect(overlap == LocalListOverlap(replaced: 5000))
        var found = 0
        let lookUp = try clock.measure {
            for number in stride(from: 0, to: 100_000, by: 1000) {
                found += try store.lookUp(Self.entry(number).idTag).localList?.status == .accepted ? 1 : 0
            }
        }
        #expect(found == 100)
        var snapshot = Snapshot()
        let start = try clock.measure { snapshot = try store.begin() }
        #expect(snapshot.localList == LocalListSummary(version: 10, length: 100_000))
        let whole = try clock.measure {
            try store.commit([.localListUpdated(LocalListUpdate(version: 11, type: .full, entries: [Self.entry(1)]))])
        }
        print(
            "10,000 entries written in \(slowest) at most, compared in \(compared); 100 cards looked up in \(lookUp); "
                + "begin \(start); 100,000 replaced in \(whole)")
        #expect(try store.begin().localList == LocalListSummary(version: 11, length: 1))
        // The page cache is a mebibyte, whatever the list holds.
        #expect(store.database.cachedBytes < 2 * 1024 * 1024)
    }

    @Test func `is not salvaged in part: its version would be a lie`() throws {
        let old = try open()
        try old.commit([
            .localListUpdated(LocalListUpdate(version: 5, type: .full, entries: [Self.entry(1)])),
            .reservationMade(Reservation(id: 1, connectorId: 1, idTag: "A", expiryDate: Timestamp(seconds: 5))),
        ])
        let fresh = try SQLiteRecordStore(directory: TemporaryDirectory().path, limits: .small) { _ in }

        _ = try Salvage(from: old.database.path, to: fresh.database).run()

        #expect(try fresh.begin().localList == LocalListSummary())
    }
}
