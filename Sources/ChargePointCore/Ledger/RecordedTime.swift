public import Units

/// When something happened, kept so that a wrong clock can be put right later.
///
/// The wall clock may be unset or wrong when a record is made (no battery clock, no network). Boot number and uptime say the
/// same instant without it: once the clock is known, records of the present boot are rendered from their uptime.
public struct RecordedTime: Sendable, Equatable, Codable {
    /// What the charge point's clock said.
    public var time: Timestamp
    /// Which start of the daemon; counted by the store.
    public var boot: Int
    public var uptime: Duration
    /// Whether the clock was known to be right (a time service or a Central System had set it).
    public var isTrusted: Bool

    public init(time: Timestamp, boot: Int, uptime: Duration, isTrusted: Bool) {
        self.time = time
        self.boot = boot
        self.uptime = uptime
        self.isTrusted = isTrusted
    }
}
