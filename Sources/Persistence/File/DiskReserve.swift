#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Disk space held back by a file of the ledger's own, given up so that the end of a session fits on a full disk.
struct DiskReserve {
    let path: String
    /// Bytes; 0 for none.
    let size: Int
    private(set) var state = State.unavailable

    enum State: Equatable {
        case held
        /// Given up, or never had because the disk was full already.
        case missing
        /// None is wanted, or this file system cannot hold space back.
        case unavailable
    }

    init(path: String, size: Int) {
        self.path = path
        self.size = size
    }

    /// Allocates the space; where there is not enough it takes none.
    mutating func take() {
        guard size > 0 else { return }
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            state = errno == ENOSPC || errno == EDQUOT ? .missing : .unavailable
            return
        }
        defer { close(descriptor) }
        switch posix_fallocate(descriptor, 0, off_t(size)) {
        case 0: state = .held
        case ENOSPC, EDQUOT: state = .missing
        default: state = .unavailable
        }
        if state != .held { ftruncate(descriptor, 0) }
    }

    mutating func release() {
        if state != .held { return }
        truncate(path, 0)
        state = .missing
    }
}
