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

// The jobs and the flag are touched only between lock and unlock of `mutex`; the two pointers never change.
private final class JobQueue: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrived = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [Job] = []
    private var isClosed = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(arrived, nil)
    }

    deinit {
        pthread_cond_destroy(arrived)
        pthread_mutex_destroy(mutex)
        arrived.deallocate()
        mutex.deallocate()
    }

    func append(_ job: Job) {
        pthread_mutex_lock(mutex)
        jobs.append(job)
        pthread_cond_signal(arrived)
        pthread_mutex_unlock(mutex)
    }

    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_signal(arrived)
        pthread_mutex_unlock(mutex)
    }

    func run() {
        while true {
            pthread_mutex_lock(mutex)
            while jobs.isEmpty && !isClosed { pthread_cond_wait(arrived, mutex) }
            let batch = jobs
            jobs = []
            let ends = isClosed && batch.isEmpty
            pthread_mutex_unlock(mutex)
            if ends { return }
            for job in batch { job.job.runSynchronously(on: job.executor) }
        }
    }
}
