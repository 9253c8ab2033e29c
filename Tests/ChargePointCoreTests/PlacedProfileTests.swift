import OCPP
import Testing
import Units

@testable import ChargePointCore

/// Instants are fixed dates; nil: the profile has no say.
@Suite(.ocpp("7.13")) struct `A charging profile on the time line` {
    static func limit(
        _ profile: ChargingProfile, at instant: String, origin: String = "2026-03-01T12:00:00Z", phases: Int = 1
    ) -> Double? {
        let placed = PlacedProfile(profile: profile, origin: .at(origin), isCertain: true, phases: phases)
        return placed.limit(at: .at(instant))?.current.value
    }

    static let absolute = ChargingProfile.test(
        kind: .absolute, from: "2026-03-01T10:00:00Z", for: 7200, [(0, 16), (1800, 10), (3600, 6)])

    @Test(
        .ocpp("7.14"),
        arguments: [
            ("2026-03-01T09:59:59.999Z", nil), ("2026-03-01T10:00:00Z", 16), ("2026-03-01T10:29:59.999Z", 16),
            ("2026-03-01T10:30:00Z", 10), ("2026-03-01T10:59:59Z", 10), ("2026-03-01T11:00:00Z", 6),
            // "If duration is longer than the chargingSchedulePeriod, the Charge Point SHALL keep the value of the last".
            ("2026-03-01T11:59:59.999Z", 6), ("2026-03-01T12:00:00Z", nil), ("2027-03-01T10:00:00Z", nil),
        ] as [(String, Double?)])
    func `that is Absolute counts from its startSchedule, periods change at their very start`(instant: String, limit: Double?) {
        #expect(Self.limit(Self.absolute, at: instant) == limit)
    }

    @Test(.ocpp("5.16.4")) func `without a duration lasts for ever, with one shorter than its periods ends before them`() {
        let endless = ChargingProfile.test(kind: .absolute, from: "2026-03-01T10:00:00Z", [(0, 16), (60, 8)])
        let short = ChargingProfile.test(kind: .absolute, from: "2026-03-01T10:00:00Z", for: 60, [(0, 16), (60, 8)])

        #expect(Self.limit(endless, at: "2046-03-01T10:00:00Z") == 8)
        #expect(Self.limit(short, at: "2026-03-01T10:00:59Z") == 16)
        #expect(Self.limit(short, at: "2026-03-01T10:01:00Z") == nil)
    }

    @Test(
        .ocpp("7.9"),
        arguments: [("2026-03-01T12:00:00Z", 16), ("2026-03-01T12:09:59Z", 16), ("2026-03-01T12:10:00Z", 8)]
            as [(String, Double?)])
    func `that is Relative, or has no startSchedule, counts from the begin of the transaction`(instant: String, limit: Double?) {
        for kind in [ChargingProfileKindType.relative, .absolute] {
            #expect(Self.limit(.test(kind: kind, [(0, 16), (600, 8)]), at: instant) == limit)
        }
        // Where a start is named, Relative still means the transaction.
        #expect(Self.limit(.test(kind: .relative, from: "2020-01-01T00:00:00Z", [(0, 16), (600, 8)]), at: instant) == limit)
    }

    /// 16 A, but 6 A from 08:00 to 20:00 UTC: the example of §3.13.7.
    static let daily = ChargingProfile.test(
        kind: .recurring, every: .daily, from: "2024-01-01T00:00:00Z", for: 86_400, [(0, 16), (28_800, 6), (72_000, 16)])

    @Test(
        .ocpp("3.13.7"), .errata("3.79"),
        arguments: [
            ("2023-12-31T23:59:59Z", nil), ("2024-01-01T00:00:00Z", 16), ("2026-03-01T07:59:59.999Z", 16),
            ("2026-03-01T08:00:00Z", 6), ("2026-03-01T19:59:59Z", 6), ("2026-03-01T20:00:00Z", 16),
            ("2026-03-01T23:59:59.999Z", 16), ("2026-03-02T00:00:00Z", 16),
            // The leap day is a day like any other, and so is the day after it.
            ("2024-02-29T08:00:00Z", 6), ("2024-03-01T08:00:00Z", 6), ("2028-02-29T20:00:00Z", 16),
            // Clocks change in Europe and in America: the schedule stays where it is in UTC.
            ("2026-03-29T00:59:59Z", 16), ("2026-03-29T08:00:00Z", 6), ("2026-10-25T08:00:00Z", 6),
            ("2026-10-25T10:00:00+02:00", 6), ("2026-11-01T03:00:00-05:00", 6),
        ] as [(String, Double?)])
    func `that recurs daily restarts every 24 hours, from its first day on`(instant: String, limit: Double?) {
        #expect(Self.limit(Self.daily, at: instant) == limit)
    }

    /// Weekdays' nights from 23:00 to 06:00, from a Monday on.
    static let weekly = ChargingProfile.test(
        kind: .recurring, every: .weekly, from: "2026-01-05T23:00:00Z", for: 25_200, [(0, 32)])

    @Test(
        .errata("3.79"), .errata("3.43"),
        arguments: [
            ("2026-01-05T22:59:59Z", nil), ("2026-01-05T23:00:00Z", 32), ("2026-01-06T05:59:59Z", 32),
            ("2026-01-06T06:00:00Z", nil), ("2026-01-12T22:59:59Z", nil), ("2026-01-12T23:00:00Z", 32),
            ("2026-01-11T23:00:00Z", nil), ("2028-02-28T23:00:00Z", 32), ("2028-03-06T23:00:00Z", 32),
            // Past the last Sunday of March.
            ("2026-03-30T23:00:00Z", 32), ("2026-03-31T00:00:00Z", 32),
        ] as [(String, Double?)])
    func `that recurs weekly restarts at the same time of the same day of the week`(instant: String, limit: Double?) {
        #expect(Self.limit(Self.weekly, at: instant) == limit)
    }

    @Test(.ocpp("5.16.4"), .errata("3.44")) func `that is longer than its recurrence is cut off by the next one`() {
        let long = ChargingProfile.test(
            kind: .recurring, every: .daily, from: "2026-01-01T12:00:00Z", for: 200_000, [(0, 10), (80_000, 20), (86_400, 30)])

        #expect(Self.limit(long, at: "2026-01-02T11:59:59Z") == 20)
        #expect(Self.limit(long, at: "2026-01-02T12:00:00Z") == 10)
    }

    @Test(
        .ocpp("3.13.2"),
        arguments: [
            ("2026-03-01T13:59:59.999Z", nil), ("2026-03-01T14:00:00Z", 8), ("2026-03-01T14:59:59.999Z", 8),
            ("2026-03-01T15:00:00Z", nil),
        ] as [(String, Double?)])
    func `is valid from validFrom until before validTo`(instant: String, limit: Double?) {
        let profile = ChargingProfile.test(
            validFrom: "2026-03-01T14:00:00Z", validTo: "2026-03-01T15:00:00Z", [(0, 16), (3600, 8)])

        #expect(Self.limit(profile, at: instant) == limit)
    }

    @Test(
        .errata("3.69"), .errata("3.34"),
        arguments: [
            (.w, 11_040, nil, 1, 16), (.w, 11_040, nil, 3, 16), (.w, 11_040, 3, 1, 16), (.w, 3680, 1, 1, 16),
            (.w, 7360, 2, 2, 16), (.w, 4140, nil, 3, 6),
            // The vehicle was seen to draw from more phases than the period speaks of: the power is the total.
            (.w, 11_040, 1, 3, 16), (.w, 0, nil, 3, 0),
            (.a, 13, 1, 3, 13), (.a, 13, 3, 1, 13), (.a, 13, nil, 3, 13),
        ] as [(ChargingRateUnitType, Double, Int?, Int, Double)])
    func `limits the current per phase, in W by 230 V and the number of phases`(
        unit: ChargingRateUnitType, limit: Double, numberPhases: Int?, used: Int, current: Double
    ) {
        let profile = ChargingProfile.test(unit: unit, phases: numberPhases, [(0, limit)])

        #expect(Self.limit(profile, at: "2026-03-01T12:00:00Z", phases: used) == current)
    }

    @Test(
        arguments: [
            (absolute, "2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z"), (absolute, "2026-03-01T10:00:00Z", "2026-03-01T10:30:00Z"),
            (absolute, "2026-03-01T11:00:00Z", "2026-03-01T12:00:00Z"), (absolute, "2026-03-01T12:00:00Z", nil),
            (daily, "2026-03-01T19:00:00Z", "2026-03-01T20:00:00Z"), (daily, "2026-03-01T21:00:00Z", "2026-03-02T00:00:00Z"),
            (daily, "2020-03-01T21:00:00Z", "2024-01-01T00:00:00Z"), (weekly, "2026-01-06T06:00:00Z", "2026-01-12T23:00:00Z"),
            (ChargingProfile.test([(0, 6)]), "2026-03-01T12:00:00Z", nil),
            (ChargingProfile.test(validTo: "2026-03-02T00:00:00Z", [(0, 6)]), "2026-03-01T12:00:00Z", "2026-03-02T00:00:00Z"),
            (ChargingProfile.test(validTo: "2026-03-02T00:00:00Z", [(0, 6)]), "2026-03-02T00:00:00Z", nil),
            (ChargingProfile.test(validFrom: "2026-03-02T00:00:00Z", [(0, 6)]), "2026-03-01T12:00:00Z", "2026-03-02T00:00:00Z"),
        ] as [(ChargingProfile, String, String?)])
    func `names the next instant at which it may change`(profile: ChargingProfile, instant: String, next: String?) {
        let placed = PlacedProfile(profile: profile, origin: .at("2026-03-01T12:00:00Z"), isCertain: true, phases: 1)

        #expect(placed.nextChange(after: .at(instant)) == next.map(Timestamp.at))
    }

    @Test func `changes at no other instants than those it names`() {
        let profiles = [
            Self.absolute, Self.daily, Self.weekly,
            ChargingProfile.test(
                kind: .recurring, every: .daily, from: "2026-02-27T06:30:00Z", for: 50_000, validFrom: "2026-02-28T00:00:00Z",
                validTo: "2026-03-03T00:00:00Z", [(0, 16), (5000, 0), (49_999, 32), (60_000, 8)]),
        ]
        for profile in profiles {
            let placed = PlacedProfile(profile: profile, origin: .at("2026-03-01T12:00:00Z"), isCertain: true, phases: 1)
            var (instant, end) = (Timestamp.at("2026-02-26T00:00:00Z"), Timestamp.at("2026-03-12T00:00:00Z"))
            var named = placed.nextChange(after: instant)
            while instant < end {
                let next = instant + .seconds(1)
                if placed.limit(at: next) != placed.limit(at: instant) { #expect(named == next, "\(profile) changes at \(next)") }
                if next >= named ?? end { named = placed.nextChange(after: next) }
                instant = next
            }
            end = instant
        }
    }
}
