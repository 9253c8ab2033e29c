#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Held while a reader is open, so that two processes never share one. The kernel lets go of it when the process dies.
struct DeviceLock: ~Copyable {
    private let descriptor: Int32

    /// - Parameters:
    ///   - device: libnfc's connection string.
    ///   - directory: where the lock files are, the same for all who may use the device.
    init(device: String, directory: String) throws(CardReaderFailure) {
        let path = Self.path(device: device, directory: directory)
        let file = try Self.opened(path)
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let holder = Self.process(in: file)
            close(file)
            guard reason == EWOULDBLOCK else { throw .lock(path: path, reason: systemText(reason)) }
            throw .held(process: holder, name: holder.flatMap(Self.name))
        }
        // Only for the message above: failing to write it does no harm.
        let process = String(getpid())
        if ftruncate(file, 0) == 0 { _ = pwrite(file, process, process.utf8.count, 0) }
        descriptor = file
    }

    deinit { close(descriptor) }

    /// One name for one device, however it is written: links are followed, driver and speed are left out.
    static func path(device: String, directory: String) -> String {
        var subject = device
        if let path = devicePath(device) {
            subject = path
            if let resolved = realpath(path, nil) {
                subject = String(cString: resolved)
                free(resolved)
            }
        }
        let name = subject.utf8.map { byte -> Character in
            let character = Character(Unicode.Scalar(byte))
            return character.isASCII && (character.isLetter || character.isNumber) ? character : "-"
        }
        return "\(directory)/ladepunkt-reader\(name.first == "-" ? "" : "-")\(String(name)).lock"
    }

    /// Existing files are opened as they are: in a folder for everybody, such as /run/lock, the kernel refuses O_CREAT for files of others.
    private static func opened(_ path: String) throws(CardReaderFailure) -> Int32 {
        var descriptor = open(path, O_RDWR | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT {
            descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        } else if descriptor < 0, errno == EACCES {
            // Another user's: enough to see that it is locked.
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
        }
        guard descriptor >= 0 else { throw .lock(path: path, reason: systemText(errno)) }
        return descriptor
    }

    private static func process(in descriptor: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: bytes.prefix(count).prefix { $0 >= 0x30 && $0 <= 0x39 }, as: UTF8.self))
    }

    private static func name(of process: Int32) -> String? {
        let file = open("/proc/\(process)/comm", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = read(file, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes.prefix(count).prefix { $0 != 0x0A }, as: UTF8.self) : nil
    }
}

/// The path in a connection string such as `pn532_uart:/dev/ttyS1:115200`; nil where a device is named otherwise.
func devicePath(_ device: String) -> String? {
    let parts = device.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count > 1 && parts[1].first == "/" ? String(parts[1]) : nil
}

/// What the operating system calls an error.
func systemText(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
}
