/// A connection that is slow, is cut with all that is under way, or goes on looking alive while frames vanish.
///
/// Frames that arrive arrive in order, as over TCP; what vanishes, vanishes between proxies.
struct FaultyLink: Sendable {
    enum State: Sendable, Equatable { case closed, open, halfOpen }

    private(set) var state = State.closed
    /// Counts connections, so that what belongs to an old one is dropped.
    private(set) var connection = 0
    private var lastToCentralSystem = Duration.zero
    private var lastToChargePoint = Duration.zero

    mutating func open() {
        state = .open
        connection += 1
    }
    mutating func close() { state = .closed }
    mutating func goHalfOpen() { if state == .open { state = .halfOpen } }

    enum Direction: Sendable { case toCentralSystem, toChargePoint }

    /// When a frame that is sent now arrives; nil: never.
    mutating func arrival(_ direction: Direction, at now: Duration, _ troubles: Troubles, _ numbers: inout SeededNumbers)
        -> Duration?
    {
        guard state == .open, !numbers.chance(troubles[.lostFrame]) else { return nil }
        let delay = numbers.chance(troubles[.slowFrame]) ? numbers.seconds(1...45) : numbers.milliseconds(1...300)
        switch direction {
        case .toCentralSystem:
            lastToCentralSystem = max(lastToCentralSystem, now + delay)
            return lastToCentralSystem
        case .toChargePoint:
            lastToChargePoint = max(lastToChargePoint, now + delay)
            return lastToChargePoint
        }
    }
}
