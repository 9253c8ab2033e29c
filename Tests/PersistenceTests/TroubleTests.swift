import ChargePointCore
import OCPP
import Testing
import Units

@testable import Persistence

@Suite struct `A disk in trouble` {
    let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private func open(
        _ limits: SQLiteRecordStore.Limits = .small, log: @escaping (String) -> Void = { _ in }
    ) throws -> SQLiteRecordStore {
        try SQLiteRecordStore(directory: directory.path, limits: limits, log: log)
    }

    @Test func `that is full still admits the ends of sessions and their delivery`() throws {
        var limits = SQLiteRecordStore.Limits.small
        limits.databaseSize = 320 * 1024
        limits.reserve = 128 * 1024
        var log: [String] = []
        let store = try open(limits) { log.append($0) }
        try store.commit((1...40).map { .transactionBegan(start("s\($0)")) })
        var refusal: RecordStoreError?
        for second in 0..<10_000 where refusal == nil {
            do throws(RecordStoreError) {
                try store.commit([.meterValues("s1", 1, sample(second, at: second))])
            } catch {
                refusal = error
            }
        }
        #expect(refusal?.kind == .full)
        #expect(refusal?.description.contains("ledger.sqlite") == true && refusal?.description.contains("Free space") == true)
        #expect(log.isEmpty)
        let before = try store.queueCounts().queued

        for number in 1...40 { try store.commit([.transactionEnded(end("s\(number)"))]) }

        #expect(try store.queueCounts().queued == before + 40)
        #expect(log.first?.contains("the disk is full") == true)
        #expect(try store.drain().count == before + 40)
        try store.commit([.transactionBegan(start("later")), .meterValues("later", 1, sample(1, at: 1))])
    }

    @Test func `that is full keeps nothing of what it refused`() throws {
        var limits = SQLiteRecordStore.Limits.small
        limits.databaseSize = 240 * 1024
        limits.reserve = 0
        let store = try open(limits)
        let many: [Record] = [.transactionBegan(start("s"))] + (0..<2_000).map { .meterValues("s", 1, sample($0, at: $0)) }

        let error = #expect(throws: RecordStoreError.self) { try store.commit(many) }

        #expect(error?.kind == .full)
        #expect(try store.sessions(SessionQuery()).sessions.isEmpty)
        try store.commit([.transactionBegan(start("s"))])
    }

    @Test func `gives the reserve back when there is space again`() throws {
        var limits = SQLiteRecordStore.Limits.small
        limits.databaseSize = 240 * 1024
        let store = try open(limits)
        try store.commit([.transactionBegan(start("s"))])
        var second = 0
        while (try? store.commit([.meterValues("s", 1, sample(second, at: second))])) != nil { second += 1 }
        // Large enough not to fit into a page that is there already.
        let data: [Record] = (0..<20).map { .transactionData("s", sample($0, at: $0)) }

        try store.commit(data + [.transactionEnded(end("s"))])

        #expect(directory.contents("ledger.reserve").isEmpty)
        _ = try store.drain()
        #expect(directory.contents("ledger.reserve").count == limits.reserve)
    }

    @Test func `that is read-only refuses with that reason`() throws {
        let store = try open()
        try store.commit([.transactionBegan(start("s"))])
        try store.database.execute("PRAGMA query_only = ON")

        let error = #expect(throws: RecordStoreError.self) { try store.commit([.transactionEnded(end("s"))]) }

        #expect(error?.kind == .readOnly)
        #expect(error?.description.contains(directory.file("ledger.sqlite")) == true)
        #expect(try store.sessions(SessionQuery()).sessions.first?.stoppedAt == nil)
        try store.database.execute("PRAGMA query_only = OFF")
        try store.commit([.transactionEnded(end("s"))])
    }

    @Test(arguments: [Array("not a database at all, but text. ".utf8), [UInt8](repeating: 0xFF, count: 100)])
    func `that overwrote the file's header costs the records but not the start`(header: [UInt8]) throws {
        try fill()
        directory.write(header, to: "ledger.sqlite")
        let damaged = directory.contents("ledger.sqlite")
        var log: [String] = []

        let store = try open { log.append($0) }

        #expect(try store.begin().boot == 1)
        try store.commit([.transactionBegan(start("new"))])
        #expect(directory.contents("ledger.sqlite.damaged-1") == damaged)
        #expect(log.count == 2 && log.last?.contains("ledger.sqlite.damaged-1") == true)
    }

