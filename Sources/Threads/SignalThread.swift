#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Waits for SIGTERM and SIGINT on a thread of its own: no handler interrupts anything, and nothing wakes up while none comes.
public enum SignalThread {
    /// Call first, before any other thread starts: all threads inherit that these signals are theirs to ignore.
    ///
    /// - Parameter receive: called on the waiting thread, once per signal.
    public static func start(_ receive: @escaping @Sendable (Int32) -> Void) {
        signal(SIGPIPE, SIG_IGN)
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
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
