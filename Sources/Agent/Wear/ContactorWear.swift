import Threads
public import Units

/// How often each contactor has closed in its life: what wears it, and what it is rated for.
///
/// The number decides nothing and nothing is billed by it, so it is no part of the ledger. It is written at most once for each opening, one
/// block in place, by a thread of its own that nobody waits for; a supply that fails between closing and opening costs that one count.
public final class ContactorWear: Sendable {
    /// One connector's contactor as people see it.
    public struct Life: Sendable, Equatable {
        public var closings: Int
        /// What its maker says it lasts; nil: the board file does not say.
        public var rated: Int?

        public init(closings: Int, rated: Int? = nil) {
            self.closings = closings
            self.rated = rated
        }

        public var isWornOut: Bool { rated.map { closings >= $0 } ?? false }
    }

    private struct State {
        /// By connector; more than the board has where a connector was taken out.
        var closings: [Int]
        var isClosed: [Bool]
        /// Something was counted that is not in the file.
        var isNew = false
        /// An opening asks for the file to be written.
        var isDue = false
        var isEnding = false
        var hasEnded = false
    }

    public static let fileName = "contactor-wear"

    private let rated: [Int?]
    private let state: Monitor<State>
    private let file: WearFile
    private let log: @Sendable (String) -> Void

    /// Takes up the counts where they were left.
    /// - Parameters:
    ///   - directory: where the file is; must exist.
    ///   - log: told when the file is damaged or cannot be written, and of contactors at the end of their rated life.
    public init(directory: String, board: BoardProfile, log: @escaping @Sendable (String) -> Void) {
        rated = board.connectors.map(\.ratedClosings)
        self.log = log
        file = WearFile(path: "\(directory)/\(Self.fileName)")
        let count = board.connectors.count
        let kept = file.load(log: log)
        state = Monitor(
            State(
                closings: kept + Array(repeating: 0, count: max(0, count - kept.count)),
                isClosed: Array(repeating: false, count: count)))
        for connector in board.connectors { warn(connector.id) }
        PlainThread.start(name: "contactor wear") { [self] in
            while let closings = nextToWrite() { file.write(closings, log: log) }
            state.change { $0.hasEnded = true }
        }
    }

    /// What the board says, in its order; from any thread, never waits.
    public func note(_ event: BoardEvent) {
        guard case .contactor(let connector, let contacts) = event else { return }
        let hasClosed = state.change { state in
            guard state.isClosed.indices.contains(connector - 1) else { return false }
            let wasClosed = state.isClosed[connector - 1]
            // Welded contacts did not close again, whatever the coil does.
            state.isClosed[connector - 1] = contacts == .closed || contacts == .welded
            if contacts == .closed, !wasClosed {
                state.closings[connector - 1] += 1
                state.isNew = true
            } else if contacts != .closed {
                state.isDue = state.isNew
            }
            return contacts == .closed && !wasClosed
        }
        if hasClosed, life(of: connector)?.closings == rated[connector - 1] { warn(connector) }
    }

    /// nil: there is no such connector.
    public func life(of connector: Int) -> Life? {
        guard rated.indices.contains(connector - 1) else { return nil }
        return Life(closings: state.locked { $0.closings[connector - 1] }, rated: rated[connector - 1])
    }

    /// Writes what is still to be written, and ends the thread; a disk that hangs does not keep the process.
    public func close() {
        state.change { ($0.isDue, $0.isEnding) = ($0.isNew, true) }
        let end = monotonicTime() + .seconds(2)
        state.wait { $0.hasEnded || monotonicTime() >= end ? .done(()) : .sleep(until: end) }
    }

    /// Waits for an opening; nil: it is the end.
    private func nextToWrite() -> [Int]? {
        state.wait { state in
            guard state.isDue else { return state.isEnding ? .done(nil) : .sleep(until: nil) }
            (state.isDue, state.isNew) = (false, false)
            return .done(state.closings)
        }
    }

    private func warn(_ connector: Int) {
        guard let life = life(of: connector), life.isWornOut, let rated = life.rated else { return }
        log(
            "connector \(connector): the contactor has closed \(life.closings) times and is rated for \(rated). Replace it, then remove "
                + "\(file.path) while the daemon is stopped.")
    }
}
