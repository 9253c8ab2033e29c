public import Units

/// Keeps a connector for an identifier (OCPP 1.6 §5.13, §6.37).
public struct ReserveNow: FromCentralSystem {
    public static let action = Action.reserveNow

    /// 0 means any connector.
    public var connectorId: ConnectorId
    public var expiryDate: Timestamp
    public var idTag: IdToken
    public var parentIdTag: IdToken?
    /// An existing reservation with this id is replaced.
    public var reservationId: Int

    public init(connectorId: ConnectorId, expiryDate: Timestamp, idTag: IdToken, parentIdTag: IdToken? = nil, reservationId: Int) {
        self.connectorId = connectorId
        self.expiryDate = expiryDate
        self.idTag = idTag
        self.parentIdTag = parentIdTag
        self.reservationId = reservationId
    }

    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: ReservationStatus

        public init(status: ReservationStatus) {
            self.status = status
        }
    }
}
