import ChargePointCore
import OCPP
import SimulatedBoard
import Units

/// 12. The offer never exceeds what the charging profiles and the supply allow: for one connector, and for all together; it follows within
/// a second, and the vehicle within five (OCPP 1.6 §3.13.3).
///
/// What is allowed is worked out here from the committed records, one instant at a time, by walking from the schedule's start.
struct ScheduleChecker: Checker {
    /// Since when what is offered, or drawn, is too much; by connector, 0: all together.
    private var offersTooMuch: [Int: Duration] = [:]
    private var drawsTooMuch: [Int: Duration] = [:]
    private static let rule = "schedule"

    mutating func observe(_ observation: Observation, in world: World) throws(Violation) {
        switch observation {
        case .ended: (offersTooMuch, drawsTooMuch) = ([:], [:])
        case .settled:
            // What is not recorded yet may be in force already.
            let isLimited = !world.ledger.profiles.isEmpty || world.settings.board.supplyCurrent != nil
            guard world.backlog == nil, isLimited else { return (offersTooMuch, drawsTooMuch) = ([:], [:]) }
            let judged = Judged(world)
            for connector in world.board.connectors {
                try judge(connector.id, judged.most(connector.id), [connector], world)
            }
            try judge(0, judged.mostTogether, world.board.connectors, world)
        default: break
        }
    }

    private mutating func judge(
        _ number: Int, _ most: Double?, _ connectors: [SimulatedConnector], _ world: World
    ) throws(Violation) {
        let limit = (most ?? .infinity) + 1e-6
        let offered = connectors.reduce(0) { $0 + ($1.offer?.value ?? 0) }
        // A vehicle that cheats is the overdraw's affair.
        let drawn = connectors.reduce(0) { $0 + ($1.vehicle.overdraw == nil ? $1.current.value : 0) }
        let now = world.clock.elapsed
        func lasts(_ since: inout Duration?, _ isTooMuch: Bool, _ grace: Duration) -> Bool {
            since = isTooMuch ? since ?? now : nil
            return since.map { now - $0 > grace } ?? false
        }
        if lasts(&offersTooMuch[number], offered > limit, .seconds(1)) {
            throw Violation(Self.rule, "connector \(number) offers \(offered) A for more than a second, \(most ?? 0) A are allowed")
        }
        if lasts(&drawsTooMuch[number], drawn > limit, .seconds(5)) {
            throw Violation(
                Self.rule, "connector \(number) draws \(drawn) A for more than five seconds, \(most ?? 0) A are allowed")
        }
    }

    /// What is allowed at one instant.
    private struct Judged {
        let world: World
        let profiles: [InstalledProfile]
        /// By the charge point's own clock.
        let now: Timestamp
        let isClockKnown: Bool

        init(_ world: World) {
            self.world = world
            profiles = world.ledger.profiles
            now = world.clock.moment(entropy: 0).systemTime + world.view.clock.offset
            isClockKnown = world.view.clock.source != .unset
        }

        /// Amperes per phase; nil: no profile limits, or nobody can tell from outside.
        func most(_ connector: Int) -> Double? {
            let session = world.view.connectors[connector - 1].transaction?.session
            let begin = session.flatMap { world.ledger.sessions[$0]?.start.time }
            let transaction = profiles.filter { $0.session != nil && $0.session == session }
            let defaults = profiles.filter { $0.profile.chargingProfilePurpose == .txDefaultProfile }
            let own = defaults.filter { $0.connectorId.value == connector }
            let common = defaults.filter { common in
                common.connectorId == 0 && !own.contains { $0.profile.stackLevel == common.profile.stackLevel }
            }
            return verdict(transaction, begin, or: own + common)
        }

        var mostTogether: Double? {
            let maximum = profiles.filter { $0.profile.chargingProfilePurpose == .chargePointMaxProfile }
            return [verdict(maximum, nil, or: []), world.settings.board.supplyCurrent?.value].compactMap { $0 }.min()
        }

        private func verdict(_ first: [InstalledProfile], _ begin: RecordedTime?, or second: [InstalledProfile]) -> Double? {
            for profiles in [first, second] {
                for installed in profiles.sorted(by: { $0.profile.stackLevel > $1.profile.stackLevel }) {
                    switch word(installed, begin ?? installed.installedAt) {
                    case .limit(let limit): return limit
                    case .nothing: continue
                    case .unknowable: return nil
                    }
                }
            }
            return nil
        }

        private enum Word { case limit(Double), nothing, unknowable }

        private func word(_ installed: InstalledProfile, _ begin: RecordedTime) -> Word {
            let profile = installed.profile
            let schedule = profile.chargingSchedule
            let isTimed = profile.validFrom != nil || profile.validTo != nil || schedule.startSchedule != nil
            if isTimed, !isClockKnown {
                // Whatever time it is, no more than the least of it.
                return .limit(schedule.chargingSchedulePeriod.map { amperes($0, schedule) }.min() ?? 0)
            }
            if let from = profile.validFrom, now < from { return .nothing }
            if let to = profile.validTo, now >= to { return .nothing }
            var offset: Int64
            if let start = schedule.startSchedule {
                offset = now.milliseconds - start.milliseconds
            } else {
                guard begin.boot == world.boot else { return .unknowable }
                offset = (world.clock.uptime - begin.uptime).wholeMilliseconds
                if profile.chargingProfilePurpose == .chargePointMaxProfile, let from = profile.validFrom {
                    offset = min(offset, now.milliseconds - from.milliseconds)
                }
            }
            if profile.chargingProfileKind == .recurring {
                let step: Int64 = profile.recurrencyKind == .daily ? 86_400_000 : 604_800_000
                while offset >= step { offset -= step }
            }
            if offset < 0 || schedule.duration.map({ offset >= Int64($0) * 1000 }) ?? false { return .nothing }
            var limit = 0.0
            for period in schedule.chargingSchedulePeriod where Int64(period.startPeriod) * 1000 <= offset {
                limit = amperes(period, schedule)
            }
            return .limit(limit)
        }

        private func amperes(_ period: ChargingSchedulePeriod, _ schedule: ChargingSchedule) -> Double {
            schedule.chargingRateUnit == .a ? period.limit : period.limit / 230 / Double(period.numberPhases ?? 3)
        }
    }
}
