/// Asks the charge point to restart (OCPP 1.6 §5.14, §6.39).
public struct Reset: FromCentralSystem {
    public static let action = Action.reset

    public var type: ResetType

    public init(type: ResetType) {
        self.type = type
    }

    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: ResetStatus

        public init(status: ResetStatus) {
            self.status = status
        }
    }
}
