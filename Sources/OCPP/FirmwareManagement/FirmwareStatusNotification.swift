/// Reports the progress of a firmware update (OCPP 1.6 §4.5, §6.19).
public struct FirmwareStatusNotification: FromChargePoint {
    public static let action = Action.firmwareStatusNotification

    public var status: FirmwareStatus

    public init(status: FirmwareStatus) {
        self.status = status
    }

    /// No fields (OCPP 1.6 §6.20).
    public struct Confirmation: Codable, Sendable, Equatable {
        public init() {}
    }
}
