/// Asks the charge point to send a message (OCPP 1.6 §5.17, §6.51).
public struct TriggerMessage: FromCentralSystem {
    public static let action = Action.triggerMessage

    /// nil: a name that OCPP 1.6 does not have, which is answered with NotImplemented and not with a CALLERROR (§5.17).
    public var requestedMessage: MessageTrigger?
    public var connectorId: ConnectorId?

    public init(requestedMessage: MessageTrigger, connectorId: ConnectorId? = nil) {
        self.requestedMessage = requestedMessage
        self.connectorId = connectorId
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        requestedMessage = MessageTrigger(rawValue: try fields.decode(String.self, forKey: .requestedMessage))
        connectorId = try fields.decodeIfPresent(ConnectorId.self, forKey: .connectorId)
    }

    private enum CodingKeys: String, CodingKey { case requestedMessage, connectorId }

    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: TriggerMessageStatus

        public init(status: TriggerMessageStatus) {
            self.status = status
        }
    }
}
