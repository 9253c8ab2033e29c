import ChargePointCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The files that make up the ledger, and what the system can do with them.
struct LedgerDirectory {
    var path: String

    var database: String { path + "/ledger.sqlite" }
    /// A new database that takes the place of a damaged one; there only when it is complete.
    var replacement: String { path + "/ledger.sqlite.salvaged" }
    /// The replacement while it is being made.
    var unfinishedReplacement: String { path + "/ledger.sqlite.salvaging" }
    var lock: String { path + "/ledger.lock" }
    var reserve: String { path + "/ledger.reserve" }
    /// There when damage was seen while the ledger was in use: the next opening checks the file whatever its size.
    var checkMark: String { path + "/ledger.check" }

    /// Makes the directory if it is missing; its parent has to be there.
    func create() throws(RecordStoreError) {
        if mkdir(path, 0o750) != 0 && errno != EEXIST {
            throw RecordStoreError(cannot: "make the directory", path, systemError: errno)
        }
    }

    /// Bytes; `nil` when there is no such file.
    func size(of file: String) -> Int? {
        var information = stat()
        return stat(file, &information) == 0 ? Int(information.st_size) : nil
    }

    /// Makes the file if it is missing, and readable for the owner alone: it holds who charged when.
    func makePrivate(_ file: String) throws(RecordStoreError) {
        let isNew = size(of: file) == nil
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            // SQLite opens such a file for reading and says at the first write what is wrong.
            if errno == EROFS && !isNew { return }
            throw RecordStoreError(cannot: "open", file, systemError: errno)
        }
        defer { close(descriptor) }
        // Somebody else's file may not be ours to change; whether it can be written is seen soon enough.
        fchmod(descriptor, 0o600)
        if isNew { try synchronise() }
    }

    func remove(_ file: String) throws(RecordStoreError) {
        if unlink(file) != 0 && errno != ENOENT { throw RecordStoreError(cannot: "remove", file, systemError: errno) }
    }

    func move(_ file: String, to target: String) throws(RecordStoreError) {
        if rename(file, target) != 0 { throw RecordStoreError(cannot: "rename to \(target)", file, systemError: errno) }
    }

    /// Makes new and renamed files survive a power cut.
    func synchronise() throws(RecordStoreError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw RecordStoreError(cannot: "open", path, systemError: errno) }
        defer { close(descriptor) }
        if fsync(descriptor) != 0 { throw RecordStoreError(cannot: "write to disk", path, systemError: errno) }
    }

    /// The first free name beside the database for a damaged one.
    func freeNameForDamaged() -> String {
        var number = 1
        while size(of: "\(database).damaged-\(number)") != nil { number += 1 }
        return "\(database).damaged-\(number)"
    }
}
