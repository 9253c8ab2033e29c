/// Tells the charge point to fetch, verify and install firmware (OCPP 1.6 security whitepaper §5.21).
public struct SignedUpdateFirmware: FromCentralSystem {
    public static let action = Action.signedUpdateFirmware

    /// Attempts after the first; absent leaves the choice to the charge point.
    public var retries: Int?
    /// Seconds between attempts.
    public var retryInterval: Int?
    public var requestId: Int
    public var firmware: FirmwareType

    public init(retries: Int? = nil, retryInterval: Int? = nil, requestId: Int, firmware: FirmwareType) {
        self.retries = retries
        self.retryInterval = retryInterval
        self.requestId = requestId
        self.firmware = firmware
    }

    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: UpdateFirmwareStatusEnumType

        public init(status: UpdateFirmwareStatusEnumType) {
            self.status = status
        }
    }
}
