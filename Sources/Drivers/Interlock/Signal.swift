import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Wakes a thread that waits in `poll`: raised any number of times, lowered once.
final class Signal: Sendable {
    /// Readable while raised.
    let descriptor: Int32
    private let writer: Int32

    init() throws(LineFault) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw LineFault(LineName(chip: "pipe", line: "wake"), .system("no pipe (\(systemMessage(errno)))"))
        }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (descriptor, writer) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(writer)
    }

    /// A full pipe is raised already.
    func raise() {
        var byte: UInt8 = 1
        _ = write(writer, &byte, 1)
    }

    func lower() {
        var bytes: (UInt64, UInt64) = (0, 0)
        while withUnsafeMutableBytes(of: &bytes, { read(descriptor, $0.baseAddress, $0.count) }) == 16 {}
    }

    /// - Returns: whether it was raised in time.
    func wait(for time: Duration) -> Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, Int32(nanoseconds(time) / 1_000_000)) > 0
    }
}

extension LineName {
    init(chip: String, line: String) {
        self.chip = chip
        self.line = line
    }
}

func nanoseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
}
