import Synchronization

/// How many lines nobody took, counted across the copies of a log handler.
final class LostLines: Sendable {
    private let count = Mutex(0)

    func add(_ lines: Int) { count.withLock { $0 += lines } }

    /// The count, which begins anew.
    func take() -> Int {
        count.withLock { count in
            defer { count = 0 }
            return count
        }
    }
}
