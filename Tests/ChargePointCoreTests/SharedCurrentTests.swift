import Testing
import Units

@testable import ChargePointCore

@Suite(.ocpp("3.13.3")) struct `A limit for all connectors` {
    static func claim(
        _ most: Double, least: Double = 6, offered: Double? = nil, draws: Double = 0, isContent: Bool = false
    ) -> CurrentClaim {
        CurrentClaim(
            most: Amperes(most), least: Amperes(least), offered: offered.map { Amperes($0) }, mayStillDraw: Amperes(draws),
            isContent: isContent)
    }

    static let cases: [(Double, [CurrentClaim], [Double?])] = [
        // Evenly; what one cannot use goes to the others.
        (32, [claim(32), claim(32)], [16, 16]),
        (40, [claim(10), claim(32), claim(32)], [10, 15, 15]),
        (60, [claim(10), claim(16), claim(20)], [10, 16, 20]),
        (20, [claim(32)], [20]), (50, [claim(32)], [32]), (5.9, [claim(32)], [nil]), (6, [claim(32)], [6]), (0, [claim(32)], [nil]),
        // Not enough for all: first come, first served.
        (17, [claim(32), claim(32), claim(32)], [8.5, 8.5, nil]), (11.9, [claim(32), claim(32)], [11.9, nil]),
        // minChargingRate: less is no use to the first; the second can still be served.
        (12, [claim(32, least: 10), claim(32)], [12, nil]), (20, [claim(32, least: 10), claim(32)], [10, 10]),
        (8, [claim(32, least: 10), claim(32)], [nil, 8]),
        // One that stopped asking comes last.
        (11, [claim(32, isContent: true), claim(32)], [nil, 11]), (20, [claim(32, isContent: true), claim(32)], [6, 14]),
        (60, [claim(32, isContent: true), claim(32)], [28, 32]), (20, [claim(32, isContent: true)], [20]),
        // Who may have nothing gets nothing.
        (32, [claim(0), claim(32)], [nil, 32]), (32, [claim(5), claim(32)], [nil, 32]),
        // What others still draw is not given away.
        (32, [claim(32, offered: 32, draws: 32), claim(32)], [16, nil]),
        (32, [claim(32, offered: 16, draws: 24), claim(32)], [16, 8]),
        (32, [claim(32, offered: 16, draws: 16), claim(32)], [16, 16]),
        (32, [claim(0, draws: 20), claim(32)], [nil, 12]),
        // What falls, falls at once.
        (12, [claim(32, offered: 16, draws: 16), claim(32, offered: 16, draws: 16)], [6, 6]),
        (16, [claim(32, offered: 10, draws: 10), claim(32, offered: 6, draws: 6)], [8, 6]),
    ]

    @Test(.ocpp("3.13.4"), arguments: cases) func `is shared by rule`(limit: Double, claims: [CurrentClaim], offers: [Double?]) {
        let found = SharedCurrent(limit: Amperes(limit), claims: claims).offers

        #expect(found.map { $0?.value } == offers)
    }

    @Test func `is never exceeded, and no offer is below its least or above its most`() {
        var numbers = SeededNumbers(seed: 7)
        for _ in 0..<5000 {
            let limit = Double.random(in: 0...100, using: &numbers)
            let claims = (0..<Int.random(in: 1...5, using: &numbers)).map { _ in
                Self.claim(
                    Double.random(in: 0...40, using: &numbers), least: Double.random(in: 6...12, using: &numbers),
                    offered: Bool.random(using: &numbers) ? Double.random(in: 6...32, using: &numbers) : nil,
                    isContent: Bool.random(using: &numbers))
            }
            let offers = SharedCurrent(limit: Amperes(limit), claims: claims).offers
            #expect(offers.reduce(0) { $0 + ($1?.value ?? 0) } <= limit + 1e-9)
            for (offer, claim) in zip(offers, claims) {
                if let offer { #expect(offer >= claim.least && offer <= claim.most) }
            }
        }
    }
}
