import CSQLite
import ChargePointCore

/// Copies what can still be read of a damaged ledger, row by row: from the beginning up to the damage, then from the end back to it.
struct Salvage {
    private let source: String
    private let target: SQLiteDatabase

    /// Parents before children. A part of a Local Authorization List would be none that its version names: it is left behind, and the
    /// Central System sends it anew.
    private static let tables = [
        "sessions", "messages", "transaction_data", "cache", "own_cards", "charging_profiles", "configuration", "file_values",
        "availability", "reservations", "security_log", "fallback_credentials", "client_certificate", "firmware_update",
    ]

    init(from source: String, to target: SQLiteDatabase) {
        self.source = source
        self.target = target
    }

    /// - Returns: rows saved; 0 when the file cannot even be opened.
    func run() throws(RecordStoreError) -> Int {
        // Too damaged to be opened at all: there is nothing to take over.
        guard let old = try? open() else { return 0 }
        var saved = 0
        try target.transaction { () throws(RecordStoreError) in
            for table in Self.tables { saved += try copy(table, from: old) }
            try saveCounters(from: old)
        }
        return saved
    }

    private func open() throws(RecordStoreError) -> SQLiteDatabase {
        let old = try SQLiteDatabase(path: source)
        try old.execute("PRAGMA locking_mode = EXCLUSIVE; PRAGMA query_only = ON")
        return old
    }

    private func copy(_ table: String, from old: SQLiteDatabase) throws(RecordStoreError) -> Int {
        let columns = try target.rows("SELECT name FROM pragma_table_info(?)", [table]) { (row) throws(RecordStoreError) in
            row.text()
        }
        let places = columns.map { _ in "?" }.joined(separator: ", ")
        let list = columns.joined(separator: ", ")
        let insert = try target.prepare("INSERT OR IGNORE INTO \(table) (\(list)) VALUES (\(places))")
        var saved = 0
        for order in ["ASC", "DESC"] {
            // An older schema, or damage in it: this table is lost.
            guard let select = try? old.prepare("SELECT \(list) FROM \(table) NOT INDEXED ORDER BY rowid \(order)") else {
                continue
            }
            while true {
                let result = sqlite3_step(select.handle)
                if result == SQLITE_DONE { return saved }
                // The damage: go on from the other end.
                if result != SQLITE_ROW { break }
                saved += try copyRow(of: select, by: insert, columns: columns.count)
            }
        }
        return saved
    }

    /// - Returns: 1, or 0 for a row that is there already or breaks a rule of the schema.
    private func copyRow(of select: SQLiteStatement, by insert: SQLiteStatement, columns: Int) throws(RecordStoreError) -> Int {
        insert.reset()
        for column in 0..<Int32(clamping: columns) {
            sqlite3_bind_value(insert.handle, column + 1, sqlite3_column_value(select.handle, column))
        }
        let result = sqlite3_step(insert.handle)
        insert.reset()
        switch result & 0xff {
        case SQLITE_DONE: return target.changes
        // A message whose session is lost cannot be told any more.
        case SQLITE_CONSTRAINT, SQLITE_MISMATCH: return 0
        default: throw RecordStoreError(sqlite: result, message: "cannot take over a row", path: target.path)
        }
    }

    /// The boot counter must not fall behind what the saved records say, or their uptimes would be taken for the present boot's.
    private func saveCounters(from old: SQLiteDatabase) throws(RecordStoreError) {
        // Where they cannot be read, the saved sessions say enough.
        let counters = try? old.first("SELECT boot, was_ever_accepted, last_recorded_at FROM charge_point") {
            (row) throws(RecordStoreError) in (row.integer64(), row.bool(), row.optionalInteger64())
        }
        let (boot, wasEverAccepted, last) = counters.flatMap { $0 } ?? (0, false, nil)
        try target.run(
            """
            UPDATE charge_point SET was_ever_accepted = ?1,
                boot = max(?2, (SELECT coalesce(max(max(started_boot, alive_boot, coalesce(stopped_boot, 0))), 0) FROM sessions)),
                last_recorded_at = coalesce(?3, (SELECT max(max(started_at, alive_at, coalesce(stopped_at, 0))) FROM sessions))
            """, [wasEverAccepted, boot, last])
    }
}
