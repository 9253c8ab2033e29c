/// Asks to release a stuck cable; not a way to stop a transaction (OCPP 1.6 §5.18, §6.53).
public struct UnlockConnector: FromCentralSystem {
    public static let action = Action.unlockConnector

    /// Never 0.
    public var connectorId: ConnectorId

    public init(connectorId: ConnectorId) {
        self.connectorId = connectorId
    }

    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: UnlockStatus

        public init(status: UnlockStatus) {
            self.status = status
        }
    }
}
