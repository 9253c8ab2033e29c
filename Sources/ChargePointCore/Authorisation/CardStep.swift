import OCPP
import Units

/// What a card does when it is presented now: the same answer for the card itself and for somebody who asks beforehand.
enum CardStep: Sendable, Equatable {
    /// It has just done something, or an answer about it is awaited.
    case ignore(String)
    /// It is added to the own list.
    case learn
    /// It ends the transaction at this connector; why it may.
    case stop(Int, String)
    /// It takes back an authorisation that waits for a cable.
    case withdraw(Int)
    /// It frees a cable that was kept locked for it.
    case free(Int)
    /// It is to be authorised, with what the lists and keys say of that.
    case authorise(AuthorisationRequest, Authoriser.Decision)
    case refuse(String)
}

extension ChargePoint {
    func cardStep(_ idTag: IdToken, _ lookup: CardLookup, at connectors: [ConnectorId]?) -> CardStep {
        if isRecent(idTag) { return .ignore("it has only just been read") }
        if let learning, now.uptime < learning.until { return .learn }
        let served = connectors?.filter { index($0) != nil } ?? self.connectors.map(\.id)
        let running = running(served)
        if let index = running.first(where: { self.connectors[$0].transaction?.start.idTag == idTag }) {
            return .stop(index, "it started the transaction")
        }
        // B1: "second presentation of idTag" ends the intended usage.
        if let index = served.compactMap(index).first(where: { self.connectors[$0].authorisation?.idTag == idTag }) {
            return .withdraw(index)
        }
        let group = authoriser(situation).group(lookup)
        if let index = served.compactMap(index).first(where: { isLocked($0, for: idTag, group) }) { return .free(index) }
        guard !calls.isAuthorising(idTag) else { return .ignore("the Central System is being asked about it") }
        if plugged(served, for: Claimant(idTag, group: .decided(group))) == nil, let index = stoppable(by: idTag, group, running) {
            return .stop(index, "it is of the group that started the transaction")
        }
        let mayStopByGroup = running.contains { self.connectors[$0].transaction?.parentIdTag != nil }
        let claimant = Claimant(idTag, group: .undecided)
        guard choose(served, for: claimant) != nil || mayStopByGroup else {
            return .refuse(refusal(served, for: claimant)?.description ?? "no connector is free")
        }
        return .authorise(
            AuthorisationRequest(idTag: idTag, lookup: lookup, origin: .reader(served)), authoriser(situation).decide(lookup))
    }

    /// Connectors with a transaction that is not ending.
    func running(_ served: [ConnectorId]) -> [Int] {
        served.compactMap(index).filter { connectors[$0].transaction.map { $0.ending == nil } ?? false }
    }

    func stoppable(by idTag: IdToken, _ parentIdTag: IdToken?, _ running: [Int]) -> Int? {
        running.first { connectors[$0].transaction?.isStopped(by: idTag, parentIdTag: parentIdTag) ?? false }
    }

    private func isLocked(_ index: Int, for idTag: IdToken, _ group: IdToken?) -> Bool {
        guard let holder = connectors[index].lockedFor else { return false }
        return holder.idTag == idTag || (group != nil && holder.parentIdTag == group)
    }
}
