import OCPP
import Testing
import Units

@testable import ChargePointCore

@Suite(.ocpp("3.5")) struct `The authoriser` {
    enum Verdict { case accept, offline, ask, refuse }

    private static let valid = IdTagInfo(status: .accepted)
    private static let blocked = IdTagInfo(status: .blocked)
    private static let expired = IdTagInfo(expiryDate: .begin, status: .accepted)
    private static let lasting = IdTagInfo(expiryDate: .begin + .milliseconds(1), status: .accepted)
    private static let concurrent = IdTagInfo(status: .concurrentTx)

    private func verdict(
        _ lookup: CardLookup, _ situation: Authoriser.Situation, offline: Bool = true, preAuthorize: Bool = false,
        unknown: Bool = false,
        cache: Bool = true
    ) -> Verdict {
        let authoriser = Authoriser(
            situation: situation, now: .begin, localAuthorizeOffline: offline, localPreAuthorize: preAuthorize,
            allowOfflineTxForUnknownId: unknown, isCacheEnabled: cache)
        switch authoriser.decide(lookup) {
        case .accept(_, let isOffline): return isOffline ? .offline : .accept
        case .ask: return .ask
        case .refuse: return .refuse
        }
    }

    @Test(.ocpp("9.1.13"), .ocpp("3.5.4")) func `online asks, unless LocalPreAuthorize and a list may decide`() {
        let table: [(CardLookup, Bool, Verdict)] = [
            (CardLookup(), false, .ask), (CardLookup(), true, .ask),
            (CardLookup(localList: Self.valid), false, .ask), (CardLookup(localList: Self.valid), true, .accept),
            (CardLookup(cache: Self.valid), false, .ask), (CardLookup(cache: Self.valid), true, .accept),
            (CardLookup(cache: Self.lasting), true, .accept), (CardLookup(cache: Self.expired), true, .ask),
            (CardLookup(cache: Self.blocked), true, .ask), (CardLookup(cache: Self.concurrent), true, .ask),
            (CardLookup(localList: Self.blocked, cache: Self.valid), true, .ask),
            (CardLookup(localList: Self.valid, cache: Self.blocked), true, .accept),
            (CardLookup(own: OwnCard(idTag: .card)), true, .ask),
        ]
        for (lookup, preAuthorize, expected) in table {
            #expect(
                verdict(lookup, .online, preAuthorize: preAuthorize) == expected, "\(lookup), LocalPreAuthorize \(preAuthorize)")
        }
    }

    @Test(.ocpp("3.5.4"), .ocpp("9.1.1"), .ocpp("9.1.12")) func `offline the lists decide, as the keys allow`() {
        let table: [(CardLookup, offline: Bool, unknown: Bool, Verdict)] = [
            (CardLookup(), true, false, .refuse), (CardLookup(), true, true, .offline), (CardLookup(), false, true, .offline),
            (CardLookup(localList: Self.valid), true, false, .offline), (CardLookup(localList: Self.valid), false, false, .refuse),
            (CardLookup(localList: Self.blocked), true, true, .refuse), (CardLookup(localList: Self.expired), true, true, .refuse),
            (CardLookup(localList: Self.blocked, cache: Self.valid), true, true, .refuse),
            (CardLookup(cache: Self.valid), true, false, .offline), (CardLookup(cache: Self.valid), false, false, .refuse),
            (CardLookup(cache: Self.expired), true, true, .refuse), (CardLookup(cache: Self.blocked), true, true, .refuse),
            (CardLookup(cache: Self.lasting), true, false, .offline),
        ]
        for (lookup, offline, unknown, expected) in table {
            #expect(verdict(lookup, .offline, offline: offline, unknown: unknown) == expected, "\(lookup) \(offline) \(unknown)")
        }
    }

    @Test(.ocpp("9.1.2")) func `a cache that is off says nothing`() {
        let lookup = CardLookup(cache: Self.valid)

        #expect(verdict(lookup, .online, preAuthorize: true, cache: false) == .ask)
        #expect(verdict(lookup, .offline, cache: false) == .refuse)
        #expect(verdict(CardLookup(cache: Self.blocked), .offline, unknown: true, cache: false) == .offline)
    }

    @Test(.ocpp("4.2.1")) func `never accepted refuses whatever the lists say`() {
        #expect(verdict(CardLookup(localList: Self.valid, cache: Self.valid), .neverAccepted, unknown: true) == .refuse)
    }

    @Test func `standalone the own list decides alone`() {
        let table: [(OwnCard?, Verdict)] = [
            (nil, .refuse), (OwnCard(idTag: .card), .accept), (OwnCard(idTag: .card, status: .blocked), .refuse),
            (OwnCard(idTag: .card, expiryDate: .begin), .refuse),
            (OwnCard(idTag: .card, expiryDate: .begin + .seconds(1)), .accept),
        ]
        for (card, expected) in table {
            #expect(verdict(CardLookup(own: card, localList: Self.valid, cache: Self.valid), .standalone) == expected)
        }
    }

    @Test(.ocpp("4.1"), .ocpp("4.8"), .ocpp("4.10"), .ocpp("3.5.1"))
    func `the cache learns from Authorize, Start and StopTransaction`() throws {
        var world = try World.accepted()
        world.charge()
        world.advance(.seconds(2))
        world.central.replies[.stopTransaction] = [.answer("{\"idTagInfo\":{\"status\":\"Expired\"}}")]
        world.present()
        world.advance(.seconds(4))

        let learnt: [AuthorizationStatus] = world.records.compactMap { record in
            if case .cacheUpdated(_, let info) = record { info.status } else { nil }
        }
        #expect(learnt == [.accepted, .accepted, .expired])
    }

    @Test func `the cache learns nothing while it is off`() throws {
        var world = try World.accepted(keys: [.authorizationCacheEnabled: "false"])
        world.charge()

        #expect(!world.records.contains { if case .cacheUpdated = $0 { true } else { false } })
    }

    @Test func `a question that stays unanswered is decided offline`() throws {
        for (unknown, starts) in [("true", 1), ("false", 0)] {
            var world = try World.accepted(keys: [.allowOfflineTxForUnknownId: unknown, .messageTimeout: "10"])
            world.central.replies[.authorize] = [.silence]
            world.plugIn()
            world.present()
            #expect(world.starts.isEmpty)

            world.advance(.seconds(11))

            #expect(world.starts.count == starts)
        }
    }
}
