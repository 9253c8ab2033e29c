public import Units

/// A connector that is kept for somebody (OCPP 1.6 §5.13).
public struct ReservationReport: Codable, Sendable, Equatable {
    public var reservationId: Int
    /// 0: one connector, whichever.
    public var connectorId: Int
    public var idTag: String
    @Nullable public var parentIdTag: String?
    public var expiryDate: Timestamp

    public init(reservationId: Int, connectorId: Int, idTag: String, parentIdTag: String?, expiryDate: Timestamp) {
        self.reservationId = reservationId
        self.connectorId = connectorId
        self.idTag = idTag
        self.parentIdTag = parentIdTag
        self.expiryDate = expiryDate
    }
}

/// The Local Authorization List (OCPP 1.6 §3.5.2).
public struct LocalListReport: Codable, Sendable, Equatable {
    /// 0: the list is empty.
    public var version: Int
    /// Identifiers in it.
    public var length: Int

    public init(version: Int, length: Int) {
        self.version = version
        self.length = length
    }
}
