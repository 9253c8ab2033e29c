/// A value that counts only once it has rested: contacts bounce, wires pick up noise.
///
/// What never rests is a fault of its own: after `limit` the value becomes `whenRestless`, the one that opens contactors. Pure; time
/// comes from outside, as uptime.
struct Settling<Value: Equatable & Sendable>: Sendable, Equatable {
    /// What counts.
    private(set) var value: Value
    let delay: Duration
    let limit: Duration
    let whenRestless: Value

    private var candidate: Value?
    private var changedAt: Duration = .zero
    private var restlessSince: Duration?

    /// - Parameters:
    ///   - delay: how long a value must rest; zero: not at all.
    ///   - limit: how long it may go on changing.
    init(_ value: Value, delay: Duration, limit: Duration, whenRestless: Value) {
        self.value = value
        self.delay = delay
        self.limit = max(limit, delay)
        self.whenRestless = whenRestless
    }

    /// It changed, and is this now; also when it changed there and back.
    mutating func sense(_ raw: Value, at now: Duration) {
        guard delay > .zero else { return value = raw }
        if candidate == nil, raw == value { return }
        candidate = raw
        changedAt = now
        if restlessSince == nil { restlessSince = now }
    }

    mutating func advance(to now: Duration) {
        guard let candidate, let restlessSince else { return }
        if now >= changedAt + delay {
            value = candidate
            self.candidate = nil
            self.restlessSince = nil
        } else if now >= restlessSince + limit {
            value = whenRestless
        }
    }

    /// When `advance` has something to do; nil: nothing waits.
    var deadline: Duration? {
        guard candidate != nil, let restlessSince else { return nil }
        return value == whenRestless ? changedAt + delay : min(changedAt + delay, restlessSince + limit)
    }
}
