public import Units

/// Tells the Central System that a transaction has begun (OCPP 1.6 §4.8, §6.45).
///
/// Transaction-related: kept until answered, delivered in order (§3.7).
public struct StartTransaction: FromChargePoint {
    public static let action = Action.startTransaction

    /// Never 0.
    public var connectorId: ConnectorId
    public var idTag: IdToken
    /// Import register when the transaction began.
    public var meterStart: WattHours
    /// The reservation that this transaction ends.
    public var reservationId: Int?
    /// When the transaction began.
    public var timestamp: Timestamp

    public init(connectorId: ConnectorId, idTag: IdToken, meterStart: WattHours, reservationId: Int? = nil, timestamp: Timestamp) {
        self.connectorId = connectorId
        self.idTag = idTag
        self.meterStart = meterStart
        self.reservationId = reservationId
        self.timestamp = timestamp
    }

    /// OCPP 1.6 §6.46.
    public struct Confirmation: Codable, Sendable, Equatable {
        public var idTagInfo: IdTagInfo
        /// Any integer, 0 and negative ones included; "no answer yet" is the absence of a `Confirmation`.
        public var transactionId: Int

        public init(idTagInfo: IdTagInfo, transactionId: Int) {
            self.idTagInfo = idTagInfo
            self.transactionId = transactionId
        }
    }
}
