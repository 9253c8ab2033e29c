public import Units

/// Values sampled at one instant (OCPP 1.6 §7.33).
public struct MeterValue: Codable, Sendable, Equatable {
    public var timestamp: Timestamp
    /// At least one.
    public var sampledValue: [SampledValue]

    public init(timestamp: Timestamp, sampledValue: [SampledValue]) {
        self.timestamp = timestamp
        self.sampledValue = sampledValue
    }
}

/// One value; every absent field has a default (OCPP 1.6 §7.43).
public struct SampledValue: Codable, Sendable, Equatable {
    /// A decimal number, or a signed meter value when `format` says so.
    public var value: String
    /// Absent means Sample.Periodic.
    public var context: ReadingContext?
    /// Absent means Raw.
    public var format: ValueFormat?
    /// Absent means Energy.Active.Import.Register.
    public var measurand: Measurand?
    /// Absent means all phases together.
    public var phase: Phase?
    /// Absent means Outlet.
    public var location: Location?
    /// Absent means Wh for energy; always absent for Frequency, which is in hertz (errata 3.86).
    public var unit: UnitOfMeasure?

    public init(
        value: String, context: ReadingContext? = nil, format: ValueFormat? = nil, measurand: Measurand? = nil,
        phase: Phase? = nil, location: Location? = nil, unit: UnitOfMeasure? = nil
    ) {
        self.value = value
        self.context = context
        self.format = format
        self.measurand = measurand
        self.phase = phase
        self.location = location
        self.unit = unit
    }
}

/// Why a value was sampled (OCPP 1.6 §7.35).
public enum ReadingContext: String, Enumeration {
    case interruptionBegin = "Interruption.Begin"
    case interruptionEnd = "Interruption.End"
    /// Clock-aligned.
    case sampleClock = "Sample.Clock"
    case samplePeriodic = "Sample.Periodic"
    case transactionBegin = "Transaction.Begin"
    case transactionEnd = "Transaction.End"
    /// By TriggerMessage.
    case trigger = "Trigger"
    case other = "Other"
}

/// How a value is written (OCPP 1.6 §7.49).
public enum ValueFormat: String, Enumeration {
    /// A decimal number.
    case raw = "Raw"
    case signedData = "SignedData"
}

/// Where a value was measured (OCPP 1.6 §7.30).
public enum Location: String, Enumeration {
    case cable = "Cable"
    case ev = "EV"
    /// The grid side.
    case inlet = "Inlet"
    case outlet = "Outlet"
    case body = "Body"
}

/// Which conductors a value is about (OCPP 1.6 §7.34).
public enum Phase: String, Enumeration {
    case l1 = "L1"
    case l2 = "L2"
    case l3 = "L3"
    case n = "N"
    case l1N = "L1-N"
    case l2N = "L2-N"
    case l3N = "L3-N"
    case l1L2 = "L1-L2"
    case l2L3 = "L2-L3"
    case l3L1 = "L3-L1"
}
