import CSQLite
import ChargePointCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension RecordStoreError {
    /// What SQLite and the system below it reported, in words that name the file and the remedy.
    /// - Parameters:
    ///   - code: extended result code.
    ///   - systemError: `errno` of the last system call that failed below SQLite; 0 when none did.
    init(sqlite code: Int32, systemError: Int32 = 0, message: String, path: String) {
        let kind = Kind(sqlite: code, systemError: systemError)
        var fact = "\(path): \(message)"
        if let name = sqlite3_errstr(code).map({ String(cString: $0) }), name != message { fact += " (\(name))" }
        if systemError != 0 { fact += ", \(String(cString: strerror(systemError)))" }
        self.init(kind, "\(fact). \(kind.remedy(sqlite: code))")
    }

    /// A system call on one of the ledger's files failed.
    init(cannot doing: String, _ path: String, systemError: Int32) {
        let kind = Kind(systemError: systemError) ?? .failed
        self.init(
            kind, "\(path): cannot \(doing), \(String(cString: strerror(systemError))). \(kind.remedy(sqlite: SQLITE_CANTOPEN))")
    }
}

extension RecordStoreError.Kind {
    init?(systemError: Int32) {
        switch systemError {
        // SQLite knows a full disk only as ENOSPC; an exhausted quota reaches us as a write error.
        case ENOSPC, EDQUOT: self = .full
        // A file system that was remounted after errors says so at the first write.
        case EROFS: self = .readOnly
        default: return nil
        }
    }

    init(sqlite code: Int32, systemError: Int32) {
        switch code & 0xff {
        case SQLITE_FULL: self = .full
        case SQLITE_READONLY: self = .readOnly
        // All statements here are constants that fit the schema; where one does not, the file's schema or header is not what it was.
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_ERROR: self = .damaged
        case SQLITE_IOERR, SQLITE_CANTOPEN: self = Self(systemError: systemError) ?? .failed
        default: self = .failed
        }
    }

    func remedy(sqlite code: Int32) -> String {
        switch self {
        case .full: "Free space on its file system; until then new sessions are refused."
        case .readOnly: "Make the file and its file system writable for the daemon's user (mount -o remount,rw; check the disk)."
        case .damaged:
            "Restart the daemon, which sets a damaged file aside; should it come back, move the file away and check the disk."
        case .failed:
            switch code & 0xff {
            case SQLITE_BUSY, SQLITE_LOCKED: "Another program has the file open: close it."
            case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH:
                "Check that the directory exists and that the daemon's user may read and write in it."
            case SQLITE_IOERR: "Check the disk and the kernel's log (dmesg)."
            default: "Restart the daemon; should it come back, report it with this message."
            }
        }
    }
}
