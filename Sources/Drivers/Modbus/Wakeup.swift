import Threads

/// Lets one thread sleep until an instant, or until another thread rings.
final class Wakeup: Sendable {
    private struct State {
        var isRinging = false
        var hasEnded = false
    }

    private let state = Monitor(State())

    func ring() { state.change { $0.isRinging = true } }

    func end() { state.change { $0.hasEnded = true } }

    /// Blocks the calling thread. A ring while nobody waits ends the next wait at once.
    /// - Parameter instant: monotonic.
    /// - Returns: false once it has ended.
    func wait(until instant: Duration) -> Bool {
        state.wait { state in
            guard state.isRinging || state.hasEnded || monotonicTime() >= instant else { return .sleep(until: instant) }
            state.isRinging = false
            return .done(!state.hasEnded)
        }
    }
}
