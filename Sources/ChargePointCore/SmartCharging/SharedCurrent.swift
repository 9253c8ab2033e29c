import Units

/// One connector's claim on current that all connectors share.
struct CurrentClaim: Sendable, Equatable {
    /// What cable, board and its own schedule let it have.
    var most: Amperes
    /// Below this it is no use: 6 A, or what the vehicle needs more than that (minChargingRate).
    var least: Amperes
    /// What it is offered now; nil: nothing.
    var offered: Amperes?
    /// What its vehicle may take, because its contactor is closed and a lower offer takes a while to be followed.
    var mayStillDraw: Amperes = 0
    /// The vehicle stopped asking by itself: it comes after all others.
    var isContent = false
}

/// How a limit for all connectors combined is shared (OCPP 1.6 §3.13.3).
///
/// First come, first served for the least that is of use; what is left is shared evenly, and what one cannot use goes to the others. A
/// vehicle that stopped asking gets what nobody else lacks. An offer rises when the others have had the time to follow theirs down.
struct SharedCurrent: Sendable, Equatable {
    /// Per phase.
    var limit: Amperes
    /// In the order of their sessions' begin.
    var claims: [CurrentClaim]

    /// - Returns: for each claim what it may be offered; nil: less than is of use.
    var offers: [Amperes?] { raisedCarefully(shares) }

    private var shares: [Amperes?] {
        var rest = limit
        var shares = [Amperes?](repeating: nil, count: claims.count)
        let order = claims.indices.filter { !claims[$0].isContent } + claims.indices.filter { claims[$0].isContent }
        for index in order where claims[index].least <= claims[index].most && claims[index].least <= rest {
            shares[index] = claims[index].least
            rest = rest - claims[index].least
        }
        for isContent in [false, true] {
            let served = order.filter { shares[$0] != nil && claims[$0].isContent == isContent }
            raise(served, in: &shares, by: &rest)
        }
        return shares
    }

    /// The lowest are raised together until each has what it can use, or nothing is left.
    private func raise(_ served: [Int], in shares: inout [Amperes?], by rest: inout Amperes) {
        var open = served.filter { claims[$0].least < claims[$0].most }
        while let level = open.compactMap({ shares[$0] }).min(), rest > 0 {
            let lowest = open.filter { shares[$0] == level }
            let ceilings = lowest.map { claims[$0].most } + open.compactMap { shares[$0] }.filter { $0 > level }
            let next = ceilings.reduce(level + Amperes(rest.value / Double(lowest.count)), min)
            guard next > level else { break }
            for index in lowest { shares[index] = next }
            rest = rest - (next - level) * Double(lowest.count)
            open.removeAll { claims[$0].most <= next }
        }
    }

    private func raisedCarefully(_ shares: [Amperes?]) -> [Amperes?] {
        // What has to fall falls at once.
        var offers = zip(shares, claims).map { share, claim in share.map { min($0, claim.offered ?? 0) } }
        for index in claims.indices {
            guard let share = shares[index] else { continue }
            let others = claims.indices.filter { $0 != index }.reduce(Amperes(0)) { sum, other in
                sum + max(offers[other] ?? 0, claims[other].mayStillDraw)
            }
            offers[index] = min(share, max(offers[index] ?? 0, limit - others))
        }
        return zip(offers, claims).map { offer, claim in offer.flatMap { $0 >= claim.least ? $0 : nil } }
    }
}
