/// What the clocks say at one input, read once and handed to the core.
///
/// `uptime` is the base of every duration and deadline: it never jumps. `systemTime` is what the operating system believes; the
/// core keeps its own offset to it and never trusts it further than `systemClock` says.
public struct Moment: Sendable, Equatable {
    /// Time since the machine's start, suspended time included; monotonic.
    public var uptime: Duration
    /// The operating system's wall clock.
    public var systemTime: Timestamp
    public var systemClock: SystemClock
    /// Fresh random bits for identifiers, so that a run can be repeated from its inputs.
    public var entropy: UInt64

    /// How far the operating system's wall clock can be believed.
    public enum SystemClock: Sendable, Equatable {
        /// The kernel says that a time service (NTP, PTP, GNSS) disciplines it.
        case synchronised
        /// Nothing disciplines it: a battery clock, or a guess from boot.
        case unsynchronised
    }

    public init(uptime: Duration, systemTime: Timestamp, systemClock: SystemClock, entropy: UInt64) {
        self.uptime = uptime
        self.systemTime = systemTime
        self.systemClock = systemClock
        self.entropy = entropy
    }
}
