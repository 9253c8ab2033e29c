#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A file that is being fetched: what has come so far, from where, and how much of it has certainly reached the disk.
///
/// Beside `PATH` stand, until it is complete, `PATH.part` with the bytes, `PATH.source` with what they are part of, and `PATH.headers`
/// with the server's last answer. Every whole MiB is on the disk before the next one begins, so that after a power cut only what
/// lies beyond is in doubt, and fetched again.
struct PartFile: ~Copyable {
    let path: String
    private var descriptor: Int32
    private(set) var size: Int64
    private(set) var problem: TransferFailure?
    private let limits: TransferLimits
    private let source: String
    private(set) var validator: String?
    /// Nothing was heard of the file yet: what it announces is looked at once.
    private var isFirst = true

    private static let step: Int64 = 1 << 20

    static func headersPath(_ path: String) -> String { path + ".headers" }

    /// - Parameter source: tells this file from others; not shown to anybody.
    init(_ path: String, source: String, limits: TransferLimits) throws(TransferFailure) {
        self.path = path
        self.limits = limits
        self.source = source
        let known = Self.text(path + ".source")?.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) ?? []
        let isSame = known.count == 3 && known[0] == source
        descriptor = open(path + ".part", O_RDWR | O_CREAT | O_CLOEXEC | (isSame ? 0 : O_TRUNC), 0o600)
        size = 0
        guard descriptor >= 0 else { throw Self.failure("cannot be made", path + ".part") }
        let length = Int64(lseek(descriptor, 0, SEEK_END))
        if isSame {
            validator = ResponseHeaders(Self.text(Self.headersPath(path)) ?? "").validator ?? (known[1].isEmpty ? nil : known[1])
            size = min(length, max(Int64(known[2]) ?? 0, length / Self.step * Self.step))
        }
        guard ftruncate(descriptor, off_t(size)) == 0, lseek(descriptor, off_t(size), SEEK_SET) >= 0 else {
            let failure = Self.failure("cannot be cut to length", path + ".part")
            close(descriptor)
            throw failure
        }
        note()
    }

    deinit { close(descriptor) }

    /// Begins anew.
    mutating func empty() {
        _ = ftruncate(descriptor, 0)
        lseek(descriptor, 0, SEEK_SET)
        size = 0
        validator = nil
        isFirst = true
        note()
    }

    /// - Returns: false when no more is taken; `problem` says why.
    mutating func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if isFirst {
            isFirst = false
            checkAnnounced()
        }
        guard problem == nil else { return false }
        guard size + Int64(bytes.count) <= limits.size else {
            problem = TransferFailure(.tooLarge, "the file is larger than \(limits.size) bytes, which is the most that is taken")
            return false
        }
        var rest = bytes
        while !rest.isEmpty {
            let count = write(descriptor, rest.baseAddress, rest.count)
            guard count > 0 else {
                if errno == EINTR { continue }
                problem = Self.failure(
                    "cannot be written", path + ".part", errno == ENOSPC || errno == EDQUOT ? .noSpace : .localFile)
                return false
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        let isStep = (size + Int64(bytes.count)) / Self.step != size / Self.step
        size += Int64(bytes.count)
        if isStep {
            _ = fdatasync(descriptor)
            checkSpace(for: 0)
        }
        return problem == nil
    }

    private mutating func checkAnnounced() {
        let announced = ResponseHeaders(Self.text(Self.headersPath(path)) ?? "").contentLength ?? 0
        checkSpace(for: announced)
    }

    private mutating func checkSpace(for more: Int64) {
        var system = statvfs()
        guard fstatvfs(descriptor, &system) == 0 else { return }
        let free = Int64(clamping: UInt64(system.f_bavail).multipliedReportingOverflow(by: UInt64(system.f_frsize)).partialValue)
        guard free - more < limits.reserve else { return }
        problem = TransferFailure(
            .noSpace,
            "\(path): \(free >> 20) MiB are free, \(more >> 20) MiB more are to come, and \(limits.reserve >> 20) MiB stay free for the ledger. Make room."
        )
    }

    /// What came so far is on the disk and can be gone on from.
    mutating func keep() {
        _ = fdatasync(descriptor)
        validator = ResponseHeaders(Self.text(Self.headersPath(path)) ?? "").validator ?? validator
        note()
    }

    private func note() {
        let file = open(path + ".source", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        let bytes = Array("\(source)\n\(validator ?? "")\n\(size)".utf8)
        // A note that is cut short is no note: the file is then fetched from its beginning.
        _ = write(file, bytes, bytes.count)
        close(file)
    }

    /// The file is complete: it stands under its name, on the disk.
    mutating func complete() throws(TransferFailure) {
        guard fsync(descriptor) == 0, rename(path + ".part", path) == 0 else { throw Self.failure("cannot be completed", path) }
        Self.sync(folderOf: path)
        Self.discard(path)
    }

    /// Removes what is left of a file that is not fetched any more; a complete one stays.
    static func discard(_ path: String) {
        for suffix in [".part", ".source", ".headers"] { unlink(path + suffix) }
    }

    private static func sync(folderOf path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func failure(_ what: String, _ path: String, _ kind: TransferFailure.Kind = .localFile) -> TransferFailure {
        TransferFailure(kind, "\(path) \(what): \(String(cString: strerror(errno)))")
    }

    /// A small file's text; nil when there is none.
    static func text(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = read(file, &bytes, bytes.count)
        return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }
}
