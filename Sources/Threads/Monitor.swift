#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A value that threads share and wait for.
///
/// For plain threads that may sleep; where nothing waits, a `Mutex` does. A wait ends by a change or at an instant of the monotonic
/// clock, whatever becomes of the wall clock.
/// `value` is touched only between lock and unlock of `mutex`, and the two pointers never change: hence sendable.
public final class Monitor<Value: Sendable>: @unchecked Sendable {
    /// What a thread that looks at the value does next.
    public enum Step<Result> {
        case done(Result)
        /// Looks again after a change, or at this instant (`monotonicTime`); nil: after a change alone.
        case sleep(until: Duration?)
    }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var value: Value

    public init(_ value: Value) {
        self.value = value
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

    /// Looks at the value, or changes what nobody waits for.
    public func locked<Result>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&value)
    }

    /// Changes the value and wakes everybody who waits for it.
    @discardableResult
    public func change<Result>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(changed)
            pthread_mutex_unlock(mutex)
        }
        return body(&value)
    }

    /// Blocks the calling thread until `next` is done. The value is free while it sleeps.
    public func wait<Result>(_ next: (inout Value) -> Step<Result>) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            switch next(&value) {
            case .done(let result): return result
            case .sleep(nil): pthread_cond_wait(changed, mutex)
            case .sleep(let instant?):
                let (seconds, attoseconds) = instant.components
                var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
                pthread_cond_timedwait(changed, mutex, &time)
            }
        }
    }
}
