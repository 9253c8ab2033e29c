#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One operating-system thread as a serial executor: where a library blocks, it blocks here and nowhere else.
///
/// An actor names the thread as its executor, so its whole state is touched by that thread alone:
/// ```swift
/// actor Reader {
///     let thread = DeviceThread(name: "reader")
///     nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
/// }
/// ```
/// Jobs run in the order they came. The thread lives until the executor is released and its last job has run.
public final class DeviceThread: SerialExecutor, Sendable {
    private let queue: JobQueue

    /// - Parameter name: shown by `top -H`; at most 15 characters are kept.
    public init(name: String) {
        queue = JobQueue()
        PlainThread.start(name: name) { [queue] in queue.run() }
    }

    deinit { queue.close() }

    public func enqueue(_ job: consuming ExecutorJob) {
        queue.append(Job(job: UnownedJob(job), executor: asUnownedSerialExecutor(), keepAlive: self))
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}

private struct Job {
    var job: UnownedJob
    var executor: UnownedSerialExecutor
    /// A job holds its executor, so the thread cannot end under it.
    var keepAlive: DeviceThread
}

private final class JobQueue: Sendable {
    private struct State {
        var jobs: [Job] = []
        var isClosed = false
    }

    private let state = Monitor(State())

    func append(_ job: Job) { state.change { $0.jobs.append(job) } }

    func close() { state.change { $0.isClosed = true } }

    func run() {
        while let batch = nextBatch() {
            for job in batch { job.job.runSynchronously(on: job.executor) }
        }
    }

    /// nil: closed, and the last job has run.
    private func nextBatch() -> [Job]? {
        state.wait { state in
            if state.jobs.isEmpty { return state.isClosed ? .done(nil) : .sleep(until: nil) }
            defer { state.jobs = [] }
            return .done(state.jobs)
        }
    }
}
