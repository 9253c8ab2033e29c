import OCPP
import Units

// A card's way to a decision. Which connector is meant, when a reader serves several: the one where this card (or its group) already
// charges or waits; else the one where a cable was plugged in last; else the lowest that is free; else one that was left plugged in.
extension ChargePoint {
    /// A card that has just started or stopped something is not read again for so long: it may still lie on the reader.
    static let cardDeadTime = Duration.seconds(1)

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
            isCacheEnabled: configuration.boolean(.authorizationCacheEnabled))
    }

    mutating func cardPresented(_ idTag: IdToken, _ lookup: CardLookup, at connectors: [ConnectorId]?) {
        if let lastCard, lastCard.idTag == idTag, now.uptime < lastCard.until { return }
        if settings.board.hasLamp { out.then.append(.blink(times: configuration.integer(.blinkRepeat))) }
        if learn(idTag) { return }
        let served = connectors?.filter { index($0) != nil } ?? self.connectors.map(\.id)
        let running = served.compactMap(index).filter { self.connectors[$0].transaction.map { $0.ending == nil } ?? false }

        if let index = running.first(where: { self.connectors[$0].transaction?.start.idTag == idTag }) {
            ignoreForAWhile(idTag)
            return stop(index, .local, idTag: idTag)
        }
        if let index = served.compactMap(index).first(where: { self.connectors[$0].authorisation?.idTag == idTag }) {
            // B1: "second presentation of idTag" ends the intended usage.
            ignoreForAWhile(idTag)
            self.connectors[index].session = .none
            self.connectors[index].usage = self.connectors[index].isPlugged ? .ended : .idle
            return
        }
        if releaseHeldLock(idTag, authoriser(situation).group(lookup), served) { return ignoreForAWhile(idTag) }
        guard !calls.isAuthorising(idTag) else { return }
        let group = authoriser(situation).group(lookup)
        if plugged(served) == nil, stopByParent(idTag, group, running) { return ignoreForAWhile(idTag) }
        let mayStopByParent = running.contains { self.connectors[$0].transaction?.parentIdTag != nil }
        guard choose(served) != nil || mayStopByParent else {
            let reason = served.compactMap(index).compactMap { mayStart($0)?.description }.first ?? "no connector is free"
            return log(.notice, "card refused: \(reason)")
        }
        decide(AuthorisationRequest(idTag: idTag, lookup: lookup, origin: .reader(served)))
    }

    mutating func decide(_ request: AuthorisationRequest) {
        switch authoriser(situation).decide(request.lookup) {
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

    mutating func authorizeConfirmed(_ request: AuthorisationRequest, _ info: IdTagInfo) {
        updateCache(request.idTag, info, isListed: request.lookup.localList != nil)
        guard info.status == .accepted else { return refused(request, "the Central System says \(info.status.rawValue)") }
        accepted(request, info.parentIdTag, isOffline: false)
    }

    /// §3.5.3: "Identifiers known in the Local Authorization List SHALL NOT be added to the Authorization Cache."
    mutating func updateCache(_ idTag: IdToken, _ info: IdTagInfo, isListed: Bool) {
        guard !isListed, configuration.boolean(.authorizationCacheEnabled) else { return }
        record(.cacheUpdated(idTag, info))
    }

    mutating func accepted(_ request: AuthorisationRequest, _ parentIdTag: IdToken?, isOffline: Bool) {
        if case .reader(let served) = request.origin {
            ignoreForAWhile(request.idTag)
            let running = served.compactMap(index).filter { connectors[$0].transaction.map { $0.ending == nil } ?? false }
            if plugged(served) == nil, stopByParent(request.idTag, parentIdTag, running) { return }
        }
        guard let index = choose(request.connectors) else {
            let reason = request.connectors.compactMap(index).compactMap(mayStart).first
            return refused(request, reason?.description ?? "no connector is free", code: reason?.code ?? .occupied)
        }
        connectors[index].session = .authorised(
            Authorisation(idTag: request.idTag, parentIdTag: parentIdTag, isOffline: isOffline, connectors: request.connectors))
        // F2: a cable that was left in, or A2: a card before the cable; ConnectionTimeOut begins now.
        connectors[index].usage = .preparing(since: now.uptime)
        if case .operator(_, let number) = request.origin { out.then.append(.answer(.accepted, request: number)) }
    }

    mutating func refused(_ request: AuthorisationRequest, _ reason: String, code: Refusal.Code = .notAuthorised) {
        log(.notice, "identifier refused: \(reason)")
        if case .operator(_, let number) = request.origin {
            out.then.append(.answer(.refused(Refusal(code, "the identifier is refused: \(reason)")), request: number))
        }
    }

    /// The connector that is meant by somebody who wants to charge; nil: none can.
    func choose(_ candidates: [ConnectorId]) -> Int? {
        let free = candidates.compactMap(index).filter { index in
            if case .none = connectors[index].session { mayStart(index) == nil } else { false }
        }
        return plugged(candidates) ?? free.first { connectors[$0].usage == .idle } ?? free.first
    }

    /// The free connector where a cable was plugged in last and nobody has shown a card.
    private func plugged(_ candidates: [ConnectorId]) -> Int? {
        var latest: (index: Int, since: Duration)?
        for index in candidates.compactMap(index) {
            guard case .none = connectors[index].session, case .preparing(let since) = connectors[index].usage,
                mayStart(index) == nil
            else { continue }
            if since > latest?.since ?? .seconds(-1) { latest = (index, since) }
        }
        return latest?.index
    }

    private mutating func stopByParent(_ idTag: IdToken, _ parentIdTag: IdToken?, _ running: [Int]) -> Bool {
        guard
            let index = running.first(where: { connectors[$0].transaction?.isStopped(by: idTag, parentIdTag: parentIdTag) ?? false }
            )
        else { return false }
        stop(index, .local, idTag: idTag)
        return true
    }

    private mutating func releaseHeldLock(_ idTag: IdToken, _ parentIdTag: IdToken?, _ served: [ConnectorId]) -> Bool {
        for index in served.compactMap(index) {
            guard let holder = connectors[index].lockedFor else { continue }
            guard holder.idTag == idTag || (parentIdTag != nil && holder.parentIdTag == parentIdTag) else { continue }
            connectors[index].lockedFor = nil
            return true
        }
        return false
    }

    private mutating func ignoreForAWhile(_ idTag: IdToken) {
        lastCard = LastCard(idTag: idTag, until: now.uptime + Self.cardDeadTime)
    }

    private mutating func learn(_ idTag: IdToken) -> Bool {
        guard let learning else { return false }
        self.learning = nil
        guard now.uptime < learning.until else { return false }
        ignoreForAWhile(idTag)
        record(.ownCardSaved(OwnCard(idTag: idTag)))
        out.then.append(.answer(.learnt(idTag), request: learning.request))
        return true
    }
}
