import OCPP
import Units

// A card's way to a decision. Which connector is meant, when a reader serves several: the one where this card (or its group) already
// charges or waits; else the one where a cable was plugged in last; else the lowest that is free; else one that was left plugged in.
extension ChargePoint {
    /// A card is not read again for so long, and as long as it lies on the reader.
    static let cardDeadTime = Duration.seconds(1)
    static let recentCardLimit = 16

    var situation: Authoriser.Situation {
        if !settings.hasCentralSystem { return .standalone }
        if isOnline { return .online }
        return wasEverAccepted || settings.chargeBeforeFirstAccepted ? .offline : .neverAccepted
    }

    func authoriser(_ situation: Authoriser.Situation) -> Authoriser {
        Authoriser(
            situation: situation, now: clock.now(now), localAuthorizeOffline: configuration.boolean(.localAuthorizeOffline),
            localPreAuthorize: configuration.boolean(.localPreAuthorize),
            allowOfflineTxForUnknownId: configuration.boolean(.allowOfflineTxForUnknownId),
            isCacheEnabled: configuration.boolean(.authorizationCacheEnabled), isListEnabled: isLocalListEnabled)
    }

    mutating func cardPresented(_ idTag: IdToken, _ lookup: CardLookup, at connectors: [ConnectorId]?) {
        let step = cardStep(idTag, lookup, at: connectors)
        if case .ignore = step {
        } else if settings.board.hasLamp {
            out.then.append(.blink(times: configuration.integer(.blinkRepeat)))
        }
        switch step {
        case .ignore:
            // A card held against the reader for ten seconds is one card.
            if isRecent(idTag) { ignoreForAWhile(idTag) }
        case .learn:
            ignoreForAWhile(idTag)
            learn(idTag)
        case .stop(let index, _):
            ignoreForAWhile(idTag)
            stop(index, .local, idTag: idTag)
        case .withdraw(let index):
            ignoreForAWhile(idTag)
            self.connectors[index].session = .none
            self.connectors[index].usage = self.connectors[index].isPlugged ? .ended : .idle
        case .free(let index):
            ignoreForAWhile(idTag)
            self.connectors[index].lockedFor = nil
        case .authorise(let request, let decision): carryOut(decision, request)
        case .refuse(let reason):
            ignoreForAWhile(idTag)
            log(.notice, "card \(idTag.masked) refused: \(reason)")
        }
    }

    mutating func decide(_ request: AuthorisationRequest) { carryOut(authoriser(situation).decide(request.lookup), request) }

    private mutating func carryOut(_ decision: Authoriser.Decision, _ request: AuthorisationRequest) {
        switch decision {
        case .accept(let parentIdTag, let isOffline): accepted(request, parentIdTag, isOffline: isOffline)
        case .ask: calls.enqueue(.authorize(Authorize(idTag: request.idTag)), .authorize(request))
        case .refuse(let reason): refused(request, reason)
        }
    }

    /// The Central System cannot be asked after all: what would be decided offline.
    mutating func decideOffline(_ request: AuthorisationRequest) {
        switch authoriser(wasEverAccepted || settings.chargeBeforeFirstAccepted ? .offline : .neverAccepted).decide(request.lookup)
        {
        case .accept(let parentIdTag, _): accepted(request, parentIdTag, isOffline: true)
        case .ask: refused(request, "the Central System does not answer")
        case .refuse(let reason): refused(request, reason)
        }
    }

    mutating func authorizeConfirmed(_ request: AuthorisationRequest, _ info: IdTagInfo, _ lookup: CardLookup) {
        heard(info, of: request.idTag, listed: lookup.localList)
        guard info.status == .accepted else { return refused(request, "the Central System says \(info.status.rawValue)") }
        accepted(request, info.parentIdTag, isOffline: false)
    }

    /// §3.5.3: "Identifiers known in the Local Authorization List SHALL NOT be added to the Authorization Cache."
    mutating func heard(_ info: IdTagInfo, of idTag: IdToken, listed: IdTagInfo?) {
        compareWithList(idTag, info, listed)
        guard !isLocalListEnabled || listed == nil, configuration.boolean(.authorizationCacheEnabled) else { return }
        record(.cacheUpdated(idTag, info))
    }

