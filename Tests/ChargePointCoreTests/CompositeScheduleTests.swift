import OCPP
import Testing
import Units

@testable import ChargePointCore

@Suite(.ocpp("3.13.3"), .ocpp("5.7")) struct `A composite schedule` {
    static let noon = "2026-03-01T12:00:00Z"

    static func line(_ rating: Amperes, phases: Int, _ profiles: [ChargingProfile] = []) -> CompositeSchedule.Line {
        CompositeSchedule.Line(
            schedule: ConnectorSchedule(transaction: stack([]), standard: stack(profiles)), rating: rating, phases: phases)
    }
    static func stack(_ profiles: [ChargingProfile]) -> ProfileStack { `A stack of charging profiles`.stack(profiles) }

    /// Two connectors, a limit for the night, and one for both together.
    static let night = CompositeSchedule(
        connectors: [
            line(16, phases: 3, [.test(id: 1, kind: .absolute, from: noon, for: 3600, [(0, 10), (1200, 20), (2400, 13)])]),
            line(32, phases: 1, [.test(id: 2, kind: .absolute, from: noon, [(0, 8), (1800, 40)])]),
        ],
        maximum: stack([
            .test(id: 3, as: .chargePointMaxProfile, kind: .absolute, from: "2026-03-01T12:10:00Z", for: 1800, [(0, 14)])
        ]))

    static func told(
        _ connector: Int?, for seconds: Int = 7200, in unit: ChargingRateUnitType = .a, limit: Int = 100
    ) -> [String] {
        let schedule = night.told(of: connector, from: .at(noon), for: .seconds(seconds), in: unit, periodLimit: limit)
        return schedule.chargingSchedulePeriod.map { "\($0.startPeriod): \($0.limit) x\($0.numberPhases ?? 0)" }
            + ["\(schedule.duration ?? 0)"]
    }

    @Test func `of a connector is the lowest of board, its profiles and the charge point's, interval by interval`() {
        // 10 until 12:20, then 16 (board) held down to 14 by the charge point until 12:40, 13 until 13:00, then the board.
        #expect(Self.told(0) == ["0: 10.0 x3", "1200: 14.0 x3", "2400: 13.0 x3", "3600: 16.0 x3", "7200"])
        #expect(Self.told(1) == ["0: 8.0 x1", "1800: 14.0 x1", "2400: 32.0 x1", "7200"])
    }

    @Test func `of connector 0 is what all may draw together`() {
        #expect(
            Self.told(nil)
                == ["0: 18.0 x3", "600: 14.0 x3", "2400: 45.0 x3", "3600: 48.0 x3", "7200"])
    }

    @Test(arguments: [(0, "0: 6900.0 x3"), (1, "0: 1840.0 x1"), (nil, "0: 12420.0 x3")] as [(Int?, String)])
    func `is told in W where that is asked for`(connector: Int?, first: String) {
        #expect(Self.told(connector, in: .w).first == first)
    }

    @Test func `ends with the duration that was asked for, an interval's start not included`() {
        #expect(Self.told(0, for: 1200) == ["0: 10.0 x3", "1200"])
        #expect(Self.told(0, for: 1201) == ["0: 10.0 x3", "1200: 14.0 x3", "1201"])
    }

    @Test func `with more periods than may be told ends where they do`() {
        #expect(Self.told(0, limit: 2) == ["0: 10.0 x3", "1200: 14.0 x3", "2400"])
    }

    @Test func `over ten years of daily changes comes to an end`() {
        let daily = CompositeSchedule(
            connectors: [
                Self.line(
                    32, phases: 3,
                    [
                        .test(
                            id: 1, kind: .recurring, every: .daily, from: Self.noon,
                            (0..<24).map { ($0 * 3600, Double(6 + $0 % 2)) })
                    ])
            ],
            maximum: Self.stack([.test(id: 3, as: .chargePointMaxProfile, [(0, 6)])]))

        let schedule = daily.told(of: 0, from: .at(Self.noon), for: .seconds(315_360_000), in: .a, periodLimit: 100)

        // The charge point's limit hides every change: one period, as far as was looked.
        #expect(schedule.chargingSchedulePeriod.count == 1)
        #expect((schedule.duration ?? 0) > 86_400 * 365)
    }

    @Test(arguments: [(10.05, 10.0), (13.99, 13.9), (0, 0), (6.1, 6.1), (15.942_028_985_5, 15.9)])
    func `is rounded down to a digit`(limit: Double, told: Double) {
        let schedule = CompositeSchedule(
            connectors: [Self.line(32, phases: 3, [.test(id: 1, [(0, limit)])])], maximum: Self.stack([]))

        let answer = schedule.told(of: 0, from: .at(Self.noon), for: .seconds(60), in: .a, periodLimit: 10)

        #expect(answer.chargingSchedulePeriod.first?.limit == told)
    }

    @Test func `in W gives back the W that were set`() {
        for watts in stride(from: 4140.0, through: 22_000, by: 137) {
            let profile = ChargingProfile.test(unit: .w, [(0, watts)])
            let schedule = CompositeSchedule(connectors: [Self.line(32, phases: 3, [profile])], maximum: Self.stack([]))
            let answer = schedule.told(of: 0, from: .at(Self.noon), for: .seconds(60), in: .w, periodLimit: 10)
            #expect(answer.chargingSchedulePeriod.first?.limit == watts)
        }
    }
}
