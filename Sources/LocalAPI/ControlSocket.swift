#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The Unix socket's file: who may use it, and what to do with one that is there already.
struct ControlSocket: Sendable {
    /// Who may call, beside the daemon's own user.
    static let groupName = "ladepunkt"

    var path: String

    /// Makes way for the new socket: its directory exists, and a socket that nobody listens on is removed.
    func prepare() throws(LocalAPIServerError) {
        let limit = 107
        guard path.utf8.count <= limit else {
            throw LocalAPIServerError(
                "control.socket: \(path) is longer than the \(limit) bytes that a socket's path may have; name a shorter one")
        }
        try createDirectory()
        var info = stat()
        guard lstat(path, &info) == 0 else {
            if errno == ENOENT { return }
            throw LocalAPIServerError("control.socket: \(path) cannot be looked at: \(lastError)")
        }
        guard info.st_mode & S_IFMT == S_IFSOCK else {
            throw LocalAPIServerError("control.socket: \(path) exists and is not a socket; remove it or name another path")
        }
        guard !isLive() else {
            throw LocalAPIServerError(
                "control.socket: somebody listens on \(path) already; stop the other ladepunktd or give this one another path")
        }
        guard unlink(path) == 0 || errno == ENOENT else {
            throw LocalAPIServerError(
                "control.socket: \(path) is left over from an earlier start and cannot be removed: \(lastError)")
        }
    }

    /// Mode 0660 and, where it exists, group `ladepunkt`.
    /// - Returns: what could not be done, in words; nil: all done.
    func restrict() -> String? {
        guard chmod(path, 0o660) == 0 else { return "\(path) keeps its mode: \(lastError)" }
        // The group's id alone is needed; without such a group the socket stays with the daemon's own.
        guard let id = groupId(Self.groupName) else { return nil }
        guard chown(path, uid_t.max, id) == 0 else { return "\(path) cannot be given to group \(Self.groupName): \(lastError)" }
        return nil
    }

    func remove() { _ = unlink(path) }

    /// Every missing directory above the socket, open to its owner and group.
    private func createDirectory() throws(LocalAPIServerError) {
        var parent = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/").dropLast() {
            parent += (parent.isEmpty || parent.hasSuffix("/") ? "" : "/") + part
            guard mkdir(parent, 0o750) == 0 || errno == EEXIST || access(parent, F_OK) == 0 else {
                throw LocalAPIServerError("control.socket: directory \(parent) cannot be created: \(lastError)")
            }
        }
    }

    /// Whether somebody accepts connections there.
    private func isLive() -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    private func groupId(_ name: String) -> gid_t? {
        var entry = group()
        var found: UnsafeMutablePointer<group>?
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16 * 1024) { buffer in
            getgrnam_r(name, &entry, buffer.baseAddress, buffer.count, &found) == 0 && found != nil ? entry.gr_gid : nil
        }
    }

    private var lastError: String { String(cString: strerror(errno)) }
}
