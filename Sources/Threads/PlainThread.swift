#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One detached operating-system thread that runs a body to its end.
public enum PlainThread {
    private final class Start {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Starts a thread without which the process cannot work.
    /// - Parameter name: shown by `top -H`; at most 15 characters are kept.
    public static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        let error = attempt(name: name, body)
        precondition(error == 0, "the system refuses another thread (pthread_create: \(error)); the process cannot work without it")
    }

    /// The same for a thread whose absence can be told to somebody.
    /// - Returns: 0, or the error number of a system that refuses the thread.
    public static func attempt(name: String, _ body: @escaping @Sendable () -> Void) -> Int32 {
        let start = Unmanaged.passRetained(Start(name: name, body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        // Ample for SQLite and the serial libraries; the default of 8 MB would only be address space, but is visible in top.
        pthread_attr_setstacksize(&attributes, 512 * 1024)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                nameThisThread(start.name)
                start.body()
                return nil
            }, start.toOpaque())
        pthread_attr_destroy(&attributes)
        if result != 0 { start.release() }
        return result
    }

    /// Lets the calling thread run before every ordinary one as soon as it has something to do.
    /// - Returns: 0, or the error number of a system that does not allow it (LimitRTPRIO); then the thread stays an ordinary one, which is
    ///   late only on a machine that is overloaded.
    public static func hurryThisThread() -> Int32 {
        var parameters = sched_param()
        parameters.sched_priority = sched_get_priority_min(SCHED_FIFO)
        return pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters)
    }
}

/// Through /proc: glibc's pthread_setname_np is a GNU extension that Swift does not see. A nameless thread works as well.
private func nameThisThread(_ name: String) {
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    let bytes = Array(name.utf8.prefix(15))
    _ = write(file, bytes, bytes.count)
    close(file)
}
