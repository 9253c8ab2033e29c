/// Open browser sessions and failed attempts: bounded, and with the time as a parameter.
struct Logins: Sendable {
    static let sessionDuration: Duration = .seconds(12 * 3600)
    static let attempts = 5
    static let lockout: Duration = .seconds(60)
    /// Sessions, and addresses remembered.
    static let limit = 64

    private var sessions: [String: Duration] = [:]
    private var failures: [String: (count: Int, last: Duration)] = [:]

    mutating func open(_ token: String, at now: Duration) {
        sessions = sessions.filter { $0.value > now }
        if sessions.count >= Self.limit, let oldest = sessions.min(by: { $0.value < $1.value }) { sessions[oldest.key] = nil }
        sessions[token] = now + Self.sessionDuration
    }

    /// Compares with every session, each in constant time: how long the answer takes says nothing about how near a guess is.
    func isOpen(_ token: String, at now: Duration) -> Bool {
        sessions.reduce(false) { found, session in (isSame(token, session.key) && session.value > now) || found }
    }

    mutating func close(_ token: String) { sessions[token] = nil }

    mutating func failed(_ address: String, at now: Duration) {
        failures = failures.filter { now - $0.value.last < Self.lockout }
        if failures.count >= Self.limit, let oldest = failures.min(by: { $0.value.last < $1.value.last }) {
            failures[oldest.key] = nil
        }
        failures[address] = ((failures[address]?.count ?? 0) + 1, now)
    }

    mutating func succeeded(_ address: String) { failures[address] = nil }

    /// How long the address has to wait before its next attempt; nil: not at all.
    func wait(for address: String, at now: Duration) -> Duration? {
        guard let failure = failures[address], failure.count >= Self.attempts else { return nil }
        let rest = failure.last + Self.lockout - now
        return rest > .zero ? rest : nil
    }
}
