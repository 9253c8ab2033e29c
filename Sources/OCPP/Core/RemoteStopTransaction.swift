/// Asks to stop a transaction (OCPP 1.6 §5.12, §6.35).
public struct RemoteStopTransaction: FromCentralSystem {
    public static let action = Action.remoteStopTransaction

    public var transactionId: Int

    public init(transactionId: Int) {
        self.transactionId = transactionId
    }

    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: RemoteStartStopStatus

        public init(status: RemoteStartStopStatus) {
            self.status = status
        }
    }
}
