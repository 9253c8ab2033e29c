import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Looks now and then whether disk and memory are getting full; only when the loop is awake anyway.
final class ResourceWatch: Sendable {
    static let interval = Duration.seconds(600)
    /// Less than this is too little: bytes of disk and of memory.
    static let leastDisk: UInt64 = 16 << 20
    static let leastMemory: UInt64 = 8 << 20

    private struct State {
        var next = Duration.zero
        /// What was found too little last: said once, and again only after it was enough.
        var short: Set<String> = []
    }

    private let directory: String
    private let state = Mutex(State())

    /// - Parameter directory: on the file system that is watched; it need not exist if the folder above it does.
    init(directory: String) { self.directory = directory }

    /// - Returns: in words what has become scarce since the last look; nil: nothing, or it was looked a moment ago.
    func look(at uptime: Duration) -> String? {
        let isDue = state.withLock { state in
            guard uptime >= state.next else { return false }
            state.next = uptime + Self.interval
            return true
        }
        guard isDue else { return nil }
        return judge(disk: Self.freeDisk(directory), memory: Self.freeMemory(SystemFacts.text("/proc/meminfo")))
    }

    /// - Parameters: bytes that are free; nil: unknown.
    func judge(disk: UInt64?, memory: UInt64?) -> String? {
        let short = [
            ("disk", disk.map { $0 < Self.leastDisk } ?? false, disk),
            ("memory", memory.map { $0 < Self.leastMemory } ?? false, memory),
        ].filter(\.1)
        let news = state.withLock { state in
            defer { state.short = Set(short.map(\.0)) }
            return short.filter { !state.short.contains($0.0) }
        }
        return news.isEmpty ? nil : news.map { "\($0.2 ?? 0) bytes of \($0.0) are left" }.joined(separator: ", ")
    }

    private static func freeDisk(_ directory: String) -> UInt64? {
        var space = statvfs()
        let above = directory.lastIndex(of: "/").map { String(directory[..<$0]) } ?? "."
        guard statvfs(directory, &space) == 0 || statvfs(above, &space) == 0 else { return nil }
        return UInt64(space.f_bavail) * UInt64(space.f_frsize)
    }

    static func freeMemory(_ meminfo: String) -> UInt64? {
        let line = meminfo.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        return line.flatMap { UInt64($0.filter(\.isNumber)) }.map { $0 * 1024 }
    }
}
