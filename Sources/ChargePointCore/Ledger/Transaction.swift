public import OCPP
public import Units

/// Our own name for a charging session: a UUID, unlike the Central System's transactionId known from the first instant and unique.
public struct SessionId: Sendable, Hashable, Codable, CustomStringConvertible {
    public var text: String
    public init(_ text: String) { self.text = text }
    public var description: String { text }
}

/// The beginning of a transaction: all that a StartTransaction.req needs, now or in a month (OCPP 1.6 §4.8).
public struct TransactionStart: Sendable, Equatable {
    public var session: SessionId
    public var connectorId: ConnectorId
    public var idTag: IdToken
    public var parentIdTag: IdToken?
    /// Import register when energy was first offered.
    public var meterStart: WattHours
    public var reservationId: Int?
    public var time: RecordedTime
    /// Whether a Central System is to be told; false without one (standalone).
    public var isReported: Bool

    public init(
        session: SessionId, connectorId: ConnectorId, idTag: IdToken, parentIdTag: IdToken? = nil, meterStart: WattHours,
        reservationId: Int? = nil, time: RecordedTime, isReported: Bool
    ) {
        self.session = session
        self.connectorId = connectorId
        self.idTag = idTag
        self.parentIdTag = parentIdTag
        self.meterStart = meterStart
        self.reservationId = reservationId
        self.time = time
        self.isReported = isReported
    }
}

/// The end of a transaction: all that a StopTransaction.req needs (OCPP 1.6 §4.10).
public struct TransactionEnd: Sendable, Equatable {
    public var session: SessionId
    /// The identifier that stopped it; nil when nobody presented one.
    public var idTag: IdToken?
    public var meterStop: WattHours
    public var time: RecordedTime
    public var reason: Reason
    public var flags: Set<SessionFlag>
    public var isReported: Bool

    public init(
        session: SessionId, idTag: IdToken? = nil, meterStop: WattHours, time: RecordedTime, reason: Reason,
        flags: Set<SessionFlag> = [],
        isReported: Bool
    ) {
        self.session = session
        self.idTag = idTag
        self.meterStop = meterStop
        self.time = time
        self.reason = reason
        self.flags = flags
        self.isReported = isReported
    }
}

/// What somebody who checks a bill should know about a session.
public enum SessionFlag: String, Sendable, Hashable, Codable, CaseIterable {
    /// The supply failed while the session was open.
    case powerLoss
    /// Times were corrected after the clock became known.
    case clockCorrected
    /// The closing register is the last one recorded, not one read at the end.
    case meterEstimated
    /// Energy went on although the meter was silent for a time.
    case meterSilent
    /// Started without the Central System's consent because it could not be asked.
    case offlineStart
    /// A reading that should have been signed by the meter is not: the meter did not sign in time.
    case unsigned
}

/// Meter values of one instant, with what is needed to correct their time.
public struct MeterSample: Sendable, Equatable {
    public var time: RecordedTime
    public var values: [SampledValue]

    public init(time: RecordedTime, values: [SampledValue]) {
        self.time = time
        self.values = values
    }
}
