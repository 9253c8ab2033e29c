public import Units

/// Reports a connector's status or error (OCPP 1.6 §4.9, §6.47).
public struct StatusNotification: FromChargePoint {
    public static let action = Action.statusNotification

    /// 0 means the charge point's main controller: Available, Unavailable and Faulted only.
    public var connectorId: ConnectorId
    public var errorCode: ChargePointErrorCode
    /// Free text about the error or the status.
    public var info: CiString<50>?
    public var status: ChargePointStatus
    /// When the status was reached; absent means now.
    public var timestamp: Timestamp?
    public var vendorId: CiString<255>?
    public var vendorErrorCode: CiString<50>?

    public init(
        connectorId: ConnectorId, errorCode: ChargePointErrorCode, info: CiString<50>? = nil, status: ChargePointStatus,
        timestamp: Timestamp? = nil, vendorId: CiString<255>? = nil, vendorErrorCode: CiString<50>? = nil
    ) {
        self.connectorId = connectorId
        self.errorCode = errorCode
        self.info = info
        self.status = status
        self.timestamp = timestamp
        self.vendorId = vendorId
        self.vendorErrorCode = vendorErrorCode
    }

    /// No fields (OCPP 1.6 §6.48).
    public struct Confirmation: Codable, Sendable, Equatable {
        public init() {}
    }
}
