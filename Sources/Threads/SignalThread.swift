#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Waits for SIGTERM, SIGINT and SIGHUP on a thread of its own: no handler interrupts anything, and nothing wakes up while none
/// comes. SIGHUP comes when the terminal is closed.
public enum SignalThread {
    static let waited = [SIGTERM, SIGINT, SIGHUP]
    static let ignored = [SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM]

    /// As `nohup` leaves it: a signal that is blocked would be received nevertheless.
    private static func isIgnored(_ number: Int32) -> Bool {
        let before = signal(number, SIG_DFL)
        guard unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) else { return false }
        signal(number, SIG_IGN)
        return true
    }

    /// Call first, before any other thread starts: all threads inherit that these signals are theirs to ignore.
    ///
    /// - Parameter receive: called on the waiting thread, once per signal.
    public static func start(_ receive: @escaping @Sendable (Int32) -> Void) {
        // Nobody uses them, and each of them would end the process at once with contactors closed.
        for number in Self.ignored { signal(number, SIG_IGN) }
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in Self.waited where number != SIGHUP || !isIgnored(SIGHUP) { sigaddset(&signals, number) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        PlainThread.start(name: "signals") { [signals] in
            var waited = signals
            while true {
                var received: Int32 = 0
                if sigwait(&waited, &received) == 0 { receive(received) }
            }
        }
    }
}
