public import Units

/// Limits for power or current over time, and when they apply (OCPP 1.6 §7.8).
public struct ChargingProfile: Codable, Sendable, Equatable {
    public var chargingProfileId: Int
    /// Only with purpose TxProfile.
    public var transactionId: Int?
    /// 0 is the lowest; of valid profiles with the same purpose the highest counts.
    public var stackLevel: Int
    public var chargingProfilePurpose: ChargingProfilePurposeType
    public var chargingProfileKind: ChargingProfileKindType
    /// With kind Recurring.
    public var recurrencyKind: RecurrencyKindType?
    /// Absent: from now on.
    public var validFrom: Timestamp?
    /// Absent: until replaced.
    public var validTo: Timestamp?
    public var chargingSchedule: ChargingSchedule

    public init(
        chargingProfileId: Int, transactionId: Int? = nil, stackLevel: Int, chargingProfilePurpose: ChargingProfilePurposeType,
        chargingProfileKind: ChargingProfileKindType, recurrencyKind: RecurrencyKindType? = nil, validFrom: Timestamp? = nil,
        validTo: Timestamp? = nil, chargingSchedule: ChargingSchedule
    ) {
        self.chargingProfileId = chargingProfileId
        self.transactionId = transactionId
        self.stackLevel = stackLevel
        self.chargingProfilePurpose = chargingProfilePurpose
        self.chargingProfileKind = chargingProfileKind
        self.recurrencyKind = recurrencyKind
        self.validFrom = validFrom
        self.validTo = validTo
        self.chargingSchedule = chargingSchedule
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        chargingProfileId = try fields.decode(Int.self, forKey: .chargingProfileId)
        transactionId = try fields.decodeIfPresent(Int.self, forKey: .transactionId)
        stackLevel = try fields.decodeNonNegative(Int.self, forKey: .stackLevel)
        chargingProfilePurpose = try fields.decode(ChargingProfilePurposeType.self, forKey: .chargingProfilePurpose)
        chargingProfileKind = try fields.decode(ChargingProfileKindType.self, forKey: .chargingProfileKind)
        recurrencyKind = try fields.decodeIfPresent(RecurrencyKindType.self, forKey: .recurrencyKind)
        validFrom = try fields.decodeIfPresent(Timestamp.self, forKey: .validFrom)
        validTo = try fields.decodeIfPresent(Timestamp.self, forKey: .validTo)
        chargingSchedule = try fields.decode(ChargingSchedule.self, forKey: .chargingSchedule)
    }
}

/// What a profile limits (OCPP 1.6 §7.10).
public enum ChargingProfilePurposeType: String, Enumeration {
    /// The whole charge point.
    case chargePointMaxProfile = "ChargePointMaxProfile"
    /// Every transaction without a profile of its own.
    case txDefaultProfile = "TxDefaultProfile"
    /// One transaction; ends with it.
    case txProfile = "TxProfile"
}

/// What a schedule is relative to (OCPP 1.6 §7.9).
public enum ChargingProfileKindType: String, Enumeration {
    /// Its startSchedule.
    case absolute = "Absolute"
    /// Its startSchedule, again every day or week.
    case recurring = "Recurring"
    /// The start of the transaction.
    case relative = "Relative"
}

/// When a schedule begins anew (OCPP 1.6 §7.37).
public enum RecurrencyKindType: String, Enumeration {
    case daily = "Daily"
    case weekly = "Weekly"
}

/// Answer to SetChargingProfile (OCPP 1.6 §7.11).
public enum ChargingProfileStatus: String, Enumeration {
    case accepted = "Accepted"
    case rejected = "Rejected"
    case notSupported = "NotSupported"
}

/// Answer to ClearChargingProfile (OCPP 1.6 §7.21).
public enum ClearChargingProfileStatus: String, Enumeration {
    case accepted = "Accepted"
    /// No profile matched.
    case unknown = "Unknown"
}

/// Answer to GetCompositeSchedule (OCPP 1.6 §7.26).
public enum GetCompositeScheduleStatus: String, Enumeration {
    case accepted = "Accepted"
    case rejected = "Rejected"
}
