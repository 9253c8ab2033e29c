import OCPP
import Units

/// Why a charging profile is not taken, in words for the log.
struct ProfileProblem: Error, Equatable, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// What a charge point takes of charging profiles: its configuration keys (OCPP 1.6 §9.4).
struct ProfileLimits: Sendable, Equatable {
    var stackLevel: Int
    var periods: Int
    var units: Set<ChargingRateUnitType>

    /// What fits into 32 bits of seconds, as everywhere in OCPP: 68 years.
    static let seconds = 0...2_147_483_647

    /// Judges a profile by itself, whatever else is installed.
    ///
    /// - Parameter now: nil while the clock is not known; then nobody can say that a profile is over.
    func check(_ profile: ChargingProfile, at now: Timestamp?) throws(ProfileProblem) {
        let schedule = profile.chargingSchedule
        guard profile.stackLevel <= stackLevel else {
            throw ProfileProblem("stackLevel \(profile.stackLevel) is above \(stackLevel) (ChargeProfileMaxStackLevel)")
        }
        guard units.contains(schedule.chargingRateUnit) else {
            throw ProfileProblem(
                "chargingRateUnit \(schedule.chargingRateUnit.rawValue) is not allowed (ChargingScheduleAllowedChargingRateUnit)")
        }
        try checkPeriods(schedule)
        if let duration = schedule.duration, duration == 0 || !Self.seconds.contains(duration) {
            throw ProfileProblem("a schedule of \(duration) s cannot be executed")
        }
        if profile.transactionId != nil, profile.chargingProfilePurpose != .txProfile {
            throw ProfileProblem("a transactionId belongs to a TxProfile alone")
        }
        if profile.chargingProfileKind == .recurring, profile.recurrencyKind == nil || schedule.startSchedule == nil {
            throw ProfileProblem("a Recurring profile needs recurrencyKind and startSchedule")
        }
        if let from = profile.validFrom, let to = profile.validTo, from >= to {
            throw ProfileProblem("validTo \(to) is not after validFrom \(from)")
        }
        if let now, let end = profile.end, end <= now { throw ProfileProblem("the profile was over at \(end)") }
    }

    private func checkPeriods(_ schedule: ChargingSchedule) throws(ProfileProblem) {
        let periods = schedule.chargingSchedulePeriod
        guard periods.count <= self.periods else {
            throw ProfileProblem("\(periods.count) periods are more than \(self.periods) (ChargingScheduleMaxPeriods)")
        }
        // "The startPeriod of the first ChargingSchedulePeriod in a ChargingSchedule SHALL always be 0" (errata 3.45).
        guard periods.first?.startPeriod == 0 else { throw ProfileProblem("the first period does not start at 0") }
        for (period, next) in zip(periods, periods.dropFirst()) where next.startPeriod <= period.startPeriod {
            throw ProfileProblem("periods are not in order: \(next.startPeriod) s follows \(period.startPeriod) s")
        }
        for period in periods {
            guard Self.seconds.contains(period.startPeriod), period.limit.isFinite, period.limit >= 0 else {
                throw ProfileProblem("a period from \(period.startPeriod) s with limit \(period.limit) cannot be")
            }
            guard (1...3).contains(period.numberPhases ?? 3) else {
                throw ProfileProblem("numberPhases \(period.numberPhases ?? 3) is not from 1 to 3")
            }
        }
        guard (schedule.minChargingRate ?? 0).isFinite else { throw ProfileProblem("minChargingRate is no number") }
    }
}

extension ChargingProfile {
    /// From when on it can never apply again; nil: no such instant is known beforehand.
    var end: Timestamp? {
        var end = validTo
        if chargingProfileKind == .absolute, let start = chargingSchedule.startSchedule, let duration = chargingSchedule.duration {
            let over = start + .seconds(duration)
            end = min(end ?? over, over)
        }
        return end
    }

    /// Whether anything of it is tied to the wall clock.
    var dependsOnClock: Bool {
        validFrom != nil || validTo != nil || chargingProfileKind == .recurring
            || chargingProfileKind == .absolute && chargingSchedule.startSchedule != nil
    }

    /// Whether its schedule counts from where the charge point says: the begin of the transaction, or its installation.
    var countsFromOrigin: Bool {
        chargingProfileKind == .relative || chargingProfileKind == .absolute && chargingSchedule.startSchedule == nil
    }
}
