public import Units

/// What puts times right that were recorded before the clock was known.
public struct ClockCorrection: Sendable, Equatable {
    /// Before this the clock of a charge point was never right: what an unset clock says.
    public static let firstPlausibleTime = Timestamp(seconds: 1_735_689_600)

    /// The start of the daemon in which the clock became known.
    public var boot: Int
    /// The true time at that start's uptime zero: its own records are put right from their uptime.
    public var anchor: Timestamp
    /// What is added to times of earlier starts that never knew the clock, so that order is kept. What is still before
    /// `firstPlausibleTime` then is from a clock that was set forward later: it is put there.
    public var shift: Duration

    public init(boot: Int, anchor: Timestamp, shift: Duration) {
        self.boot = boot
        self.anchor = anchor
        self.shift = shift
    }

    public func corrected(_ recorded: RecordedTime) -> RecordedTime {
        guard !recorded.isTrusted, recorded.boot <= boot else { return recorded }
        var corrected = recorded
        corrected.time = recorded.boot == boot ? anchor + recorded.uptime : max(recorded.time + shift, Self.firstPlausibleTime)
        corrected.isTrusted = true
        return corrected
    }
}

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

    /// This time, but not before `start`. A Central System says whole seconds and an answer takes its time, so two starts of the
    /// daemon take over its clock a little differently; and it may be put back. Whoever bills wants no negative duration.
    public func notBefore(_ start: RecordedTime) -> RecordedTime {
        var time = self
        time.time = max(time.time, start.time)
        return time
    }
}
