#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Lets one thread sleep until an instant, or until another thread rings.
///
/// The flags are touched only between lock and unlock of `mutex`, and the two pointers never change: hence sendable.
final class Wakeup: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var isRinging = false
    private var hasEnded = false

    init() {
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

    func ring() { set { $0.isRinging = true } }

    func end() { set { $0.hasEnded = true } }

    /// Blocks the calling thread. A ring while nobody waits ends the next wait at once.
    /// - Parameter instant: monotonic.
    /// - Returns: false once it has ended.
    func wait(until instant: Duration) -> Bool {
        let (seconds, attoseconds) = instant.components
        var until = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isRinging && !hasEnded {
            if pthread_cond_timedwait(changed, mutex, &until) == ETIMEDOUT { break }
        }
        isRinging = false
        return !hasEnded
    }

    private func set(_ change: (Wakeup) -> Void) {
        pthread_mutex_lock(mutex)
        change(self)
        pthread_cond_signal(changed)
        pthread_mutex_unlock(mutex)
    }
}
