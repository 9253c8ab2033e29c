import Synchronization
public import Units

/// The latest lines of the daemon's log, kept in memory for whoever asks for them later: not a byte of flash is written for it.
public final class LogRing: Sendable {
    /// Bytes of text that are kept; the oldest lines give way.
    public static let size = 256 * 1024
    /// A longer line is cut.
    static let lineLimit = 4096

    private struct State {
        var lines: [(time: Timestamp, text: String)] = []
        /// Lines before this one are gone; the array is put together now and then.
        var first = 0
        var bytes = 0
    }

    private let state = Mutex(State())

    public init() {}

    /// - Parameters:
    ///   - time: of the operating system's clock.
    ///   - line: without its end.
    public func append(_ line: String, at time: Timestamp) {
        let kept = line.utf8.count > Self.lineLimit ? String(line.prefix(Self.lineLimit)) : line
        state.withLock { state in
            state.lines.append((time, kept))
            state.bytes += kept.utf8.count
            while state.bytes > Self.size, state.first < state.lines.count {
                state.bytes -= state.lines[state.first].text.utf8.count
                state.lines[state.first].text = ""
                state.first += 1
            }
            if state.first > 1024, state.first * 2 > state.lines.count {
                state.lines.removeFirst(state.first)
                state.first = 0
            }
        }
    }

    /// Lines of a window of time, the oldest first.
    public func lines(from: Timestamp? = nil, to: Timestamp? = nil) -> [String] {
        state.withLock { state in
            state.lines[state.first...].filter { line in
                from.map { line.time >= $0 } ?? true && to.map { line.time <= $0 } ?? true
            }.map(\.text)
        }
    }
}
