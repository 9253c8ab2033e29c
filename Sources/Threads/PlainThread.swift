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

    /// - Parameter name: shown by `top -H`; at most 15 characters are kept.
    public static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        let start = Unmanaged.passRetained(Start(name: name, body)).toOpaque()
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
            }, start)
        pthread_attr_destroy(&attributes)
        precondition(
            result == 0, "the system refuses another thread (pthread_create: \(result)); the process cannot work without it")
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
