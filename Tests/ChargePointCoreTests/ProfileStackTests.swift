import OCPP
import Testing
import Units

@testable import ChargePointCore

@Suite(.ocpp("3.13.2")) struct `A stack of charging profiles` {
    static func stack(_ profiles: [ChargingProfile], isCertain: Bool = true) -> ProfileStack {
        ProfileStack(
            profiles.map {
                PlacedProfile(
                    profile: $0, origin: .at("2026-03-01T12:00:00Z"), isCertain: isCertain || !$0.dependsOnClock, phases: 3)
            })
    }

    /// A year's calendar: every day, Christmas on top of it, an emergency above all.
    static let calendar = stack([
        .test(id: 1, level: 0, kind: .recurring, every: .daily, from: "2024-01-01T00:00:00Z", for: 43_200, [(0, 16)]),
        .test(id: 2, level: 3, kind: .absolute, from: "2026-12-24T00:00:00Z", for: 259_200, [(0, 32)]),
        .test(
            id: 3, level: 7, kind: .absolute, from: "2026-12-25T06:00:00Z", for: 7200, validTo: "2026-12-25T07:00:00Z",
            [(0, 0), (1800, 8)]),
    ])

    @Test(
        arguments: [
            ("2026-12-23T11:00:00Z", 1, 16), ("2026-12-23T12:00:00Z", nil, nil), ("2026-12-24T00:00:00Z", 2, 32),
            ("2026-12-25T05:59:59Z", 2, 32), ("2026-12-25T06:00:00Z", 3, 0), ("2026-12-25T06:30:00Z", 3, 8),
            ("2026-12-25T07:00:00Z", 2, 32), ("2026-12-27T00:00:00Z", 1, 16),
        ] as [(String, Int?, Double?)])
    func `is led by the highest level that has a say, even with a higher limit`(instant: String, id: Int?, limit: Double?) {
        let found = Self.calendar.limit(at: .at(instant))

        #expect(found?.profile == id)
        #expect(found?.current.value == limit)
    }

    @Test func `with the highest level without an end never falls back`() {
        let stack = Self.stack([.test(id: 1, level: 0, [(0, 6)]), .test(id: 2, level: 1, [(0, 16)])])

        #expect(stack.limit(at: .at("2036-01-01T00:00:00Z"))?.profile == 2)
    }

    @Test func `has one profile on each level, the first that is given`() {
        let stack = Self.stack([.test(id: 1, level: 0, for: 60, [(0, 6)]), .test(id: 2, level: 0, [(0, 16)])])

        #expect(stack.limit(at: .at("2026-03-01T12:00:00Z"))?.profile == 1)
        // Replaced is replaced: what it replaced does not come back in its gaps.
        #expect(stack.limit(at: .at("2026-03-01T12:01:00Z")) == nil)
    }

    @Test(
        arguments: [
            // Anything of a profile that is tied to the clock may be the case.
            ([ChargingProfile.test(id: 1, kind: .absolute, from: "2030-01-01T00:00:00Z", [(0, 16), (60, 7)])], 7),
            ([.test(id: 1, validTo: "2020-01-01T00:00:00Z", [(0, 9)])], 9),
            // It may also have no say: then what is below it has.
            (
                [
                    .test(id: 1, level: 1, kind: .recurring, every: .daily, from: "2026-01-01T00:00:00Z", [(0, 16), (60, 10)]),
                    .test(id: 2, level: 0, [(0, 8)]),
                ], 8
            ),
            (
                [
                    .test(id: 1, level: 1, [(0, 13)]),
                    .test(id: 2, level: 0, kind: .absolute, from: "2026-01-01T00:00:00Z", [(0, 0)]),
                ], 13
            ),
        ] as [([ChargingProfile], Double)])
    func `allows the lowest that may be the case while nobody knows the time`(profiles: [ChargingProfile], limit: Double) {
        #expect(Self.stack(profiles, isCertain: false).limit(at: .at("2026-03-01T12:00:00Z"))?.current.value == limit)
    }

    @Test(.ocpp("3.13.1")) func `of TxProfiles overrules the default, and leaves its gaps to it`() {
        let schedule = ConnectorSchedule(
            transaction: Self.stack([.test(id: 1, as: .txProfile, for: 600, [(0, 32)])]),
            standard: Self.stack([.test(id: 2, level: 9, [(0, 10)])]))

        #expect(schedule.limit(at: .at("2026-03-01T12:05:00Z"))?.profile == 1)
        #expect(schedule.limit(at: .at("2026-03-01T12:10:00Z"))?.profile == 2)
    }
}
