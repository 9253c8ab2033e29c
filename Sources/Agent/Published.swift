import ChargePointCore
import Synchronization

/// What the loop last published, for readers on other threads; and streams of its changes and of notes, each bounded.
final class Published: Sendable {
    private struct State {
        var view: ChargePointView
        var link: LinkState?
        var viewWatchers: [Int: AsyncStream<Void>.Continuation] = [:]
        var noteWatchers: [Int: AsyncStream<AgentNote>.Continuation] = [:]
        var count = 0
    }

    /// Notes that wait for a slow watcher; older ones are dropped.
    static let noteLimit = 256

    private let state: Mutex<State>

    init(view: ChargePointView, link: LinkState?) { state = Mutex(State(view: view, link: link)) }

    var view: ChargePointView { state.withLock { $0.view } }
    var link: LinkState? { state.withLock { $0.link } }

    func publish(_ view: ChargePointView) {
        let watchers = state.withLock { state in
            guard state.view != view else { return [] as [AsyncStream<Void>.Continuation] }
            state.view = view
            return Array(state.viewWatchers.values)
        }
        for watcher in watchers { watcher.yield() }
    }

    func updateLink(_ change: (inout LinkState) -> Void) {
        let watchers = state.withLock { state in
            guard var link = state.link else { return [] as [AsyncStream<Void>.Continuation] }
            change(&link)
            guard link != state.link else { return [] }
            state.link = link
            return Array(state.viewWatchers.values)
        }
        for watcher in watchers { watcher.yield() }
    }

    func note(_ note: AgentNote) {
        for watcher in state.withLock({ Array($0.noteWatchers.values) }) { watcher.yield(note) }
    }

    /// Says that view or link changed; what lies between two looks is not told.
    func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = add { state, number in state.viewWatchers[number] = continuation }
        continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.viewWatchers[number] = nil } }
        return stream
    }

    func notes() -> AsyncStream<AgentNote> {
        let (stream, continuation) = AsyncStream.makeStream(of: AgentNote.self, bufferingPolicy: .bufferingNewest(Self.noteLimit))
        let number = add { state, number in state.noteWatchers[number] = continuation }
        continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.noteWatchers[number] = nil } }
        return stream
    }

    private func add(_ body: (inout State, Int) -> Void) -> Int {
        state.withLock { state in
            state.count += 1
            body(&state, state.count)
            return state.count
        }
    }
}
