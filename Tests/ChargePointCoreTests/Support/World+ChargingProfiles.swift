import ChargePointCore
import OCPP
import Units

extension Timestamp {
    /// A fixed instant, as it is written.
    static func at(_ text: String) -> Timestamp { Timestamp(text) ?? Timestamp(seconds: 0) }
}

extension ChargingProfile {
    /// - Parameter periods: start in seconds, limit, and perhaps a number of phases.
    static func test(
        id: Int = 1, as purpose: ChargingProfilePurposeType = .txDefaultProfile, level: Int = 0,
        kind: ChargingProfileKindType = .relative, every recurrency: RecurrencyKindType? = nil, from start: String? = nil,
        for duration: Int? = nil, validFrom: String? = nil, validTo: String? = nil, transactionId: Int? = nil,
        unit: ChargingRateUnitType = .a, least: Double? = nil, phases: Int? = nil, _ periods: [(Int, Double)]
    ) -> ChargingProfile {
        ChargingProfile(
            chargingProfileId: id, transactionId: transactionId, stackLevel: level, chargingProfilePurpose: purpose,
            chargingProfileKind: kind, recurrencyKind: recurrency, validFrom: validFrom.map(Timestamp.at),
            validTo: validTo.map(Timestamp.at),
            chargingSchedule: ChargingSchedule(
                duration: duration, startSchedule: start.map(Timestamp.at), chargingRateUnit: unit,
                chargingSchedulePeriod: periods.map {
                    ChargingSchedulePeriod(startPeriod: $0.0, limit: $0.1, numberPhases: phases)
                }, minChargingRate: least))
    }

    /// 10 A as long as the transaction lasts, for whatever purpose.
    static func amperes(_ limit: Double, _ id: Int = 1, _ purpose: ChargingProfilePurposeType = .txDefaultProfile)
        -> ChargingProfile
    {
        test(id: id, as: purpose, [(0, limit)])
    }
}

extension World {
    @discardableResult
    mutating func set(_ profile: ChargingProfile, at connector: ConnectorId = 0) -> ChargingProfileStatus? {
        let request = SetChargingProfile(connectorId: connector, csChargingProfiles: profile)
        guard case .setChargingProfile(let confirmation)? = confirmed(.setChargingProfile(request)) else { return nil }
        return confirmation.status
    }

    @discardableResult
    mutating func clear(_ request: ClearChargingProfile = ClearChargingProfile()) -> ClearChargingProfileStatus? {
        guard case .clearChargingProfile(let confirmation)? = confirmed(.clearChargingProfile(request)) else { return nil }
        return confirmation.status
    }

    mutating func composite(
        _ connector: ConnectorId, for duration: Int, in unit: ChargingRateUnitType? = nil
    ) -> GetCompositeSchedule.Confirmation? {
        let request = GetCompositeSchedule(connectorId: connector, duration: duration, chargingRateUnit: unit)
        guard case .getCompositeSchedule(let confirmation)? = confirmed(.getCompositeSchedule(request)) else { return nil }
        return confirmation
    }

    var installed: [Int] { chargePoint.chargingProfiles.map(\.id) }
    func offer(_ number: Int = 1) -> Amperes? { hardware[number - 1].offer }
}
