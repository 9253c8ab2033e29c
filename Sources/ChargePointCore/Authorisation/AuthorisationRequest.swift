import OCPP

/// An identifier that somebody presented, and what for.
struct AuthorisationRequest: Sendable, Equatable {
    var idTag: IdToken
    var lookup: CardLookup
    var origin: Origin
    /// What a remote start brings for its transaction (OCPP 1.6 §5.16.2).
    var chargingProfile: ChargingProfile?

    enum Origin: Sendable, Equatable {
        /// A card at a reader that serves these connectors.
        case reader([ConnectorId])
        /// RemoteStartTransaction for one of these connectors (OCPP 1.6 §5.11).
        case remote([ConnectorId])
        /// The local API; the request's number waits for an answer.
        case `operator`(ConnectorId, request: Int)
    }

    var connectors: [ConnectorId] {
        switch origin {
        case .reader(let connectors), .remote(let connectors): connectors
        case .operator(let connector, _): [connector]
        }
    }
}

/// An identifier that may charge.
struct Authorisation: Sendable, Equatable {
    var idTag: IdToken
    var parentIdTag: IdToken?
    /// Accepted without asking, because nobody could be asked.
    var isOffline: Bool
    /// The connectors where the plug may come; the authorisation moves to the one where it does.
    var connectors: [ConnectorId]
    /// For the transaction that begins.
    var chargingProfile: ChargingProfile?
}
