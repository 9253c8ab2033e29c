#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One thread that sleeps until the next due instant and then calls; without one it sleeps for good.
///
/// A plain thread rather than an executor: what it calls is synchronous, and starting it must not wake the Swift thread pool.
/// `alarm` is touched only between lock and unlock of `mutex`, and the two pointers never change: hence sendable.
final class AlarmClock: @unchecked Sendable {
    private enum Alarm { case off, due(at: Duration), ended }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var alarm = Alarm.off

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

    /// Starts the thread, which lives until `end()`.
    func start(name: String, ring: @escaping @Sendable () -> Void) throws(SimulatedBoardError) {
        let start = Unmanaged.passRetained(Start(name: name, clock: self, ring: ring))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, 512 * 1024)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                nameThread(start.name)
                while start.clock.waitUntilDue() { start.ring() }
                return nil
            }, start.toOpaque())
        pthread_attr_destroy(&attributes)
        guard result == 0 else {
            start.release()
            throw .noThread(result)
        }
    }

    /// Sets the instant of the next call, in uptime; nil: none.
    func set(_ instant: Duration?) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        switch (alarm, instant) {
        case (.ended, _): return
        case (_, nil): alarm = .off
        case (.due(let before), let instant?):
            alarm = .due(at: instant)
            // One that is due later is found by the sleeper itself when it wakes for the earlier one.
            if instant < before { pthread_cond_signal(changed) }
        case (.off, let instant?):
            alarm = .due(at: instant)
            pthread_cond_signal(changed)
        }
    }

    func end() {
        pthread_mutex_lock(mutex)
        alarm = .ended
        pthread_cond_signal(changed)
        pthread_mutex_unlock(mutex)
    }

    /// - Returns: false when the clock has ended.
    private func waitUntilDue() -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            switch alarm {
            case .ended: return false
            case .off: pthread_cond_wait(changed, mutex)
            case .due(let instant):
                let left = instant - uptime()
                if left <= .zero {
                    alarm = .off
                    return true
                }
                // Condition variables know the monotonic clock, not the one that counts suspended time.
                let parts = (time(of: CLOCK_MONOTONIC) + left).components
                var until = timespec(tv_sec: Int(parts.seconds), tv_nsec: Int(parts.attoseconds / 1_000_000_000))
                pthread_cond_timedwait(changed, mutex, &until)
            }
        }
    }

    private final class Start {
        let name: String
        let clock: AlarmClock
        let ring: @Sendable () -> Void

        init(name: String, clock: AlarmClock, ring: @escaping @Sendable () -> Void) {
            self.name = name
            self.clock = clock
            self.ring = ring
        }
    }
}

/// Names the calling thread for `top -H`: at most 15 characters. Only a help for whoever looks, so failure is of no account.
private func nameThread(_ name: String) {
    // glibc hides pthread_setname_np from Swift; the kernel takes the name here too.
    let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    var bytes = Array(name.utf8.prefix(15))
    _ = write(descriptor, &bytes, bytes.count)
    _ = close(descriptor)
}
