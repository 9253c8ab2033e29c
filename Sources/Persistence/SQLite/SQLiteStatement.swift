import CSQLite
import ChargePointCore

/// A prepared statement, kept for the next use.
final class SQLiteStatement {
    let handle: OpaquePointer

    /// - Parameter handle: owned from here on.
    init(handle: OpaquePointer) { self.handle = handle }
    deinit { sqlite3_finalize(handle) }

    /// Binds all parameters anew; gives SQLite's result code.
    func bind(_ values: [any SQLiteValue]) -> Int32 {
        guard sqlite3_bind_parameter_count(handle) == Int32(clamping: values.count) else { return SQLITE_RANGE }
        for (index, value) in values.enumerated() {
            let result = value.bind(to: handle, at: Int32(clamping: index + 1))
            if result != SQLITE_OK { return result }
        }
        return SQLITE_OK
    }

    /// Ends the run, so that nothing stays locked and no value stays in memory.
    func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }
}
