import ChargePointCore
import OCPP
import Units

// Charging profiles of all kinds, some of them impossible: periods of minutes, so that their ends fall into a world's life.
extension SimulatedCentralSystem {
    /// SetChargingProfile mostly; ClearChargingProfile, GetCompositeSchedule and a remote start with a profile among it.
    mutating func smartChargingRequest(connectors: Int, time: Timestamp, _ numbers: inout SeededNumbers) -> String {
        let connector = ConnectorId(1 + numbers.below(connectors))
        switch numbers.below(12) {
        case 0: return call(clear(connector, &numbers)).text
        case 1:
            let asked = ConnectorId(numbers.below(connectors + 2))
            let unit: ChargingRateUnitType? = numbers.pick([nil, .a, .w])
            let duration = numbers.pick([60, 3600, 86_400, 700_000])
            return call(GetCompositeSchedule(connectorId: asked, duration: duration, chargingRateUnit: unit)).text
        case 2:
            var limits = profile(.txProfile, time: time, &numbers)
            limits.transactionId = nil
            let card = numbers.pick(Self.cards)
            return call(RemoteStartTransaction(connectorId: connector, idTag: card, chargingProfile: limits)).text
        default:
            let purpose = numbers.pick(ChargingProfilePurposeType.allCases)
            let installed: ConnectorId
            switch purpose {
            case .chargePointMaxProfile: installed = numbers.chance(0.95) ? 0 : connector
            case .txDefaultProfile: installed = numbers.chance(0.5) ? 0 : connector
            case .txProfile: installed = numbers.chance(0.95) ? connector : 0
            }
            return call(SetChargingProfile(connectorId: installed, csChargingProfiles: profile(purpose, time: time, &numbers))).text
        }
    }

    private func clear(_ connector: ConnectorId, _ numbers: inout SeededNumbers) -> ClearChargingProfile {
        switch numbers.below(5) {
        case 0: ClearChargingProfile()
        case 1: ClearChargingProfile(id: 1 + numbers.below(9))
        case 2: ClearChargingProfile(connectorId: numbers.chance(0.5) ? 0 : connector)
        case 3: ClearChargingProfile(chargingProfilePurpose: numbers.pick(ChargingProfilePurposeType.allCases))
        default: ClearChargingProfile(stackLevel: numbers.below(4))
        }
    }

    private func profile(
        _ purpose: ChargingProfilePurposeType, time: Timestamp, _ numbers: inout SeededNumbers
    ) -> ChargingProfile {
        let kind = numbers.pick(ChargingProfileKindType.allCases)
        let unit: ChargingRateUnitType = numbers.chance(0.6) ? .a : .w
        let limits: [Double] = unit == .a ? [0, 5, 6, 8, 10, 13.5, 16, 20, 32, 64] : [0, 1380, 4140, 5000, 6900, 11_000, 22_000]
        let phases: [Int?] = [nil, nil, 1, 3]
        var start = numbers.chance(0.98) ? 0 : 5
        let periods = (0...numbers.below(4)).map { _ in
            defer { start += 10 + numbers.below(1200) }
            return ChargingSchedulePeriod(startPeriod: start, limit: numbers.pick(limits), numberPhases: numbers.pick(phases))
        }
        let begin = Timestamp(seconds: time.milliseconds / 1000 + Int64(numbers.below(180_000) - 172_800))
        let near = Timestamp(seconds: time.milliseconds / 1000 + Int64(numbers.below(1800) - 900))
        let schedule = ChargingSchedule(
            duration: numbers.chance(0.5) ? 60 + numbers.below(numbers.pick([3600, 90_000])) : nil,
            startSchedule: kind == .relative ? nil : numbers.chance(0.5) ? near : begin, chargingRateUnit: unit,
            chargingSchedulePeriod: periods, minChargingRate: numbers.chance(0.2) ? numbers.pick(limits) : nil)
        return ChargingProfile(
            chargingProfileId: 1 + numbers.below(9),
            transactionId: purpose == .txProfile && numbers.chance(0.5) && !transactionIds.isEmpty
                ? numbers.pick(transactionIds) : nil,
            stackLevel: numbers.chance(0.98) ? numbers.below(4) : 99, chargingProfilePurpose: purpose, chargingProfileKind: kind,
            recurrencyKind: kind == .recurring ? numbers.pick([.daily, .weekly]) : nil,
            validFrom: numbers.chance(0.2) ? near : nil, validTo: numbers.chance(0.2) ? near + .seconds(600) : nil,
            chargingSchedule: schedule)
    }
}
