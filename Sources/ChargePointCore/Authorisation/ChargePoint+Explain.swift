public import OCPP
public import Units

/// What would happen if a card were presented now, and why.
public struct CardExplanation: Sendable, Equatable {
    public var outcome: Outcome
    /// The connector that is meant; nil: none, or the answer decides.
    public var connectorId: ConnectorId?
    /// A sentence for people.
    public var reason: String

    public enum Outcome: String, Sendable, Equatable {
        /// Nothing happens.
        case ignored
        /// It is added to the charge point's own list.
        case learnt
        /// It ends a transaction.
        case stops
        /// It takes back an authorisation that waits for a cable.
        case withdraws
        /// It unlocks a cable.
        case unlocks
        /// It starts a transaction, at once or when the cable comes.
        case starts
        /// The Central System is asked.
        case asks
        case refused
    }

    public init(outcome: Outcome, connectorId: ConnectorId? = nil, reason: String) {
        self.outcome = outcome
        self.connectorId = connectorId
        self.reason = reason
    }
}

extension ChargePoint {
    /// What would happen if this card were presented now at a reader that serves all connectors.
    public func explain(_ idTag: IdToken, _ lookup: CardLookup, at moment: Moment) -> CardExplanation {
        var asked = self
        asked.now = moment
        asked.clock.notice(moment)
        return asked.explanation(idTag, lookup)
    }

    private func explanation(_ idTag: IdToken, _ lookup: CardLookup) -> CardExplanation {
        switch cardStep(idTag, lookup, at: nil) {
        case .ignore(let reason): CardExplanation(outcome: .ignored, reason: "the card is ignored: \(reason)")
        case .learn: CardExplanation(outcome: .learnt, reason: "the charge point waits for a card to add to its own list")
        case .stop(let index, let reason): explanation(.stops, index, "the transaction ends: \(reason)")
        case .withdraw(let index): explanation(.withdraws, index, "its authorisation, which waits for a cable, is taken back")
        case .free(let index): explanation(.unlocks, index, "the cable that was kept locked for it is unlocked")
        case .refuse(let reason): CardExplanation(outcome: .refused, reason: "nothing can start: \(reason)")
        case .authorise(let request, .accept(let parentIdTag, let isOffline)):
            accepted(request, parentIdTag, isOffline)
        case .authorise(let request, .ask):
            explanation(
                .asks, choose(request.connectors, for: Claimant(idTag, group: .undecided)),
                "Authorize.req asks the Central System: no list may decide (\(keys))")
        case .authorise(_, .refuse(let reason)): CardExplanation(outcome: .refused, reason: reason)
        }
    }

    private func accepted(_ request: AuthorisationRequest, _ parentIdTag: IdToken?, _ isOffline: Bool) -> CardExplanation {
        let claimant = Claimant(request.idTag, group: .decided(parentIdTag ?? authoriser(situation).group(request.lookup)))
        if plugged(request.connectors, for: claimant) == nil,
            let index = stoppable(by: request.idTag, parentIdTag, running(request.connectors))
        {
            return explanation(.stops, index, "the transaction ends: the card is of the group that started it")
        }
        guard let index = choose(request.connectors, for: claimant) else {
            let reason = refusal(request.connectors, for: claimant)?.description
            return CardExplanation(outcome: .refused, reason: reason ?? "no connector is free")
        }
        let when = connectors[index].isConnected ? "a transaction starts" : "a transaction starts once the cable is plugged in"
        let why = isOffline ? "accepted without asking, because the Central System cannot be asked" : "a list says that it is valid"
        return explanation(.starts, index, "\(when): \(why) (\(keys))")
    }

    private func explanation(_ outcome: CardExplanation.Outcome, _ index: Int?, _ reason: String) -> CardExplanation {
        CardExplanation(outcome: outcome, connectorId: index.map { connectors[$0].id }, reason: reason)
    }

    /// The keys that decide, for those who can change them.
    private var keys: String {
        switch situation {
        case .standalone: "standalone: the charge point's own list decides"
        case .online: "LocalPreAuthorize is \(configuration.text(.localPreAuthorize))"
        case .offline, .neverAccepted:
            "LocalAuthorizeOffline is \(configuration.text(.localAuthorizeOffline)), AllowOfflineTxForUnknownId is "
                + configuration.text(.allowOfflineTxForUnknownId)
        }
    }
}
