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
    /// Uptime when the process started.
    private let start: Duration
    /// The time at uptime zero as far as anybody can guess.
    private var guess: Timestamp
    /// The time at uptime zero, as a time service or a Central System said last.
    private var told: Timestamp?
    /// How records made before the clock was known are put right; set once, when it becomes known.
    private(set) var correction: ClockCorrection?

    /// - Parameter floor: the latest time on record; an unset clock goes on from there.
    init(boot: Int, notBefore floor: Timestamp?, at moment: Moment) {
        self.boot = boot
        self.floor = floor
        start = moment.uptime
        guess = max(moment.systemTime, floor ?? moment.systemTime) - moment.uptime
        notice(moment)
    }

    /// The system clock may have become disciplined, or ceased to be.
    mutating func notice(_ moment: Moment) {
        let system = moment.systemTime - moment.uptime
        if moment.systemClock == .synchronised {
            source = .system
            told = system
            becomeKnown(system)
        } else if source == .system {
            // What was right a moment ago goes on by uptime; the system clock may now drift or jump.
            source = .centralSystem
        } else if source == .unset, system > guess + Self.tolerance {
            // Somebody set it forward: nearer the truth than a clock that began in 1970. Never backward: order is kept.
            guess = system
        }
    }

    private mutating func becomeKnown(_ anchor: Timestamp) {
        guard correction == nil else { return }
        var shift = anchor - guess
        if let floor, floor + shift > anchor + start || floor + shift < ClockCorrection.firstPlausibleTime {
            // Earlier starts cannot reach past this one's begin; where nothing better is known, they end with it.
            shift = anchor + start - floor
        }
        correction = ClockCorrection(boot: boot, anchor: anchor, shift: shift)
    }

    /// Takes over what a Central System says, unless a time service knows better.
    ///
    /// - Returns: a warning in words when the Central System's clock is off.
    mutating func centralSystemSaid(_ time: Timestamp, at moment: Moment) -> String? {
        guard time >= ClockCorrection.firstPlausibleTime else {
            return "the Central System's clock says \(time), which cannot be; it is not followed"
        }
        guard source != .system else {
            let difference = time - moment.systemTime
            guard difference > Self.tolerance || difference < .zero - Self.tolerance else { return nil }
            return "the Central System's clock says \(time), a time service says \(moment.systemTime); the time service is believed"
        }
        source = .centralSystem
        told = time - moment.uptime
        becomeKnown(time - moment.uptime)
        return nil
    }

    func now(_ moment: Moment) -> Timestamp {
        switch source {
        case .system: moment.systemTime
        case .centralSystem: (told ?? guess) + moment.uptime
        case .unset: guess + moment.uptime
        }
    }

    /// What the clock would say had nobody set it.
    func undisturbed(_ moment: Moment) -> Timestamp { (told ?? guess) + moment.uptime }

    func recorded(_ moment: Moment) -> RecordedTime {
        RecordedTime(time: now(moment), boot: boot, uptime: moment.uptime, isTrusted: source != .unset)
    }

    /// A record's time, put right if the clock is known now: the same whenever it is asked for.
    func settled(_ recorded: RecordedTime) -> RecordedTime { correction?.corrected(recorded) ?? recorded }

    /// The time to report for a record.
    func corrected(_ recorded: RecordedTime) -> Timestamp { settled(recorded).time }

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

extension ClockSource {
    /// Who sets the clock.
    var teller: String {
        switch self {
        case .system: "a time service"
        case .centralSystem: "the Central System"
        case .unset: "the operating system"
        }
    }
}
