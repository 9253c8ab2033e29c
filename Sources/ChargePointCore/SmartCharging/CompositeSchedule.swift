import OCPP
import Units

/// The limits of every connector and of the charge point as a whole over time (OCPP 1.6 §3.13.3).
struct CompositeSchedule: Sendable, Equatable {
    var connectors: [Line]
    /// ChargePointMaxProfile: "the limit for all connectors combined".
    var maximum: ProfileStack
    /// What the wires to the charge point carry, per phase; nil: as much as all connectors may take.
    var supply: Amperes?

    /// One connector's part.
    struct Line: Sendable, Equatable {
        var schedule: ConnectorSchedule
        /// What cable and board carry.
        var rating: Amperes
        var phases: Int
    }

    /// A limit for all connectors together.
    struct Common: Sendable, Equatable {
        var current: Amperes
        var source: Allotment.Source
    }

    /// So many changes are looked at for one answer; what lies behind them is not told.
    static let stepLimit = 10_000

    /// The lower of what the profile and the supply let all connectors have together; nil: neither says anything.
    func common(at instant: Timestamp) -> Common? {
        let profile = maximum.limit(at: instant).map { Common(current: $0.current, source: .profile($0.profile)) }
        guard let supply else { return profile }
        if let profile, profile.current <= supply { return profile }
        return Common(current: supply, source: .supply(supply))
    }

    /// Current that may flow into a connector at most, per phase.
    func current(of connector: Int, at instant: Timestamp) -> Amperes {
        let limits = [connectors[connector].schedule.limit(at: instant)?.current, common(at: instant)?.current]
        return limits.compactMap { $0 }.reduce(connectors[connector].rating, min)
    }

    /// Current that the charge point is expected to draw from the grid at most, per phase: every connector may load the same one.
    func gridCurrent(at instant: Timestamp) -> Amperes {
        let sum = connectors.reduce(Amperes(0)) { sum, line in
            sum + min(line.rating, line.schedule.limit(at: instant)?.current ?? line.rating)
        }
        return min(sum, common(at: instant)?.current ?? sum)
    }

    func nextChange(after instant: Timestamp) -> Timestamp? {
        (connectors.map { $0.schedule.nextChange(after: instant) } + [maximum.nextChange(after: instant)]).compactMap { $0 }.min()
    }

    /// The answer to GetCompositeSchedule (OCPP 1.6 §5.7).
    ///
    /// - Parameters:
    ///   - connector: its index; nil: the charge point as a whole.
    ///   - duration: at least a second. The schedule ends earlier where it would have more periods than `periodLimit`.
    func told(
        of connector: Int?, from start: Timestamp, for duration: Duration, in unit: ChargingRateUnitType, periodLimit: Int
    ) -> ChargingSchedule {
        let phases = connector.map { connectors[$0].phases } ?? connectors.map(\.phases).max() ?? 1
        func limit(at instant: Timestamp) -> Double {
            let current = connector.map { self.current(of: $0, at: instant) } ?? gridCurrent(at: instant)
            let exact = unit == .a ? current.value : current.value * PlacedProfile.voltage * Double(phases)
            // "Accepts at most one digit fraction": rounded down, but for the noise of the conversion.
            return (exact * 10 + 1e-6).rounded(.down) / 10
        }
        var end = start + duration
        var periods = [ChargingSchedulePeriod(startPeriod: 0, limit: limit(at: start), numberPhases: phases)]
        var instant = start
        var steps = 0
        while let next = nextChange(after: instant), next < end {
            let value = limit(at: next)
            let isNews = value != periods.last?.limit
            steps += 1
            if steps > Self.stepLimit || isNews && periods.count >= periodLimit {
                end = next
                break
            }
            instant = next
            guard isNews else { continue }
            let offset = Int((instant - start).wholeMilliseconds / 1000)
            // Two changes within the same second: whole seconds are all that a period can say, and the lower limit is the careful one.
            if let last = periods.last, last.startPeriod == offset {
                periods[periods.count - 1].limit = min(last.limit, value)
            } else {
                periods.append(ChargingSchedulePeriod(startPeriod: offset, limit: value, numberPhases: phases))
            }
        }
        return ChargingSchedule(
            duration: Int((end - start).wholeMilliseconds / 1000), chargingRateUnit: unit, chargingSchedulePeriod: periods)
    }
}
