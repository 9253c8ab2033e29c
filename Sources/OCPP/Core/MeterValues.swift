/// Delivers meter readings (OCPP 1.6 §4.7, §6.31).
///
/// Transaction-related when `transactionId` is given: kept until answered, delivered in order (§3.7).
public struct MeterValues: FromChargePoint {
    public static let action = Action.meterValues

    /// 0 means the main meter.
    public var connectorId: ConnectorId
    public var transactionId: Int?
    /// At least one.
    public var meterValue: [MeterValue]

    public init(connectorId: ConnectorId, transactionId: Int? = nil, meterValue: [MeterValue]) {
        self.connectorId = connectorId
        self.transactionId = transactionId
        self.meterValue = meterValue
    }

    /// No fields (OCPP 1.6 §6.32).
    public struct Confirmation: Codable, Sendable, Equatable {
        public init() {}
    }
}
