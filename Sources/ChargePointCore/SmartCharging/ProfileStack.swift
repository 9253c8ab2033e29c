import OCPP
import Units

/// The profiles of one purpose that apply to one connector, or to the charge point (OCPP 1.6 §3.13.2).
struct ProfileStack: Sendable, Equatable {
    /// One per stack level, the highest first.
    private let profiles: [PlacedProfile]

    /// - Parameter profiles: of profiles on the same level the first counts.
    init(_ profiles: [PlacedProfile]) {
        var levels: Set<Int> = []
        let kept = profiles.filter { levels.insert($0.profile.stackLevel).inserted }
        self.profiles = kept.sorted { $0.profile.stackLevel > $1.profile.stackLevel }
    }

    /// "the prevailing charging profile SHALL be the charging profile with the highest stackLevel among the profiles that are valid";
    /// one whose schedule has not begun or is over has no say (errata 3.43).
    ///
    /// While nobody knows the time, any profile tied to it may prevail in any of its periods: the lowest of all that may counts.
    func limit(at instant: Timestamp) -> ProfileLimit? {
        var lowest: ProfileLimit?
        func consider(_ limit: ProfileLimit) { if lowest.map({ limit.current < $0.current }) ?? true { lowest = limit } }
        for placed in profiles {
            if !placed.isCertain {
                placed.lowest.map(consider)
            } else if let limit = placed.limit(at: instant) {
                consider(limit)
                return lowest
            }
        }
        return lowest
    }

    func nextChange(after instant: Timestamp) -> Timestamp? { profiles.compactMap { $0.nextChange(after: instant) }.min() }
}

/// All that the profiles say of one connector.
struct ConnectorSchedule: Sendable, Equatable {
    var transaction: ProfileStack
    var standard: ProfileStack

    /// "If a transaction-specific profile with purpose TxProfile is present, it SHALL overrule the default charging profile": at every
    /// instant for which it says something; in its gaps the default one stands (OCPP 1.6 §3.13.1, errata 3.43).
    func limit(at instant: Timestamp) -> ProfileLimit? { transaction.limit(at: instant) ?? standard.limit(at: instant) }

    func nextChange(after instant: Timestamp) -> Timestamp? {
        [transaction, standard].compactMap { $0.nextChange(after: instant) }.min()
    }
}
