import NIOCore
import Synchronization

/// Sleeps until an instant or until somebody rings, on an event loop's timer: nothing ticks meanwhile.
///
/// For one sleeper at a time; a ring while nobody sleeps ends the next sleep at once.
final class Alarm: Sendable {
    private struct State {
        var isRinging = false
        var sleeper: (number: Int, continuation: CheckedContinuation<Void, Never>)?
        var count = 0
    }

    private let state = Mutex(State())
    private let eventLoop: any EventLoop

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func ring() {
        let continuation = state.withLock { state in
            guard let sleeper = state.sleeper else {
                state.isRinging = true
                return nil as CheckedContinuation<Void, Never>?
            }
            state.sleeper = nil
            return sleeper.continuation
        }
        continuation?.resume()
    }

    /// - Parameter time: nil: until it rings.
    func sleep(for time: Duration?) async {
        let timer = Mutex<Scheduled<Void>?>(nil)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let number = state.withLock { state in
                    if state.isRinging || Task.isCancelled {
                        state.isRinging = false
                        return nil as Int?
                    }
                    state.count += 1
                    state.sleeper = (state.count, continuation)
                    return state.count
                }
                guard let number else { return continuation.resume() }
                guard let time else { return }
                let scheduled = eventLoop.scheduleTask(in: TimeAmount(max(time, .zero))) { self.wake(number) }
                timer.withLock { $0 = scheduled }
            }
        } onCancel: {
            ring()
        }
        timer.withLock { $0 }?.cancel()
    }

    private func wake(_ number: Int) {
        let continuation = state.withLock { state in
            guard let sleeper = state.sleeper, sleeper.number == number else { return nil as CheckedContinuation<Void, Never>? }
            state.sleeper = nil
            return sleeper.continuation
        }
        continuation?.resume()
    }
}
