/// Reports the progress of a signed firmware update (OCPP 1.6 security whitepaper §5.19).
public struct SignedFirmwareStatusNotification: FromChargePoint {
    public static let action = Action.signedFirmwareStatusNotification

    public var status: FirmwareStatusEnumType
    /// The SignedUpdateFirmware's; absent only when triggered without an update.
    public var requestId: Int?

    public init(status: FirmwareStatusEnumType, requestId: Int? = nil) {
        self.status = status
        self.requestId = requestId
    }

    /// No fields (OCPP 1.6 security whitepaper §5.20).
    public struct Confirmation: Codable, Sendable, Equatable {
        public init() {}
    }
}
