import ChargePointCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Held as long as the ledger is open, so that two daemons never share one. The kernel lets go of it when the process dies.
final class LockFile {
    private let descriptor: Int32

    init(directory: LedgerDirectory) throws(RecordStoreError) {
        // Closed in child processes: a download that outlives the daemon must not hold its ledger.
        descriptor = open(directory.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw RecordStoreError(cannot: "open", directory.lock, systemError: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let holder = Self.contents(of: descriptor)
            close(descriptor)
            guard reason == EWOULDBLOCK else { throw RecordStoreError(cannot: "lock", directory.lock, systemError: reason) }
            throw RecordStoreError(
                .failed,
                "\(directory.database): in use by another daemon\(holder.isEmpty ? "" : " (process \(holder))"). "
                    + "Stop it, or name another dataDirectory.")
        }
        // Only for the message above: failing to write it does no harm.
        let process = String(getpid())
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, process, process.utf8.count, 0) }
    }

    deinit { close(descriptor) }

    private static func contents(of descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? String(decoding: bytes.prefix(count).prefix { $0 >= 0x30 && $0 <= 0x39 }, as: UTF8.self) : ""
    }
}
