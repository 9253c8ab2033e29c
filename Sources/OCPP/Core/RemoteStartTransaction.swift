/// Asks to start a transaction (OCPP 1.6 §5.11, §6.33).
public struct RemoteStartTransaction: FromCentralSystem {
    public static let action = Action.remoteStartTransaction

    /// Never 0; absent leaves the choice to the charge point.
    public var connectorId: ConnectorId?
    public var idTag: IdToken
    /// For the new transaction; its purpose must be TxProfile.
    public var chargingProfile: ChargingProfile?

    public init(connectorId: ConnectorId? = nil, idTag: IdToken, chargingProfile: ChargingProfile? = nil) {
        self.connectorId = connectorId
        self.idTag = idTag
        self.chargingProfile = chargingProfile
    }

    /// Accepted: the charge point will try; the transaction itself is announced by StartTransaction (OCPP 1.6 §6.34).
    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: RemoteStartStopStatus

        public init(status: RemoteStartStopStatus) {
            self.status = status
        }
    }
}
