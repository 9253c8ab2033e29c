public import Units

/// What `GET /v1/cards` says, and the file that `ladepunkt cards export` writes.
public struct CardListReport: Codable, Sendable, Equatable {
    public var cards: [CardReport]
    /// `cursor` of the next page; null: this is the last.
    @Nullable public var next: String?

    public init(cards: [CardReport], next: String? = nil) {
        self.cards = cards
        self.next = next
    }
}

/// What `GET /v1/cards/{idTag}/explain` says.
public struct CardExplanationReport: Codable, Sendable, Equatable {
    public var idTag: String
    /// ignored, learnt, stops, withdraws, unlocks, starts, asks or refused.
    public var outcome: String
    /// The connector that is meant.
    @Nullable public var connectorId: Int?
    /// Why, in a sentence.
    public var reason: String

    public init(idTag: String, outcome: String, connectorId: Int?, reason: String) {
        self.idTag = idTag
        self.outcome = outcome
        self.connectorId = connectorId
        self.reason = reason
    }
}

/// One identifier that the charge point knows.
public struct CardReport: Codable, Sendable, Equatable {
    public var idTag: String
    /// AuthorizationStatus (OCPP 1.6 §7.2).
    public var status: String
    @Nullable public var expiryDate: Timestamp?
    @Nullable public var parentIdTag: String?
    @Nullable public var name: String?
    /// own, localList or cache.
    public var source: String

    public init(idTag: String, status: String, expiryDate: Timestamp?, parentIdTag: String?, name: String?, source: String) {
        self.idTag = idTag
        self.status = status
        self.expiryDate = expiryDate
        self.parentIdTag = parentIdTag
        self.name = name
        self.source = source
    }
}
