import OCPP
import Units

/// Keeps the charge point's own wall clock, as an anchor to uptime: the operating system's clock is read, never set.
///
/// Who is believed, in this order: a time service that disciplines the system clock; the Central System (OCPP 1.6 §4.2, §4.6);
/// and until one of them spoke the system clock's guess, which is never taken to be before the last record.
struct ClockKeeper: Sendable, Equatable {
    /// A Central System that differs by more than this from a disciplined clock is wrong, and said to be.
    static let tolerance = Duration.seconds(60)

    private(set) var source = ClockSource.unset
    let boot: Int
    private let floor: Timestamp?
    /// The time at uptime zero, as a time service or a Central System said last.
    private var told: Timestamp?
    /// The time at uptime zero when the clock first became known: records made before are corrected with it, exactly once.
    private(set) var firstKnown: Timestamp?

    init(boot: Int, notBefore floor: Timestamp?) {
        self.boot = boot
        self.floor = floor
    }

    /// The system clock may have become disciplined, or ceased to be.
    mutating func notice(_ moment: Moment) {
        if moment.systemClock == .synchronised {
            source = .system
            told = moment.systemTime - moment.uptime
            firstKnown = firstKnown ?? told
        } else if source == .system {
            // What was right a moment ago goes on by uptime; the system clock may now drift or jump.
            source = .centralSystem
        }
    }

    /// Takes over what a Central System says, unless a time service knows better.
    ///
    /// - Returns: a warning in words when the Central System's clock is off.
    mutating func centralSystemSaid(_ time: Timestamp, at moment: Moment) -> String? {
        guard source != .system else {
            let difference = time - moment.systemTime
            guard difference > Self.tolerance || difference < .zero - Self.tolerance else { return nil }
            return "the Central System's clock says \(time), a time service says \(moment.systemTime); the time service is believed"
        }
        source = .centralSystem
        told = time - moment.uptime
        firstKnown = firstKnown ?? told
        return nil
    }

    func now(_ moment: Moment) -> Timestamp {
        switch source {
        case .system: moment.systemTime
        case .centralSystem: (told ?? moment.systemTime - moment.uptime) + moment.uptime
        case .unset: max(moment.systemTime, floor ?? moment.systemTime)
        }
    }

    func recorded(_ moment: Moment) -> RecordedTime {
        RecordedTime(time: now(moment), boot: boot, uptime: moment.uptime, isTrusted: source != .unset)
    }

    /// The time to report for a record: corrected once the clock is known, the same at every repeat.
    func corrected(_ recorded: RecordedTime) -> Timestamp {
        guard !recorded.isTrusted, recorded.boot == boot, let firstKnown else { return recorded.time }
        return firstKnown + recorded.uptime
    }

    func view(_ moment: Moment) -> ClockView { ClockView(source: source, offset: now(moment) - moment.systemTime) }

    /// The next instant whose time of day is a multiple of `interval`, counted from midnight UTC of its day (OCPP 1.6 §3.16.2), and
    /// its uptime.
    func nextAligned(every interval: Duration, after moment: Moment) -> (instant: Timestamp, uptime: Duration) {
        let (step, day) = (max(1000, interval.wholeMilliseconds), Int64(86_400_000))
        let time = now(moment).milliseconds
        let inDay = (time % day + day) % day
        let wait = min((inDay / step + 1) * step, day) - inDay
        return (Timestamp(milliseconds: time + wait), moment.uptime + .milliseconds(wait))
    }
}
