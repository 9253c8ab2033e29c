import ChargePointCore
import OCPP
import Testing
import Units

@testable import Persistence

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite struct `The ledger's file` {
    let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private func open(_ limits: SQLiteRecordStore.Limits = .small) throws -> SQLiteRecordStore {
        try SQLiteRecordStore(directory: directory.path, limits: limits) { _ in }
    }

    @Test func `is for its owner alone, with all that lies beside it`() throws {
        let store = try open()
        _ = try store.begin()

        for name in directory.names {
            var information = stat()
            stat(directory.file(name), &information)
            #expect(information.st_mode & 0o777 == 0o600, "\(name)")
        }
        #expect(directory.names == ["ledger.lock", "ledger.reserve", "ledger.sqlite", "ledger.sqlite-wal"])
    }

    @Test func `is made with its directory`() throws {
        let store = try SQLiteRecordStore(directory: directory.file("data"), limits: .small) { _ in }
        defer {
            for name in ["ledger.lock", "ledger.reserve", "ledger.sqlite", "ledger.sqlite-wal"] {
                unlink(directory.file("data/" + name))
            }
            rmdir(directory.file("data"))
        }

        #expect(try store.begin().boot == 1)
    }

    @Test func `is refused with a reason where it cannot be`() throws {
        let error = #expect(throws: RecordStoreError.self) {
            try SQLiteRecordStore(directory: directory.file("no/such"), limits: .small) { _ in }
        }

        #expect(error?.kind == .failed)
        #expect(error?.description.contains(directory.file("no/such")) == true)
    }

    @Test func `is durable and checked as SQLite can`() throws {
        let store = try open()
        let database = store.database

        #expect(try database.integer("PRAGMA synchronous") == 2)
        #expect(try database.integer("PRAGMA foreign_keys") == 1)
        #expect(try database.integer("PRAGMA journal_size_limit") == 4 * 1024 * 1024)
        #expect(try database.first("PRAGMA journal_mode") { (row) throws(RecordStoreError) in row.text() } == "wal")
    }

    @Test func `belongs to one daemon, until that is gone`() throws {
        var first: SQLiteRecordStore? = try open()
        try first?.commit([.transactionBegan(start("s"))])

        let error = #expect(throws: RecordStoreError.self) { try open() }

        #expect(error?.kind == .failed)
        #expect(error?.description.contains("in use by another daemon (process \(getpid()))") == true)
        first = nil
        #expect(try open().begin().openTransactions.count == 1)
    }

    @Test func `holds every committed record when the supply fails`() throws {
        let store = try open()
        let copy = try TemporaryDirectory()
        _ = try store.begin()
        let steps: [[Record]] = [
            [.transactionBegan(start("s"))], [.transactionAlive("s", register: 1_300, time: at(10))],
            [.meterValues("s", 1, sample(1_300, at: 10)), .transactionData("s", sample(1_300, at: 10))],
            [.transactionEnded(end("s")), .cacheUpdated("04A2B3C4", IdTagInfo(status: .accepted))],
            [.transactionBegan(start("t", at: 700))],
        ]

        for (index, step) in steps.enumerated() {
            try store.commit(step)
            directory.copyLedger(to: copy)

            let found = try SQLiteRecordStore(directory: copy.path, limits: .small) { Issue.record("\($0)") }
            let snapshot = try found.begin()
            #expect(snapshot.queue == (try store.queueCounts()), "after step \(index)")
            #expect(try found.sessions(SessionQuery()) == (try store.sessions(SessionQuery())), "after step \(index)")
            #expect(try found.queueHead() == (try store.queueHead()), "after step \(index)")
            #expect(try found.cards(limit: 9) == (try store.cards(limit: 9)), "after step \(index)")
        }
    }

    @Test func `holds nothing of a commit that the supply cut short`() throws {
        let store = try open()
        let copy = try TemporaryDirectory()
        try store.commit([.transactionBegan(start("s"))])
        // Everything is written but the last page of the log, on which the commit stands.
        let before = directory.contents("ledger.sqlite-wal").count
        try store.commit([.transactionEnded(end("s")), .transactionBegan(start("t"))])
        directory.copyLedger(to: copy)
        let log = directory.contents("ledger.sqlite-wal")
        #expect(log.count > before)

        for cut in stride(from: before, to: log.count, by: 1_030) {
            directory.copyLedger(to: copy)
            truncate(copy.file("ledger.sqlite-wal"), off_t(cut))
            let found = try SQLiteRecordStore(directory: copy.path, limits: .small) { Issue.record("\($0)") }
            #expect(try found.begin().openTransactions.map(\.start.session.text) == ["s"], "cut at byte \(cut)")
        }
    }

    @Test func `of the first version opens as a new one does`() throws {
        let old = try SQLiteDatabase(path: directory.file("ledger.sqlite"))
        try old.execute(ledgerOfVersion1)
        old.close()

        let store = try open()
        let snapshot = try store.begin()

        #expect(snapshot.boot == 5 && snapshot.wasEverAccepted && snapshot.configuration == ["HeartbeatInterval": "60"])
        #expect(snapshot.openTransactions.map(\.start) == [start("open", at: 900)])
        let sent = try store.drain()
        #expect(sent.first?.content == .stop(end("s"), transactionData: [sample(1_300, at: 60)]))
        #expect(sent.first?.transactionId == .known(17))
        let other = try TemporaryDirectory()
        let fresh = try SQLiteRecordStore(directory: other.path, limits: .small) { _ in }
        #expect(try schema(of: store.database) == (try schema(of: fresh.database)))
    }

    @Test func `of a newer version is left alone`() throws {
        let newer = try SQLiteDatabase(path: directory.file("ledger.sqlite"))
        try newer.execute("CREATE TABLE sessions (id INTEGER); PRAGMA user_version = 99")
        newer.close()

        let error = #expect(throws: RecordStoreError.self) { try open() }

        #expect(error?.kind == .failed)
        #expect(error?.description.contains("newer version (schema 99") == true)
        #expect(directory.names.contains { $0.contains("damaged") } == false)
    }

    private func schema(of database: SQLiteDatabase) throws -> [String] {
        try database.rows("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name") { (row) throws(RecordStoreError) in
            row.text().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
    }
}
