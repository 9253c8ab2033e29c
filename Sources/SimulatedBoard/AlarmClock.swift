import Threads

/// One thread that sleeps until the next due instant and then calls; without one it sleeps for good.
///
/// A plain thread rather than an executor: what it calls is synchronous, and starting it must not wake the Swift thread pool.
final class AlarmClock: Sendable {
    private enum Alarm { case off, due(at: Duration), ended }

    private let alarm = Monitor(Alarm.off)

    /// Starts the thread, which lives until `end()`.
    func start(name: String, ring: @escaping @Sendable () -> Void) throws(SimulatedBoardError) {
        let error = PlainThread.attempt(name: name) { [self] in
            while waitUntilDue() { ring() }
        }
        if error != 0 { throw .noThread(error) }
    }

    /// Sets the instant of the next call, in uptime; nil: none.
    func set(_ instant: Duration?) {
        let isEarlier = alarm.locked { alarm in
            switch (alarm, instant) {
            case (.ended, _): return false
            case (_, nil):
                alarm = .off
                return false
            case (.due(let before), let instant?):
                alarm = .due(at: instant)
                // One that is due later is found by the sleeper itself when it wakes for the earlier one.
                return instant < before
            case (.off, let instant?):
                alarm = .due(at: instant)
                return true
            }
        }
        if isEarlier { alarm.change { _ in } }
    }

    func end() { alarm.change { $0 = .ended } }

    /// - Returns: false when the clock has ended.
    private func waitUntilDue() -> Bool {
        alarm.wait { alarm in
            switch alarm {
            case .ended: return .done(false)
            case .off: return .sleep(until: nil)
            case .due(let instant):
                let left = instant - uptime()
                // Waits know the monotonic clock, not the one that counts suspended time.
                guard left <= .zero else { return .sleep(until: monotonicTime() + left) }
                alarm = .off
                return .done(true)
            }
        }
    }
}
