#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A Unix datagram socket on which this process only speaks, and never waits long: who does not listen must not hold a charge point up.
struct DatagramSocket: Sendable {
    /// Longer ones need a memory file, which no line of ours deserves.
    static let limit = 64 * 1024

    private let descriptor: Int32
    private let path: [UInt8]

    /// - Parameter path: a path, or "@" and a name in the abstract namespace.
    /// - Parameter patience: how long a full socket is waited for; nil: not at all.
    init?(to path: String, patience: Duration?) {
        var bytes = Array(path.utf8)
        guard bytes.count > 1, bytes.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else { return nil }
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 } else { bytes.append(0) }
        self.path = bytes
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        if let patience {
            let (seconds, attoseconds) = patience.components
            var time = timeval(tv_sec: time_t(seconds), tv_usec: suseconds_t(attoseconds / 1_000_000_000_000))
            setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        } else {
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        }
    }

    /// - Returns: false when nobody took it.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2) + socklen_t(path.count)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length) == bytes.count
            }
        }
    }
}
