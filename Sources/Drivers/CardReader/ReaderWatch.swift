import Threads

/// What a reader's thread, its watchdog and its owner share: which call is under way and until when, what was last said of the reader's
/// health, and whether it is to end.
///
/// The library may keep the reader's thread as long as it likes. So the thread says when it goes in and when it comes out, and the watchdog
/// says what has to be said if it does not come out.
final class ReaderWatch: Sendable {
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

    private let state = Monitor(State())
    private let report: @Sendable (LibNFCReader.News) -> Void

    /// - Parameter report: called with the lock held, so that what is said stays in order; must not call back.
    init(report: @escaping @Sendable (LibNFCReader.News) -> Void) {
        self.report = report
    }

    var isStopping: Bool { state.locked { $0.isStopping } }

    /// Calls the library: with a deadline, which the watchdog enforces.
    func call<Result>(within limit: Duration, _ body: () -> Result) throws(CardReaderFailure) -> Result {
        state.locked { $0.due = monotonicTime() + limit }
        let result = body()
        let isLate = state.locked { state in
            defer { state.due = nil }
            return state.due.map { $0 < monotonicTime() } ?? false
        }
        if isLate { throw .hung }
        return result
    }

    /// The reader works. Said once, until it fails.
    func works(_ news: LibNFCReader.News) {
        state.locked { state in
            guard state.health != .works else { return }
            state.health = .works
            report(news)
        }
    }

    /// The reader does not work. Said once for each reason.
    func fails(_ failure: CardReaderFailure) { state.locked { say(failure, &$0) } }

    /// A pause of the reader's thread, which the order to stop ends.
    func pause(_ duration: Duration) {
        let end = monotonicTime() + duration
        state.wait { $0.isStopping || monotonicTime() >= end ? .done(()) : .sleep(until: end) }
    }

    /// Tells the reader's thread to end.
    func stop() { state.change { $0.isStopping = true } }

    /// The reader's thread is at its end.
    func end() { state.change { $0.hasEnded = true } }

    /// - Returns: false when the thread is still in the library after this time.
    func waitForEnd(within limit: Duration) -> Bool {
        let end = monotonicTime() + limit
        return state.wait { $0.hasEnded || monotonicTime() >= end ? .done($0.hasEnded) : .sleep(until: end) }
    }

    /// The watchdog's whole life: looks once every `interval`, and ends with the reader's thread.
    func guardCalls(interval: Duration) {
        state.wait { state in
            if state.hasEnded { return .done(()) }
            let now = monotonicTime()
            if let due = state.due, due < now { say(.hung, &state) }
            return .sleep(until: now + interval)
        }
    }

    private func say(_ failure: CardReaderFailure, _ state: inout State) {
        guard !state.isStopping, state.health != .fails(failure) else { return }
        state.health = .fails(failure)
        report(.failed(failure))
    }
}
