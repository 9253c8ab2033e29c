import Units

/// Uptime that never jumps and a wall clock that drifts, jumps, and is 1970 after a start without a battery.
struct SimulatedClock: Sendable {
    /// When the simulation begins, in the true time of this world.
    static let origin = Timestamp(seconds: 1_795_000_000)

    /// Time since the simulation began: the truth.
    private(set) var elapsed = Duration.zero
    /// When the machine was started last.
    private var start = Duration.zero
    /// What the operating system's clock is wrong by.
    private var error = Duration.zero
    /// Parts per million.
    private var drift = 0
    private var state = Moment.SystemClock.unsynchronised

    var uptime: Duration { elapsed - start }
    var trueTime: Timestamp { Self.origin + elapsed }

    func moment(entropy: UInt64) -> Moment {
        Moment(uptime: uptime, systemTime: trueTime + error, systemClock: state, entropy: entropy)
    }

    /// The instant of this world at which the uptime is reached.
    func instant(ofUptime uptime: Duration) -> Duration { start + uptime }

    mutating func advance(by duration: Duration) {
        elapsed += duration
        if state == .unsynchronised { error += duration * drift / 1_000_000 }
    }

    /// The supply is back: the uptime begins anew, the wall clock is whatever the board kept.
    mutating func restart(_ numbers: inout SeededNumbers) {
        start = elapsed - numbers.milliseconds(500...20_000)
        state = .unsynchronised
        drift = numbers.below(401) - 200
        switch numbers.below(4) {
        case 0: error = .zero - (trueTime - Timestamp(seconds: 0))
        case 1: error = numbers.seconds(0...3600) - .seconds(1800)
        case 2: error = .zero
        default: synchronise()
        }
    }

    mutating func jump(_ numbers: inout SeededNumbers) {
        switch numbers.below(3) {
        case 0: synchronise()
        case 1: state = .unsynchronised
        default:
            // A disciplined clock does not jump.
            if state == .unsynchronised { error += numbers.seconds(0...7200) - .seconds(3600) }
        }
    }

    mutating func synchronise() {
        state = .synchronised
        error = .zero
    }
}
