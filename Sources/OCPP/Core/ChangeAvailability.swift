/// Takes a connector, or the whole charge point, in or out of service (OCPP 1.6 §5.2, §6.7).
public struct ChangeAvailability: FromCentralSystem {
    public static let action = Action.changeAvailability

    /// 0 means the charge point and all its connectors.
    public var connectorId: ConnectorId
    public var type: AvailabilityType

    public init(connectorId: ConnectorId, type: AvailabilityType) {
        self.connectorId = connectorId
        self.type = type
    }

    /// Scheduled: carried out when the running transaction ends (OCPP 1.6 §6.8).
    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: AvailabilityStatus

        public init(status: AvailabilityStatus) {
            self.status = status
        }
    }
}
