import OCPP
import Units

/// Security events that wait for the Central System, the oldest first, and what keeps them few.
///
/// The log itself is on disk; only what waits is kept here as well, because it is bounded and the next one may go at any moment.
struct SecurityEventQueue: Sendable, Equatable {
    /// More do not wait: of the kind that waits most often the oldest is given up, which stays in the log. Kinds are few, so that
    /// something repeated is always what gives way.
    static let limit = 500
    /// So many events of one kind are recorded one after the other …
    static let burst = 10
    /// … and then one each time that this has passed; what lies between is counted.
    static let refill = Duration.seconds(300)

    private(set) var waiting: [SecurityLogEntry]
    private var last: Int64
    private var allowances: [SecurityEvent: Allowance] = [:]

    /// Attempts of the event that is sent next which failed on this connection.
    private(set) var attempts = 0
    private(set) var notBefore = Duration.zero
    /// Given up until the next connection: those behind are not held up by them.
    private var skipped: Set<Int64> = []
    /// The Central System said on this connection that it does not know the message.
    private(set) var isUnknown = false

    private struct Allowance: Sendable, Equatable {
        var left = SecurityEventQueue.burst
        var since: Duration
        var spared = 0
    }

    init(last: Int64, waiting: [SecurityLogEntry]) {
        self.last = last
        self.waiting = waiting
    }

    /// Whether an event is recorded, or only counted because there were so many of its kind.
    ///
    /// - Returns: how many were counted since the last one that was recorded; nil: this one is counted too.
    mutating func admit(_ event: SecurityEvent, at uptime: Duration) -> Int? {
        var allowance = allowances[event] ?? Allowance(since: uptime)
        defer { allowances[event] = allowance }
        let gained = max(0, Int((uptime - allowance.since) / Self.refill))
        allowance.since += Self.refill * gained
        allowance.left = min(Self.burst, allowance.left + gained)
        if allowance.left == Self.burst { allowance.since = uptime }
        guard allowance.left > 0 else {
            allowance.spared += 1
            return nil
        }
        allowance.left -= 1
        defer { allowance.spared = 0 }
        return allowance.spared
    }

    mutating func nextNumber() -> Int64 {
        last += 1
        return last
    }

    /// - Returns: what is given up for it.
    mutating func append(_ entry: SecurityLogEntry) -> SecurityLogEntry? {
        waiting.append(entry)
        guard waiting.count > Self.limit else { return nil }
        var counts: [SecurityEvent: Int] = [:]
        for entry in waiting { counts[entry.event, default: 0] += 1 }
        let most = counts.values.max()
        return waiting.firstIndex { counts[$0.event] == most }.map { waiting.remove(at: $0) }
    }

    var next: SecurityLogEntry? { isUnknown ? nil : waiting.first { !skipped.contains($0.number) } }

    func entry(_ number: Int64) -> SecurityLogEntry? { waiting.first { $0.number == number } }

    mutating func delivered(_ number: Int64) {
        waiting.removeAll { $0.number == number }
        attempts = 0
        notBefore = .zero
    }

    /// - Returns: whether it is tried again on this connection.
    mutating func failed(_ number: Int64, attemptsAllowed: Int, retryAt: (Int) -> Duration) -> Bool {
        attempts += 1
        guard attempts < attemptsAllowed else {
            skipped.insert(number)
            attempts = 0
            notBefore = .zero
            return false
        }
        notBefore = retryAt(attempts)
        return true
    }

    mutating func messageIsUnknown() { isUnknown = true }

    mutating func connectionBegan() {
        skipped = []
        isUnknown = false
        attempts = 0
        notBefore = .zero
    }
}
