#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One detached operating-system thread that runs a body to its end.
public enum PlainThread {
    private final class Start {
        let name: String
        let isUrgent: Bool
        let body: @Sendable () -> Void

        init(name: String, isUrgent: Bool, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.isUrgent = isUrgent
            self.body = body
        }
    }

    /// Starts a thread without which the process cannot work.
    /// - Parameters:
    ///   - name: shown by `top -H`; at most 15 characters are kept.
    ///   - isUrgent: runs before every ordinary thread as soon as it has something to do, where the system allows it (LimitRTPRIO).
    public static func start(name: String, isUrgent: Bool = false, _ body: @escaping @Sendable () -> Void) {
        let error = attempt(name: name, isUrgent: isUrgent, body)
        precondition(error == 0, "the system refuses another thread (pthread_create: \(error)); the process cannot work without it")
    }

    /// The same for a thread whose absence can be told to somebody.
    /// - Returns: 0, or the error number of a system that refuses the thread.
    public static func attempt(name: String, isUrgent: Bool = false, _ body: @escaping @Sendable () -> Void) -> Int32 {
        let start = Unmanaged.passRetained(Start(name: name, isUrgent: isUrgent, body))
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
                if start.isUrgent { hurryThisThread() }
                start.body()
                return nil
            }, start.toOpaque())
        pthread_attr_destroy(&attributes)
        if result != 0 { start.release() }
        return result
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

/// Without the right to it the thread stays an ordinary one, which is late only on a machine that is overloaded.
private func hurryThisThread() {
    var parameters = sched_param()
    parameters.sched_priority = sched_get_priority_min(SCHED_FIFO)
    _ = pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters)
}
