public import Units

/// Limits over time (OCPP 1.6 §7.13).
public struct ChargingSchedule: Codable, Sendable, Equatable {
    /// Seconds; absent: the last period has no end.
    public var duration: Int?
    /// Absent: relative to the start of charging.
    public var startSchedule: Timestamp?
    public var chargingRateUnit: ChargingRateUnitType
    /// At least one; the first begins at 0.
    public var chargingSchedulePeriod: [ChargingSchedulePeriod]
    /// In `chargingRateUnit`; what the vehicle needs to charge efficiently.
    public var minChargingRate: Double?

    public init(
        duration: Int? = nil, startSchedule: Timestamp? = nil, chargingRateUnit: ChargingRateUnitType,
        chargingSchedulePeriod: [ChargingSchedulePeriod], minChargingRate: Double? = nil
    ) {
        self.duration = duration
        self.startSchedule = startSchedule
        self.chargingRateUnit = chargingRateUnit
        self.chargingSchedulePeriod = chargingSchedulePeriod
        self.minChargingRate = minChargingRate
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        duration = try fields.decodeNonNegativeIfPresent(Int.self, forKey: .duration)
        startSchedule = try fields.decodeIfPresent(Timestamp.self, forKey: .startSchedule)
        chargingRateUnit = try fields.decode(ChargingRateUnitType.self, forKey: .chargingRateUnit)
        chargingSchedulePeriod = try fields.decodeNonEmpty([ChargingSchedulePeriod].self, forKey: .chargingSchedulePeriod)
        minChargingRate = try fields.decodeNonNegativeIfPresent(Double.self, forKey: .minChargingRate)
    }
}

/// The limit from one moment of a schedule to the next (OCPP 1.6 §7.14).
public struct ChargingSchedulePeriod: Codable, Sendable, Equatable {
    /// Seconds from the start of the schedule.
    public var startPeriod: Int
    /// Amperes per phase, or watts of all phases together, as the schedule's unit says.
    public var limit: Double
    /// Absent means 3.
    public var numberPhases: Int?

    public init(startPeriod: Int, limit: Double, numberPhases: Int? = nil) {
        self.startPeriod = startPeriod
        self.limit = limit
        self.numberPhases = numberPhases
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        startPeriod = try fields.decodeNonNegative(Int.self, forKey: .startPeriod)
        limit = try fields.decodeNonNegative(Double.self, forKey: .limit)
        numberPhases = try fields.decodeNonNegativeIfPresent(Int.self, forKey: .numberPhases)
    }
}

/// Unit of a limit (OCPP 1.6 §7.12).
public enum ChargingRateUnitType: String, Enumeration {
    /// Amperes per phase.
    case a = "A"
    /// Watts, all phases together.
    case w = "W"
}
