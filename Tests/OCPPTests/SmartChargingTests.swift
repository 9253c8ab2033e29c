import OCPP
import Testing
import Units

@Suite struct `Smart charging messages` {
    static let profile = ChargingProfile(
        chargingProfileId: 3, transactionId: 12, stackLevel: 1, chargingProfilePurpose: .txProfile, chargingProfileKind: .recurring,
        recurrencyKind: .daily, validFrom: instant, validTo: instant,
        chargingSchedule: ChargingSchedule(
            duration: 86_400, startSchedule: instant, chargingRateUnit: .a,
            chargingSchedulePeriod: [
                ChargingSchedulePeriod(startPeriod: 0, limit: 16.1, numberPhases: 3),
                ChargingSchedulePeriod(startPeriod: 3600, limit: 0),
            ], minChargingRate: 6))

    static let theirs: TheirRequests = [
        (#"{}"#, .clearChargingProfile(ClearChargingProfile())),
        (
            #"{"id":3,"connectorId":0,"chargingProfilePurpose":"ChargePointMaxProfile","stackLevel":1}"#,
            .clearChargingProfile(
                ClearChargingProfile(id: 3, connectorId: 0, chargingProfilePurpose: .chargePointMaxProfile, stackLevel: 1))
        ),
        (
            #"{"connectorId":1,"duration":600,"chargingRateUnit":"W"}"#,
            .getCompositeSchedule(GetCompositeSchedule(connectorId: 1, duration: 600, chargingRateUnit: .w))
        ),
        (
            #"{"connectorId":1,"csChargingProfiles":{"chargingProfileId":3,"transactionId":12,"stackLevel":1,"chargingProfilePurpose":"TxProfile","chargingProfileKind":"Recurring","recurrencyKind":"Daily","validFrom":"2026-11-22T09:00:00Z","validTo":"2026-11-22T09:00:00Z","chargingSchedule":{"duration":86400,"startSchedule":"2026-11-22T09:00:00Z","chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":16.1,"numberPhases":3},{"startPeriod":3600,"limit":0.0}],"minChargingRate":6.0}}}"#,
            .setChargingProfile(SetChargingProfile(connectorId: 1, csChargingProfiles: profile))
        ),
    ]
    static let confirmations: OurConfirmations = [
        (.clearChargingProfile(ClearChargingProfile.Confirmation(status: .unknown)), #"{"status":"Unknown"}"#),
        (.setChargingProfile(SetChargingProfile.Confirmation(status: .notSupported)), #"{"status":"NotSupported"}"#),
        (.getCompositeSchedule(GetCompositeSchedule.Confirmation(status: .rejected)), #"{"status":"Rejected"}"#),
        (
            .getCompositeSchedule(
                GetCompositeSchedule.Confirmation(
                    status: .accepted, connectorId: 1, scheduleStart: instant,
                    chargingSchedule: ChargingSchedule(
                        duration: 600, chargingRateUnit: .a,
                        chargingSchedulePeriod: [ChargingSchedulePeriod(startPeriod: 0, limit: 16.1, numberPhases: 1)]))),
            #"{"chargingSchedule":{"chargingRateUnit":"A","chargingSchedulePeriod":[{"limit":16.1,"numberPhases":1,"startPeriod":0}],"duration":600},"connectorId":1,"scheduleStart":"2026-11-22T09:00:00Z","status":"Accepted"}"#
        ),
    ]

    @Test(arguments: theirs) func `are read`(json: String, request: CentralSystemRequest) { expectDecoding(json, request) }
    @Test(arguments: confirmations) func `are answered byte for byte`(confirmation: ChargePointConfirmation, json: String) {
        expectEncoding(confirmation, json)
    }

    @Test func `keep a profile through storage`() throws {
        #expect(try Payload(Self.profile).decode(ChargingProfile.self) == Self.profile)
    }
}
