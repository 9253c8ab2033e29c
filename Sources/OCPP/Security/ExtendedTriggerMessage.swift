/// TriggerMessage with the messages of the security extension (OCPP 1.6 security whitepaper §5.5).
public struct ExtendedTriggerMessage: FromCentralSystem {
    public static let action = Action.extendedTriggerMessage

    public var requestedMessage: MessageTriggerEnumType
    public var connectorId: ConnectorId?

    public init(requestedMessage: MessageTriggerEnumType, connectorId: ConnectorId? = nil) {
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
