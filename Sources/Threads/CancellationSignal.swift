#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Asks blocking work to end: a flag for who looks, a descriptor for who waits in `poll`.
public final class CancellationSignal: Sendable {
    /// Readable once cancelled.
    public let descriptor: Int32
    private let writer: Int32

    /// Without a free descriptor it cannot be heard; who asks for one starts a process next, which will say so.
    public init() {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 { for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) } }
        (descriptor, writer) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(writer)
    }

    /// May be called from any thread, more than once.
    public func cancel() {
        var byte: UInt8 = 0
        _ = fcntl(writer, F_SETFL, O_NONBLOCK)
        _ = write(writer, &byte, 1)
    }

    public var isCancelled: Bool {
        var descriptors = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&descriptors, 1, 0) > 0
    }
}

extension PlainThread {
    /// Runs blocking work on a thread of its own and returns what it returns; cancelling the task signals the work to end.
    ///
    /// - Parameter signal: one that somebody else may cancel too.
    /// - Returns: nil when the system refuses another thread.
    public static func run<Result: Sendable>(
        name: String, _ signal: CancellationSignal = CancellationSignal(),
        _ body: @escaping @Sendable (CancellationSignal) -> Result
    ) async -> Result? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let error = attempt(name: name) { continuation.resume(returning: body(signal)) }
                if error != 0 { continuation.resume(returning: nil) }
            }
        } onCancel: {
            signal.cancel()
        }
    }
}
