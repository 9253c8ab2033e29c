public import OCPP
public import Units

/// A connector that is kept for an identifier or its group (OCPP 1.6 §3.11, §5.13).
public struct Reservation: Sendable, Equatable {
    /// The Central System's number for it.
    public var id: Int
    /// 0: one connector, whichever.
    public var connectorId: ConnectorId
    public var idTag: IdToken
    /// Everybody of this group may use it.
    public var parentIdTag: IdToken?
    /// From this instant on it no longer holds.
    public var expiryDate: Timestamp

    public init(id: Int, connectorId: ConnectorId, idTag: IdToken, parentIdTag: IdToken? = nil, expiryDate: Timestamp) {
        self.id = id
        self.connectorId = connectorId
        self.idTag = idTag
        self.parentIdTag = parentIdTag
        self.expiryDate = expiryDate
    }

    init(_ request: ReserveNow) {
        self.init(
            id: request.reservationId, connectorId: request.connectorId, idTag: request.idTag, parentIdTag: request.parentIdTag,
            expiryDate: request.expiryDate)
    }
}
