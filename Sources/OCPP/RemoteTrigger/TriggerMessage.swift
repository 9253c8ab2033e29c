/// Asks the charge point to send a message (OCPP 1.6 §5.17, §6.51).
public struct TriggerMessage: FromCentralSystem {
    public static let action = Action.triggerMessage

    public var requestedMessage: MessageTrigger
    public var connectorId: ConnectorId?

    public init(requestedMessage: MessageTrigger, connectorId: ConnectorId? = nil) {
        self.requestedMessage = requestedMessage
        self.connectorId = connectorId
    }

    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: TriggerMessageStatus

        public init(status: TriggerMessageStatus) {
            self.status = status
        }
    }
}
