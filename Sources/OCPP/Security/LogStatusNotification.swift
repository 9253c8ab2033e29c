/// Reports the progress of a log upload (OCPP 1.6 security whitepaper §5.13).
public struct LogStatusNotification: FromChargePoint {
    public static let action = Action.logStatusNotification

    public var status: UploadLogStatusEnumType
    /// The GetLog's; absent only when triggered without an upload.
    public var requestId: Int?

    public init(status: UploadLogStatusEnumType, requestId: Int? = nil) {
        self.status = status
        self.requestId = requestId
    }

    /// No fields (OCPP 1.6 security whitepaper §5.14).
    public struct Confirmation: Codable, Sendable, Equatable {
        public init() {}
    }
}
