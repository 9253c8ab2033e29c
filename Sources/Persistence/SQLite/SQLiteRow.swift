import CSQLite
import ChargePointCore

/// One row of a result, read column by column in the order of the SELECT list.
///
/// Valid only inside the closure that gets it.
struct SQLiteRow {
    private let statement: OpaquePointer
    private let path: String
    private var column: Int32 = 0

    init(statement: OpaquePointer, path: String) {
        self.statement = statement
        self.path = path
    }

    mutating func integer() -> Int {
        defer { column += 1 }
        return Int(clamping: sqlite3_column_int64(statement, column))
    }

    mutating func integer64() -> Int64 {
        defer { column += 1 }
        return sqlite3_column_int64(statement, column)
    }

    mutating func bool() -> Bool { integer64() != 0 }

    mutating func text() -> String {
        defer { column += 1 }
        guard let bytes = sqlite3_column_text(statement, column) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    mutating func optionalInteger() -> Int? { skipNull() ? nil : integer() }
    mutating func optionalInteger64() -> Int64? { skipNull() ? nil : integer64() }
    mutating func optionalText() -> String? { skipNull() ? nil : text() }

    /// A name that the program wrote itself; another one means that somebody else wrote the file.
    mutating func name<Name: RawRepresentable<String>>(_ type: Name.Type) throws(RecordStoreError) -> Name {
        let text = text()
        guard let name = Name(rawValue: text) else { throw unreadable("'\(text.prefix(64))' is no \(type)") }
        return name
    }

    mutating func optionalName<Name: RawRepresentable<String>>(_ type: Name.Type) throws(RecordStoreError) -> Name? {
        skipNull() ? nil : try name(type)
    }

    /// - Parameter problem: what the value is and should be.
    func unreadable(_ problem: String) -> RecordStoreError {
        RecordStoreError(.damaged, "\(path): \(problem). \(RecordStoreError.Kind.damaged.remedy(sqlite: SQLITE_CORRUPT))")
    }

    private mutating func skipNull() -> Bool {
        guard sqlite3_column_type(statement, column) == SQLITE_NULL else { return false }
        column += 1
        return true
    }
}
