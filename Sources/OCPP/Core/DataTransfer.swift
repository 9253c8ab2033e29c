/// Carries what the specification does not, in either direction (OCPP 1.6 §4.3, §5.6, §6.15).
public struct DataTransfer: FromChargePoint, FromCentralSystem {
    public static let action = Action.dataTransfer

    /// Names the vendor's dialect; a reversed domain name is recommended.
    public var vendorId: CiString<255>
    public var messageId: CiString<50>?
    /// Without length or format; to be agreed on.
    public var data: String?

    public init(vendorId: CiString<255>, messageId: CiString<50>? = nil, data: String? = nil) {
        self.vendorId = vendorId
        self.messageId = messageId
        self.data = data
    }

    /// OCPP 1.6 §6.16.
    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: DataTransferStatus
        public var data: String?

        public init(status: DataTransferStatus, data: String? = nil) {
            self.status = status
            self.data = data
        }
    }
}
