import OCPP
import Testing
import Units

@testable import ChargePointCore

/// What `explain` says before must be what the card does then.
@Suite(.ocpp("3.5")) struct `The explanation of a card` {
    private static let cards: [IdToken] = [.card, .other, .colleague]

    /// What presenting the card did.
    private struct Deed: Equatable {
        var outcome: CardExplanation.Outcome
        var connectorId: ConnectorId?

        init(_ idTag: IdToken, _ lookup: CardLookup, in chargePoint: ChargePoint, at moment: Moment) {
            var after = chargePoint
            let reaction = after.handle(.cardPresented(idTag, lookup, connectors: nil), at: moment)
            // The same instant without the card: what is due by time alone is not the card's deed.
            var without = chargePoint
            _ = without.handle(.tick, at: moment)
            let changes = zip(without.connectors, after.connectors).compactMap { before, now in
                Self.change(from: before, to: now).map { (outcome: $0, connectorId: now.id) }
            }
            connectorId = changes.first?.connectorId
            if reaction.record.contains(.ownCardSaved(OwnCard(idTag: idTag))) {
                outcome = .learnt
            } else if after.calls.isAuthorising(idTag), !without.calls.isAuthorising(idTag) {
                outcome = .asks
            } else if let change = changes.first {
                outcome = change.outcome
            } else {
                let isRefused = reaction.then.contains { effect in
                    if case .log(.notice, let text) = effect { text.contains("refused") } else { false }
                }
                outcome = isRefused ? .refused : .ignored
            }
        }

        private static func change(from before: Connector, to now: Connector) -> CardExplanation.Outcome? {
            if before.lockedFor != nil, now.lockedFor == nil, now.transaction == nil, now.authorisation == nil { return .unlocks }
            switch (before.session, now.session) {
            case (.active(let before), .active(let now)): return before.ending == nil && now.ending != nil ? .stops : nil
            case (.active, .none): return .stops
            case (.authorised, .none): return .withdraws
            case (.none, .authorised), (.none, .active): return .starts
            default: return nil
            }
        }
    }

    private func lookups(_ numbers: inout SeededNumbers) -> CardLookup {
        func info() -> IdTagInfo? {
            guard Bool.random(using: &numbers) else { return nil }
            let status: AuthorizationStatus =
                [.accepted, .accepted, .accepted, .blocked, .invalid].randomElement(using: &numbers) ?? .accepted
            let expiry: Timestamp? =
                [nil, nil, Timestamp.begin - .seconds(1), .begin + .seconds(1_000_000)].randomElement(using: &numbers) ?? nil
            return IdTagInfo(expiryDate: expiry, parentIdTag: Bool.random(using: &numbers) ? .group : nil, status: status)
        }
        let own = Bool.random(using: &numbers) ? OwnCard(idTag: .card, parentIdTag: .group) : nil
        return CardLookup(own: own, localList: info(), cache: info())
    }

    private func act(_ world: inout World, _ numbers: inout SeededNumbers, hasCentralSystem: Bool) {
        let number = Int.random(in: 1...2, using: &numbers)
        switch Int.random(in: 0..<18, using: &numbers) {
        case 0...2: world.plugIn(number)
        case 3: world.unplug(number)
        case 4...7: world.present(Self.cards.randomElement(using: &numbers) ?? .card, lookups(&numbers))
        case 8: world.fault(.groundFailure, at: number)
        case 9, 10: world.fault(.groundFailure, at: number, isActive: false)
        case 11: if world.isLinkOpen { world.disconnect() }
        case 12: if hasCentralSystem, !world.isLinkOpen { world.connect() }
        case 13: if world.isLinkOpen { world.changeAvailability(number, Bool.random(using: &numbers) ? .operative : .inoperative) }
        case 14: world.feed(.requested(.learnCard, request: 1))
        case 15: world.central.replies[.startTransaction] = [.start(9, .blocked, parent: .group)]
        case 16: world.central.isAnswering.toggle()
        default: world.advance(.seconds(Int.random(in: 1...70, using: &numbers)))
        }
    }

    private func world(_ seed: UInt64, _ numbers: inout SeededNumbers) throws -> World {
        var settings = ChargePointSettings.test(.sockets(2))
        settings.hasCentralSystem = seed % 4 != 0
        func boolean() -> String { Bool.random(using: &numbers) ? "true" : "false" }
        let keys: [ConfigurationKey: String] = [
            .localPreAuthorize: boolean(), .localAuthorizeOffline: boolean(), .allowOfflineTxForUnknownId: boolean(),
            .authorizationCacheEnabled: boolean(), .stopTransactionOnInvalidId: boolean(),
        ]
        var world = try World(settings, keys: keys, seed: seed)
        world.feed(.started)
        if settings.hasCentralSystem, seed % 5 != 0 { world.connect() }
        return world
    }

    /// Lets a world go its way, and compares at every step.
    ///
    /// - Returns: the outcomes that were met.
    private func compare(_ seed: UInt64) throws -> Set<CardExplanation.Outcome> {
        var met: Set<CardExplanation.Outcome> = []
        var numbers = SeededNumbers(seed: seed)
        var world = try world(seed, &numbers)
        for _ in 0..<40 {
            act(&world, &numbers, hasCentralSystem: seed % 4 != 0)
            for idTag in Self.cards {
                let lookup = lookups(&numbers)
                let explanation = world.chargePoint.explain(idTag, lookup, at: world.moment)

                let deed = Deed(idTag, lookup, in: world.chargePoint, at: world.moment)

                met.insert(deed.outcome)
                #expect(deed.outcome == explanation.outcome, "\(explanation)")
                // Where the Central System is asked, its answer may come to something else.
                if explanation.outcome != .asks { #expect(deed.connectorId == explanation.connectorId, "\(explanation)") }
                #expect(!explanation.reason.isEmpty)
            }
        }
        return met
    }

    @Test(arguments: [0, 10, 20, 30] as [UInt64]) func `is what the card does then`(seeds: UInt64) throws {
        let met = Set(try (seeds + 1...seeds + 10).flatMap(compare))

        // The worlds are worth the name: everything that a card can do happens in them.
        let expected: Set<CardExplanation.Outcome> = [.ignored, .learnt, .stops, .withdraws, .starts, .asks, .refused]
        #expect(met.isSuperset(of: expected), "\(met)")
    }

    @Test func `of a card whose cable is kept locked says that it is unlocked`() throws {
        var world = try World.accepted(keys: [.stopTransactionOnInvalidId: "true"])
        world.central.replies[.startTransaction] = [.start(1, .blocked)]
        world.charge()
        world.advance(.seconds(10))
        #expect(world.chargePoint.connectors[0].lockedFor != nil)

        let explanation = world.chargePoint.explain(.card, CardLookup(), at: world.moment)
        let deed = Deed(.card, CardLookup(), in: world.chargePoint, at: world.moment)

        #expect(explanation.outcome == .unlocks && explanation.connectorId == 1)
        #expect(deed.outcome == .unlocks && deed.connectorId == 1)
    }

    @Test func `names the keys that decide, for whoever can change them`() throws {
        var world = try World.accepted(keys: [.localPreAuthorize: "false", .allowOfflineTxForUnknownId: "false"])
        #expect(world.chargePoint.explain(.card, CardLookup(), at: world.moment).reason.contains("LocalPreAuthorize is false"))
        world.disconnect()

        let explanation = world.chargePoint.explain(.card, CardLookup(), at: world.moment)

        #expect(explanation.outcome == .refused && explanation.reason.contains("AllowOfflineTxForUnknownId is false"))
    }

    @Test func `knows how late it is`() throws {
        var world = try World.accepted(keys: [.localPreAuthorize: "true"])
        let soon = IdTagInfo(expiryDate: .begin + .seconds(60), status: .accepted)
        world.plugIn()

        #expect(world.chargePoint.explain(.card, CardLookup(localList: soon), at: world.moment).outcome == .starts)
        world.uptime += .seconds(61)
        #expect(world.chargePoint.explain(.card, CardLookup(localList: soon), at: world.moment).outcome == .asks)
    }
}
