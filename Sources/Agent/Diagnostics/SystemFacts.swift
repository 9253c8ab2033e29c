#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What the operating system says of itself, as it says it; nothing in these files is secret.
enum SystemFacts {
    private static let files = [
        "/etc/os-release", "/proc/version", "/proc/uptime", "/proc/loadavg", "/proc/meminfo", "/proc/self/status", "/proc/net/dev",
        "/proc/mounts",
    ]
    private static let limit = 16_384

    static func lines(dataDirectory: String) -> [String] {
        var lines: [String] = []
        var space = statvfs()
        if statvfs(dataDirectory, &space) == 0 {
            let (free, all) = (UInt64(space.f_bavail) * UInt64(space.f_frsize), UInt64(space.f_blocks) * UInt64(space.f_frsize))
            lines.append("\(dataDirectory): \(free) of \(all) bytes free, \(space.f_favail) files possible")
        }
        for file in files { lines += ["", "# \(file)"] + text(file).split(separator: "\n").map(String.init) }
        return lines
    }

    /// The beginning of a file; empty when it cannot be read.
    static func text(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
