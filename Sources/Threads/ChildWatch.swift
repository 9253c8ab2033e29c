#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Hears a child process until it has ended, and sees to it that it does.
struct ChildWatch {
    let child: pid_t
    /// -1: it has said all.
    var output: Int32
    var errors: Int32
    var deadline: Duration
    let grace: Duration
    private var kept: [UInt8] = []
    /// Why it was told to end; nil: it was not.
    private var told: ChildProcess.End?
    private var isKilled = false
    private var buffer = [UInt8](repeating: 0, count: 64 * 1024)

    /// How often to see whether it has ended while somebody it started still holds its output open.
    private static let look = Duration.milliseconds(200)

    init(child: pid_t, output: Int32, errors: Int32, deadline: Duration, grace: Duration) {
        self.child = child
        self.output = output
        self.errors = errors
        self.deadline = deadline
        self.grace = grace
    }

    var errorOutput: String { String(decoding: kept, as: UTF8.self) }

    mutating func untilItEnds(_ signal: CancellationSignal, _ hear: (UnsafeRawBufferPointer) -> Bool) -> ChildProcess.End {
        while true {
            wait(signal)
            if errors >= 0 { readErrors() }
            if output >= 0, !readOutput(hear) { tell(.refused) }
            if told == nil, signal.isCancelled { tell(.cancelled) }
            if monotonicTime() >= deadline { if told == nil { tell(.timedOut) } else { force() } }
            guard hasEnded else { continue }
            // What it said last lies in the pipe. What it left running goes, while the group's number is still its own.
            while output >= 0, told == nil, isReadable(output) { if !readOutput(hear) { told = .refused } }
            while errors >= 0, isReadable(errors) { readErrors() }
            signalGroup(SIGKILL)
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
            return told ?? Self.end(status)
        }
    }

    /// Seen without taking note of it: its number stays taken.
    private var hasEnded: Bool {
        var information = siginfo_t()
        return waitid(P_PID, id_t(child), &information, WEXITED | WNOHANG | WNOWAIT) != 0
            || information._sifields._sigchld.si_pid != 0
    }

    private static func end(_ status: Int32) -> ChildProcess.End {
        status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: status & 0x7F)
    }

    private func wait(_ signal: CancellationSignal) {
        var descriptors = [
            pollfd(fd: output, events: Int16(POLLIN), revents: 0), pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
        ]
        if told == nil { descriptors.append(pollfd(fd: signal.descriptor, events: Int16(POLLIN), revents: 0)) }
        // Once it says nothing more it is about to end, or has been told to.
        let look = output < 0 && errors < 0 || told != nil ? .milliseconds(20) : Self.look
        let time = max(.zero, min(look, deadline - monotonicTime()))
        _ = poll(&descriptors, nfds_t(descriptors.count), Int32(time / .milliseconds(1)) + 1)
    }

    private func isReadable(_ descriptor: Int32) -> Bool {
        var descriptors = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&descriptors, 1, 0) > 0
    }

    private mutating func tell(_ reason: ChildProcess.End) {
        guard told == nil else { return }
        told = reason
        signalGroup(SIGTERM)
        deadline = monotonicTime() + grace
    }

    private mutating func force() {
        guard !isKilled else { return }
        isKilled = true
        signalGroup(SIGKILL)
        deadline = .seconds(Int64.max / 2)
    }

    /// To the whole group: whatever it started ends with it.
    private func signalGroup(_ number: Int32) { _ = kill(-child, number) }

    /// - Returns: false when whoever hears it wants no more.
    private mutating func readOutput(_ hear: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        let count = read(output, &buffer, buffer.count)
        if count > 0 {
            guard told == nil else { return true }
            return buffer.withUnsafeBytes { hear(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
        if count == 0 { output = -1 }
        return true
    }

    private mutating func readErrors() {
        let count = read(errors, &buffer, buffer.count)
        if count > 0 { kept = Array((kept + buffer[..<count]).suffix(ChildProcess.keptErrorOutput)) }
        if count == 0 { errors = -1 }
    }
}
