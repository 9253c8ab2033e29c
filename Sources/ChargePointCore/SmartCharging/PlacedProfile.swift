import OCPP
import Units

/// What a charging profile allows at one instant.
struct ProfileLimit: Sendable, Equatable {
    var profile: Int
    /// Per phase.
    var current: Amperes
    /// minChargingRate as current: less is no use to the vehicle; nil: not said.
    var least: Amperes?
}

/// A charging profile laid on the time line: pure arithmetic on instants, which know neither zones nor daylight saving.
///
/// Daily is every 24 hours and Weekly every 7 days from startSchedule, in UTC (errata 3.79): where clocks change, local times of a
/// schedule shift by an hour until the Central System sends another.
struct PlacedProfile: Sendable, Equatable {
    var profile: ChargingProfile
    /// Where a schedule without a start of its own begins.
    var origin: Timestamp
    /// False: nobody knows where on the time line the present is, so any of its periods may be the one that counts.
    var isCertain: Bool
    /// Phases that the vehicle was seen to use, or may: a limit in W is shared by at least so many.
    var phases: Int

    /// Line to neutral, by which W and A are converted: "not the measured voltage, but the set voltage for the area" (errata 3.69).
    static let voltage = SampleSource.nominalVoltage

    /// What it allows; nil: it has no say at this instant, and a lower stack level has.
    func limit(at instant: Timestamp) -> ProfileLimit? {
        guard isValid(at: instant), let run = run(at: instant) else { return nil }
        let elapsed = (instant - run.start).wholeMilliseconds / 1000
        // "If duration is longer than the chargingSchedulePeriod, the Charge Point SHALL keep the value of the last" one.
        guard let period = profile.chargingSchedule.chargingSchedulePeriod.last(where: { $0.startPeriod <= elapsed }) else {
            return nil
        }
        return limit(of: period)
    }

    /// The lowest that it ever allows.
    var lowest: ProfileLimit? {
        profile.chargingSchedule.chargingSchedulePeriod.map(limit).min { $0.current < $1.current }
    }

    private func limit(of period: ChargingSchedulePeriod) -> ProfileLimit {
        ProfileLimit(
            profile: profile.chargingProfileId, current: current(period.limit, period.numberPhases),
            least: profile.chargingSchedule.minChargingRate.map { current($0, period.numberPhases) })
    }

    /// In A the limit is taken as it is, for the phases that there are (errata 3.34). In W it is "the TOTAL allowed charging power",
    /// divided by the period's number of phases, 3 where it says none (errata 3.69), and never by fewer than are used.
    private func current(_ limit: Double, _ numberPhases: Int?) -> Amperes {
        switch profile.chargingSchedule.chargingRateUnit {
        case .a: Amperes(limit)
        case .w: Amperes(limit / (Self.voltage * Double(max(numberPhases ?? 3, phases))))
        }
    }

    /// "valid at that point in time, as determined by their validFrom and validTo" (OCPP 1.6 §3.13.2): from the one until before the other.
    private func isValid(at instant: Timestamp) -> Bool {
        instant >= profile.validFrom ?? instant && profile.validTo.map { instant < $0 } ?? true
    }

    /// The execution of the schedule that an instant falls into; `end` nil: it goes on for ever.
    private func run(at instant: Timestamp) -> (start: Timestamp, end: Timestamp?)? {
        let run = latestRun(at: instant)
        guard let run, run.end.map({ instant < $0 }) ?? true else { return nil }
        return run
    }

    /// The execution that began last, over or not; nil: none has begun.
    private func latestRun(at instant: Timestamp) -> (start: Timestamp, end: Timestamp?)? {
        guard instant >= begin else { return nil }
        let duration = profile.chargingSchedule.duration.map { Duration.seconds($0) }
        guard let interval else { return (begin, duration.map { begin + $0 }) }
        let step = interval.wholeMilliseconds
        let start = Timestamp(
            milliseconds: begin.milliseconds + (instant.milliseconds - begin.milliseconds) / step * step)
        // Periods and durations past the recurrence "SHALL NOT be executed" (errata 3.44).
        return (start, start + min(duration ?? interval, interval))
    }

    private var begin: Timestamp {
        profile.countsFromOrigin ? origin : profile.chargingSchedule.startSchedule ?? origin
    }

    private var interval: Duration? {
        guard profile.chargingProfileKind == .recurring else { return nil }
        return profile.recurrencyKind == .weekly ? .seconds(7 * 86_400) : .seconds(86_400)
    }

    /// The next instant at which it may say something else; nil: never again.
    func nextChange(after instant: Timestamp) -> Timestamp? {
        var next: Timestamp?
        func consider(_ candidate: Timestamp?) {
            if let candidate, candidate > instant { next = min(next ?? candidate, candidate) }
        }
        if let to = profile.validTo, to <= instant { return nil }
        consider(profile.validFrom)
        consider(profile.validTo)
        guard let run = latestRun(at: instant) else {
            consider(begin)
            return next
        }
        let periods = profile.chargingSchedule.chargingSchedulePeriod
        consider(periods.lazy.map { run.start + .seconds($0.startPeriod) }.first { $0 > instant })
        consider(run.end)
        if let interval { consider(run.start + interval) }
        return next
    }
}
