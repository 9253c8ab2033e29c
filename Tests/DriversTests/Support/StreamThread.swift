import Threads

/// A thread on which a task does everything, reading a stream included: that would otherwise wait for a thread of the shared pool, and
/// those may all be held by tests that wait.
final class StreamThread: TaskExecutor {
    private struct Work {
        var jobs: [UnownedJob] = []
        var hasEnded = false
    }

    private let work = Monitor(Work())

    init() {
        PlainThread.start(name: "stream") { [self] in
            while let jobs = next() { for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) } }
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        work.change { $0.jobs.append(job) }
    }

    /// Once its tasks are done.
    func end() { work.change { $0.hasEnded = true } }

    private func next() -> [UnownedJob]? {
        work.wait { work in
            if work.jobs.isEmpty { return work.hasEnded ? .done(nil) : .sleep(until: nil) }
            defer { work.jobs = [] }
            return .done(work.jobs)
        }
    }
}