    mutating func accepted(_ request: AuthorisationRequest, _ said: IdToken?, isOffline: Bool) {
        // "the Charge Point MAY look it up in its Local Authorization List or Authorization Cache" (OCPP 1.6 §5.13).
        let parentIdTag = said ?? authoriser(situation).group(request.lookup)
        let claimant = Claimant(request.idTag, group: .decided(parentIdTag))
        if case .reader(let served) = request.origin {
            ignoreForAWhile(request.idTag)
            if plugged(served, for: claimant) == nil, let index = stoppable(by: request.idTag, parentIdTag, running(served)) {
                return stop(index, .local, idTag: request.idTag)
            }
        }
        guard let index = choose(request.connectors, for: claimant) else {
            let reason = refusal(request.connectors, for: claimant)
            return refused(request, reason?.description ?? "no connector is free", code: reason?.code ?? .occupied)
        }
        connectors[index].session = .authorised(
            Authorisation(
                idTag: request.idTag, parentIdTag: parentIdTag, isOffline: isOffline, connectors: request.connectors,
                chargingProfile: request.chargingProfile))
        // F2: a cable that was left in, or A2: a card before the cable; ConnectionTimeOut begins now.
        connectors[index].usage = .preparing(since: now.uptime)
        if case .operator(_, let number) = request.origin { answerStart(number, .accepted) }
    }

    mutating func refused(_ request: AuthorisationRequest, _ reason: String, code: Refusal.Code = .notAuthorised) {
        log(.notice, "identifier \(request.idTag.masked) refused: \(reason)")
        if case .reader = request.origin { ignoreForAWhile(request.idTag) }
        if case .operator(_, let number) = request.origin {
            answerStart(number, .refused(Refusal(code, "the identifier is refused: \(reason)")))
        }
    }

    /// The connector that is meant by somebody who wants to charge; nil: none can. A connector that is kept for them goes before others.
    func choose(_ candidates: [ConnectorId], for claimant: Claimant) -> Int? {
        let free = candidates.compactMap(index).filter { index in
            if case .none = connectors[index].session { mayStart(index, claimant) == nil } else { false }
        }
        return plugged(candidates, for: claimant) ?? free.first { connectors[$0].reservation != nil }
            ?? free.first { connectors[$0].usage == .idle } ?? free.first
    }

    func mayStart(_ index: Int, _ claimant: Claimant) -> Refusal? { mayStart(index) ?? reservationRefusal(index, claimant) }

    /// Why none of these connectors can be started: what is kept for others before what is in use.
    func refusal(_ candidates: [ConnectorId], for claimant: Claimant) -> Refusal? {
        let reasons = candidates.compactMap(index).compactMap { mayStart($0, claimant) }
        return reasons.first { $0.code == .reserved } ?? reasons.first
    }

    /// The free connector where a cable was plugged in last and nobody has shown a card.
    func plugged(_ candidates: [ConnectorId], for claimant: Claimant) -> Int? {
        var latest: (index: Int, since: Duration)?
        for index in candidates.compactMap(index) {
            guard case .none = connectors[index].session, case .preparing(let since) = connectors[index].usage,
                mayStart(index, claimant) == nil
            else { continue }
            if since > latest?.since ?? .seconds(-1) { latest = (index, since) }
        }
        return latest?.index
    }

    func isRecent(_ idTag: IdToken) -> Bool { recentCards.contains { $0.idTag == idTag && now.uptime < $0.until } }

    private mutating func ignoreForAWhile(_ idTag: IdToken) {
        recentCards.removeAll { $0.idTag == idTag || now.uptime >= $0.until }
        recentCards.append(RecentCard(idTag: idTag, until: now.uptime + Self.cardDeadTime))
        // Nobody shows more cards within a second; whatever else sends them takes no memory.
        if recentCards.count > Self.recentCardLimit { recentCards.removeFirst() }
    }

    private mutating func learn(_ idTag: IdToken) {
        guard let learning else { return }
        self.learning = nil
        record(.ownCardSaved(OwnCard(idTag: idTag)))
        out.then.append(.answer(.learnt(idTag), request: learning.request))
    }
}
