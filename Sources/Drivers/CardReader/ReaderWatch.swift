#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What a reader's thread, its watchdog and its owner share: which call is under way and until when, what was last said of the reader's
/// health, and whether it is to end.
///
/// The library may keep the reader's thread as long as it likes. So the thread says when it goes in and when it comes out, and the watchdog
/// says what has to be said if it does not come out.
/// `state` is touched only between lock and unlock of `mutex`; the pointers and `report` never change: hence sendable.
final class ReaderWatch: @unchecked Sendable {
    private enum Health: Equatable {
        case unknown
        case works
        case fails(CardReaderFailure)
    }

    private struct State {
        var health = Health.unknown
        /// When the call that is under way has to be over.
        var due: Duration?
        var isStopping = false
        var hasEnded = false
    }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var state = State()
    private let report: @Sendable (LibNFCReader.News) -> Void

    /// - Parameter report: called with the lock held, so that what is said stays in order; must not call back.
    init(report: @escaping @Sendable (LibNFCReader.News) -> Void) {
        self.report = report
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    var isStopping: Bool { locked { state.isStopping } }

    /// Calls the library: with a deadline, which the watchdog enforces.
    func call<Result>(within limit: Duration, _ body: () -> Result) throws(CardReaderFailure) -> Result {
        locked { state.due = monotonicTime() + limit }
        let result = body()
        let isLate = locked {
            defer { state.due = nil }
            return state.due.map { $0 < monotonicTime() } ?? false
        }
        if isLate { throw .hung }
        return result
    }

    /// The reader works. Said once, until it fails.
    func works(_ news: LibNFCReader.News) {
        locked {
            guard state.health != .works else { return }
            state.health = .works
            report(news)
        }
    }

    /// The reader does not work. Said once for each reason.
    func fails(_ failure: CardReaderFailure) {
        locked { say(failure) }
    }

    /// A pause of the reader's thread, which the order to stop ends.
    func pause(_ duration: Duration) {
        locked {
            let end = monotonicTime() + duration
            while !state.isStopping, monotonicTime() < end { wait(until: end) }
        }
    }

    /// Tells the reader's thread to end.
    func stop() {
        locked {
            state.isStopping = true
            pthread_cond_broadcast(changed)
        }
    }

    /// The reader's thread is at its end.
    func end() {
        locked {
            state.hasEnded = true
            pthread_cond_broadcast(changed)
        }
    }

    /// - Returns: false when the thread is still in the library after this time.
    func waitForEnd(within limit: Duration) -> Bool {
        locked {
            let end = monotonicTime() + limit
            while !state.hasEnded, monotonicTime() < end { wait(until: end) }
            return state.hasEnded
        }
    }

    /// The watchdog's whole life: looks once every `interval`, and ends with the reader's thread.
    func guardCalls(interval: Duration) {
        locked {
            while !state.hasEnded {
                let now = monotonicTime()
                if let due = state.due, due < now { say(.hung) }
                wait(until: now + interval)
            }
        }
    }

    private func say(_ failure: CardReaderFailure) {
        guard !state.isStopping, state.health != .fails(failure) else { return }
        state.health = .fails(failure)
        report(.failed(failure))
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    private func wait(until instant: Duration) {
        let parts = instant.components
        var time = timespec(tv_sec: Int(parts.seconds), tv_nsec: Int(parts.attoseconds / 1_000_000_000))
        pthread_cond_timedwait(changed, mutex, &time)
    }
}
