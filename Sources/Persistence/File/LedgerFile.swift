import ChargePointCore

/// Opens the ledger's database, whatever state it was left in.
///
/// A file that is damaged is set aside under a new name, never deleted, and what can be read of it is taken over into a new one:
/// the charge point starts all the same. The new file is finished under another name first, so that a power cut at any
/// step leaves either the damaged file to be seen again or the finished replacement to be put in place.
struct LedgerFile {
    var directory: LedgerDirectory
    var maximumSize: Int
    var log: (String) -> Void

    /// Files up to this size are checked at every start (a second of reading on a slow card); larger ones only
    /// after the process had no time to close them or had met damage.
    static let alwaysChecked = 32 * 1024 * 1024

    func open() throws(RecordStoreError) -> SQLiteDatabase {
        try putReplacementInPlace()
        do throws(RecordStoreError) {
            return try openAndCheck()
        } catch {
            guard error.kind == .damaged else { throw error }
            try replaceDamaged(because: error)
            return try openAndCheck()
        }
    }

    private func openAndCheck() throws(RecordStoreError) -> SQLiteDatabase {
        try directory.makePrivate(directory.database)
        let wasLeftOpen = (directory.size(of: directory.database + "-wal") ?? 0) > 0
        let isMarked = directory.size(of: directory.checkMark) != nil
        let isSmall = (directory.size(of: directory.database) ?? 0) <= Self.alwaysChecked
        let database = try SQLiteDatabase(path: directory.database)
        try database.configure(maximumSize: maximumSize)
        if wasLeftOpen || isMarked || isSmall { try database.check() }
        try database.migrate()
        if isMarked { try directory.remove(directory.checkMark) }
        return database
    }

    private func replaceDamaged(because error: RecordStoreError) throws(RecordStoreError) {
        var saved = 0
        do throws(RecordStoreError) {
            saved = try makeReplacement { (fresh) throws(RecordStoreError) in try Salvage(from: directory.database, to: fresh).run()
            }
        } catch {
            // Too little space, or a file that even reading breaks on: an empty ledger still lets people charge.
            saved = try makeReplacement { (_) throws(RecordStoreError) in 0 }
        }
        log("The ledger is damaged: \(error.description) \(saved) of its rows could be taken over into a new file.")
        try putReplacementInPlace()
    }

    private func makeReplacement(
        _ fill: (SQLiteDatabase) throws(RecordStoreError) -> Int
    ) throws(RecordStoreError) -> Int {
        for suffix in ["", "-wal", "-shm"] { try directory.remove(directory.unfinishedReplacement + suffix) }
        try directory.makePrivate(directory.unfinishedReplacement)
        let fresh = try SQLiteDatabase(path: directory.unfinishedReplacement)
        try fresh.configure(maximumSize: maximumSize)
        try fresh.migrate()
        let saved = try fill(fresh)
        fresh.close()
        try directory.move(directory.unfinishedReplacement, to: directory.replacement)
        try directory.synchronise()
        return saved
    }

    /// Also finishes what a power cut interrupted.
    private func putReplacementInPlace() throws(RecordStoreError) {
        guard directory.size(of: directory.replacement) != nil else { return }
        let aside = directory.freeNameForDamaged()
        // The log goes first: beside the new database it would be taken for the new one's.
        for suffix in ["-wal", "-shm", ""] where directory.size(of: directory.database + suffix) != nil {
            try directory.move(directory.database + suffix, to: aside + suffix)
        }
        try directory.move(directory.replacement, to: directory.database)
        try directory.synchronise()
        log(
            "\(directory.database): the damaged file was set aside as \(aside). Keep it until the sessions have been compared, "
                + "then delete it; check the disk.")
    }
}

extension SQLiteDatabase {
    /// - Parameter maximumSize: bytes that the file may grow to.
    func configure(maximumSize: Int) throws(RecordStoreError) {
        // Exclusive: no shared-memory file that could fail on a full disk, and no other program writes beside us.
        try execute("PRAGMA locking_mode = EXCLUSIVE")
        let mode = try first("PRAGMA journal_mode = WAL") { (row) throws(RecordStoreError) in row.text() }
        try execute(
            """
            PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
            PRAGMA temp_store = MEMORY; PRAGMA cache_size = -1024; PRAGMA journal_size_limit = 4194304
            """)
        guard mode == "wal", try integer("PRAGMA synchronous") == 2, try integer("PRAGMA foreign_keys") == 1 else {
            throw RecordStoreError(
                .failed,
                "\(path): SQLite refuses a durable log (WAL, synchronous FULL). Use a local file system and Debian's libsqlite3.")
        }
        try limit(toBytes: maximumSize)
    }

    /// Never below what the file already has.
    func limit(toBytes bytes: Int) throws(RecordStoreError) {
        let pages = max(1, Int64(bytes) / max(512, try integer("PRAGMA page_size")))
        _ = try integer("PRAGMA max_page_count = \(pages)")
    }

    /// Reads every page once.
    func check() throws(RecordStoreError) {
        let findings = try rows("PRAGMA quick_check(3)") { (row) throws(RecordStoreError) in row.text() }
        guard findings == ["ok"] else {
            throw RecordStoreError(
                .damaged, "\(path): the check of the file found damage (\(findings.joined(separator: "; ").prefix(300))).")
        }
    }
}
