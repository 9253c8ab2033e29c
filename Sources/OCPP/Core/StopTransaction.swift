public import Units

/// Tells the Central System that a transaction has ended (OCPP 1.6 §4.10, §6.49).
///
/// Transaction-related: kept until answered, delivered in order (§3.7).
public struct StopTransaction: FromChargePoint {
    public static let action = Action.stopTransaction

    /// Who ended it; absent when nobody did by an identifier.
    public var idTag: IdToken?
    /// Import register when the transaction ended.
    public var meterStop: WattHours
    /// When the transaction ended.
    public var timestamp: Timestamp
    /// As the matching StartTransaction's confirmation said.
    public var transactionId: Int
    /// Absent means Local.
    public var reason: Reason?
    /// StopTxnSampledData and StopTxnAlignedData (§9.1.27, §9.1.25).
    public var transactionData: [MeterValue]?

    public init(
        idTag: IdToken? = nil, meterStop: WattHours, timestamp: Timestamp, transactionId: Int, reason: Reason? = nil,
        transactionData: [MeterValue]? = nil
    ) {
        self.idTag = idTag
        self.meterStop = meterStop
        self.timestamp = timestamp
        self.transactionId = transactionId
        self.reason = reason
        self.transactionData = transactionData
    }

    /// OCPP 1.6 §6.50.
    public struct Confirmation: Codable, Sendable, Equatable {
        /// Absent when the request named no idTag.
        public var idTagInfo: IdTagInfo?

        public init(idTagInfo: IdTagInfo? = nil) {
            self.idTagInfo = idTagInfo
        }
    }
}
