import CSQLite
import ChargePointCore

/// One connection to one file: statements prepared once, values typed, every failure a `RecordStoreError`.
///
/// Used from one thread.
final class SQLiteDatabase {
    let path: String
    /// Whether SQLite has met a damaged page on this connection.
    private(set) var hasSeenDamage = false
    private var handle: OpaquePointer?
    private var statements: [String: SQLiteStatement] = [:]

    /// Opens the file, or makes an empty one.
    init(path: String) throws(RecordStoreError) {
        self.path = path
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let result = sqlite3_open_v2(path, &handle, flags, nil)
        guard result == SQLITE_OK else {
            let error = failure(result)
            close()
            throw error
        }
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, 1000)
    }

    deinit { close() }

    /// Writes the log back into the file. Nothing can be done with the connection afterwards.
    func close() {
        statements.removeAll()
        // Cannot be busy: the statements are gone. What the last write-back could not do, the next opening does.
        sqlite3_close(handle)
        handle = nil
    }

    /// Rows that the last INSERT, UPDATE or DELETE changed.
    var changes: Int { Int(sqlite3_changes(handle)) }

    /// Bytes of pages kept in memory.
    var cachedBytes: Int {
        var (now, most): (Int32, Int32) = (0, 0)
        sqlite3_db_status(handle, SQLITE_DBSTATUS_CACHE_USED, &now, &most, 0)
        return Int(now)
    }

    /// Runs statements without parameters and without results that matter.
    func execute(_ script: String) throws(RecordStoreError) {
        let result = sqlite3_exec(handle, script, nil, nil, nil)
        if result != SQLITE_OK { throw failure(result) }
    }

    func run(_ sql: String, _ values: [any SQLiteValue] = []) throws(RecordStoreError) {
        let statement = try prepared(sql, values)
        defer { statement.reset() }
        while true {
            let result = sqlite3_step(statement.handle)
            if result == SQLITE_DONE { return }
            if result != SQLITE_ROW { throw failure(result) }
        }
    }

    func rows<Value>(
        _ sql: String, _ values: [any SQLiteValue] = [], _ read: (inout SQLiteRow) throws(RecordStoreError) -> Value
    ) throws(RecordStoreError) -> [Value] {
        let statement = try prepared(sql, values)
        defer { statement.reset() }
        var found: [Value] = []
        while true {
            let result = sqlite3_step(statement.handle)
            if result == SQLITE_DONE { return found }
            if result != SQLITE_ROW { throw failure(result) }
            var row = SQLiteRow(statement: statement.handle, path: path)
            found.append(try read(&row))
        }
    }

    /// The first row, for queries that give at most one.
    func first<Value>(
        _ sql: String, _ values: [any SQLiteValue] = [], _ read: (inout SQLiteRow) throws(RecordStoreError) -> Value
    ) throws(RecordStoreError) -> Value? {
        let statement = try prepared(sql, values)
        defer { statement.reset() }
        let result = sqlite3_step(statement.handle)
        if result == SQLITE_DONE { return nil }
        if result != SQLITE_ROW { throw failure(result) }
        var row = SQLiteRow(statement: statement.handle, path: path)
        return try read(&row)
    }

    func integer(_ sql: String, _ values: [any SQLiteValue] = []) throws(RecordStoreError) -> Int64 {
        try first(sql, values) { (row) throws(RecordStoreError) in row.integer64() } ?? 0
    }

    /// All that `body` does, or nothing; durable on return.
    func transaction(_ body: () throws(RecordStoreError) -> Void) throws(RecordStoreError) {
        // A rollback that failed with the disk would leave the last transaction open.
        rollBack()
        try execute("BEGIN IMMEDIATE")
        do throws(RecordStoreError) {
            try body()
            try execute("COMMIT")
        } catch {
            rollBack()
            throw error
        }
    }

    /// SQLite rolls some failures back by itself.
    private func rollBack() {
        if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
    }

    private func prepared(_ sql: String, _ values: [any SQLiteValue]) throws(RecordStoreError) -> SQLiteStatement {
        let statement = if let kept = statements[sql] { kept } else { try prepare(sql) }
        statements[sql] = statement
        let result = statement.bind(values)
        if result != SQLITE_OK {
            statement.reset()
            throw failure(result)
        }
        return statement
    }

    /// A statement of the caller's own, not kept.
    func prepare(_ sql: String) throws(RecordStoreError) -> SQLiteStatement {
        var statement: OpaquePointer?
        let result = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
        guard result == SQLITE_OK, let statement else { throw failure(result) }
        return SQLiteStatement(handle: statement)
    }

    private func failure(_ result: Int32) -> RecordStoreError {
        let message = handle.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) } ?? "out of memory"
        // Only read where SQLite was in a system call; elsewhere it is left from an older one.
        let isSystem = result & 0xff == SQLITE_IOERR || result & 0xff == SQLITE_CANTOPEN
        let error = RecordStoreError(
            sqlite: result, systemError: isSystem ? sqlite3_system_errno(handle) : 0, message: message, path: path)
        if error.kind == .damaged { hasSeenDamage = true }
        return error
    }
}
