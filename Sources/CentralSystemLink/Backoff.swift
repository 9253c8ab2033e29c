/// How long to wait before the next attempt: doubling, jittered, capped, for ever (OCPP-J errata 3.4).
public struct Backoff: Sendable, Equatable {
    private let settings: Reconnect
    private var failures = 0
    private var duplicates = 0

    public init(_ settings: Reconnect) { self.settings = settings }

    /// The wait after one more failure.
    ///
    /// - Parameters:
    ///   - failure: why the attempt or the connection ended.
    ///   - jitter: random, from 0 up to but not including 1.
    public mutating func wait(after failure: LinkFailure, jitter: Double) -> Duration {
        duplicates = failure.kind.mayBeDuplicate ? duplicates + 1 : 0
        let minimum = max(settings.minimum, .milliseconds(10))
        let maximum = max(settings.maximum, minimum)
        let random = max(settings.random, .zero)

        // The cap leaves room for the random part: capped waits must not fall into step either.
        let ceiling = max(maximum - random, minimum)
        var base = minimum
        for _ in 0..<failures where base < ceiling { base *= 2 }
        failures = min(failures + 1, 64)
        var wait = min(min(base, ceiling) + random * jitter, maximum)
        if duplicates > 1 { wait = max(wait, settings.afterDuplicate + random * jitter) }
        return wait
    }

    /// A connection stood for a while or carried a message: the next failure is the first one again.
    ///
    /// What the server said about duplicates stays until it says something else.
    public mutating func connectionProved() { failures = 0 }
}