    @Test func `that damaged a page in the middle costs only what stood on it`() throws {
        try fill()
        // The page of a table's rows that lies furthest from both ends.
        let database = try SQLiteDatabase(path: directory.file("ledger.sqlite"))
        let leaves = try database.rows(
            "SELECT pageno, ncell FROM dbstat WHERE name = 'messages' AND pagetype = 'leaf' ORDER BY path"
        ) { (row) throws(RecordStoreError) in (page: row.integer(), rows: row.integer()) }
        database.close()
        try #require(leaves.count >= 3)
        let damaged = leaves[leaves.count / 2]
        directory.write([UInt8](repeating: 0xA5, count: 4096), to: "ledger.sqlite", at: (damaged.page - 1) * 4096)
        var log: [String] = []

        let store = try open { log.append($0) }
        let snapshot = try store.begin()

        #expect(snapshot.boot == 2)
        #expect(snapshot.openTransactions.map(\.start.session.text) == ["open"])
        #expect(try store.sessions(SessionQuery(limit: 1000)).sessions.count == 201)
        #expect(snapshot.queue.queued == 401 - damaged.rows)
        #expect(log.first?.contains("could be taken over") == true)
        #expect(try store.drain().count == snapshot.queue.queued)
    }

    @Test func `whose damage was met in use has the file checked at the next start`() throws {
        try fill()
        do {
            let store = try open()
            _ = try store.begin()
            // A page of the sessions, changed under the open file.
            let page = try store.database.integer("SELECT max(pageno) FROM dbstat WHERE name = 'sessions' AND pagetype = 'leaf'")
            try store.database.execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA shrink_memory")
            directory.write([UInt8](repeating: 0xA5, count: 4096), to: "ledger.sqlite", at: Int(page - 1) * 4096)
            let error = #expect(throws: RecordStoreError.self) { try store.sessions(SessionQuery(limit: 1000)) }
            #expect(error?.kind == .damaged)
        }
        #expect(directory.names.contains("ledger.check"))

        let found = try open().begin()

        #expect(found.openTransactions.map(\.start.session.text) == ["open"])
        #expect(directory.names.contains("ledger.sqlite.damaged-1") && !directory.names.contains("ledger.check"))
    }

    @Test func `is survived again and again, each time with the file kept`() throws {
        for number in 1...3 {
            directory.write([UInt8](repeating: 0x11, count: 8192), to: "ledger.sqlite")
            _ = try open().begin()
            #expect(directory.names.contains("ledger.sqlite.damaged-\(number)"))
        }
    }

    @Test func `whose supply failed while a damaged file was set aside is put right at the next start`() throws {
        try fill()
        // The replacement is finished, nothing is renamed yet.
        let other = try TemporaryDirectory()
        do {
            let store = try SQLiteRecordStore(directory: other.path, limits: .small) { _ in }
            try store.commit([.transactionBegan(start("saved"))])
        }
        directory.write(other.contents("ledger.sqlite"), to: "ledger.sqlite.salvaged")
        directory.write([1, 2, 3], to: "ledger.sqlite-wal")

        let snapshot = try open().begin()

        #expect(snapshot.openTransactions.map(\.start.session.text) == ["saved"])
        #expect(directory.contents("ledger.sqlite.damaged-1-wal") == [1, 2, 3])
        #expect(directory.names.contains("ledger.sqlite.damaged-1"))
    }

    @Test func `that was left with half a file says so and starts`() throws {
        try fill()
        truncate(directory, to: directory.contents("ledger.sqlite").count / 2)

        let store = try open()

        #expect(try store.begin().boot >= 1)
        try store.commit([.transactionBegan(start("new"))])
    }

    @Test func `never keeps the charge point from starting, wherever the damage is`() throws {
        try fill()
        let intact = directory.contents("ledger.sqlite")
        var random = SplitMix(state: 42)
        for round in 0..<40 {
            let other = try TemporaryDirectory()
            var bytes = intact
            for _ in 0..<(1 + Int(random.next() % 8)) {
                let place = Int(random.next() % UInt64(bytes.count))
                for index in place..<min(bytes.count, place + 1 + Int(random.next() % 64)) {
                    bytes[index] = UInt8(random.next() & 0xFF)
                }
            }
            other.write(bytes, to: "ledger.sqlite")

            let store = try SQLiteRecordStore(directory: other.path, limits: .small) { _ in }
            _ = try? store.begin()
            // What was damaged in a text cannot be seen by the check; it is refused where it is read.
            _ = try? store.sessions(SessionQuery(limit: 1000))
            _ = try? store.drain(limit: 20)
            do throws(RecordStoreError) {
                try store.commit([.transactionBegan(start("new \(round)"))])
            } catch {
                #expect(error.kind == .damaged, "round \(round): \(error)")
            }
        }
    }

    /// 200 sessions that wait for delivery and an open one, closed cleanly.
    private func fill() throws {
        let store = try open()
        _ = try store.begin()
        try store.commit([.transactionBegan(start("open", isReported: true))])
        for number in 0..<200 {
            try store.commit([
                .transactionBegan(start("s\(number)", at: number)), .transactionEnded(end("s\(number)", at: number + 1)),
            ])
        }
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

private func truncate(_ directory: TemporaryDirectory, to size: Int) {
    #expect(truncate(directory.file("ledger.sqlite"), off_t(size)) == 0)
}

/// A small generator with a seed, so that a failure can be repeated.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
