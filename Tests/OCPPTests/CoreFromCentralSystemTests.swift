import OCPP
import Testing
import Units

@Suite struct `Core messages that we receive` {
    static let requests: TheirRequests = [
        (#"{"connectorId":0,"type":"Inoperative"}"#, .changeAvailability(ChangeAvailability(connectorId: 0, type: .inoperative))),
        (
            #"{"key":"HeartbeatInterval","value":"300"}"#,
            .changeConfiguration(ChangeConfiguration(key: "HeartbeatInterval", value: "300"))
        ),
        (#"{}"#, .clearCache(ClearCache())),
        (#"{"vendorId":"com.example"}"#, .dataTransfer(DataTransfer(vendorId: "com.example"))),
        (
            #"{"vendorId":"com.example","messageId":"m","data":"{\"a\":1}"}"#,
            .dataTransfer(DataTransfer(vendorId: "com.example", messageId: "m", data: #"{"a":1}"#))
        ),
        (#"{}"#, .getConfiguration(GetConfiguration())),
        (#"{"key":[]}"#, .getConfiguration(GetConfiguration(key: []))),
        (#"{"key":["A","B"]}"#, .getConfiguration(GetConfiguration(key: ["A", "B"]))),
        (#"{"idTag":"04A2B3C4"}"#, .remoteStartTransaction(RemoteStartTransaction(idTag: "04A2B3C4"))),
        (
            #"{"connectorId":1,"idTag":"04A2B3C4","chargingProfile":{"chargingProfileId":1,"stackLevel":0,"chargingProfilePurpose":"TxProfile","chargingProfileKind":"Relative","chargingSchedule":{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":16}]}}}"#,
            .remoteStartTransaction(
                RemoteStartTransaction(
                    connectorId: 1, idTag: "04A2B3C4",
                    chargingProfile: ChargingProfile(
                        chargingProfileId: 1, stackLevel: 0, chargingProfilePurpose: .txProfile, chargingProfileKind: .relative,
                        chargingSchedule: ChargingSchedule(
                            chargingRateUnit: .a, chargingSchedulePeriod: [ChargingSchedulePeriod(startPeriod: 0, limit: 16)]))))
        ),
        (#"{"transactionId":-1}"#, .remoteStopTransaction(RemoteStopTransaction(transactionId: -1))),
        (#"{"type":"Hard"}"#, .reset(Reset(type: .hard))),
        (#"{"connectorId":1}"#, .unlockConnector(UnlockConnector(connectorId: 1))),
    ]

    static let confirmations: OurConfirmations = [
        (.changeAvailability(ChangeAvailability.Confirmation(status: .scheduled)), #"{"status":"Scheduled"}"#),
        (.changeConfiguration(ChangeConfiguration.Confirmation(status: .rebootRequired)), #"{"status":"RebootRequired"}"#),
        (.clearCache(ClearCache.Confirmation(status: .accepted)), #"{"status":"Accepted"}"#),
        (.dataTransfer(DataTransfer.Confirmation(status: .unknownVendorId)), #"{"status":"UnknownVendorId"}"#),
        (.getConfiguration(GetConfiguration.Confirmation()), #"{}"#),
        (
            .getConfiguration(
                GetConfiguration.Confirmation(
                    configurationKey: [
                        KeyValue(key: "HeartbeatInterval", readonly: false, value: "300"),
                        KeyValue(key: "AuthorizationKey", readonly: false),
                    ], unknownKey: ["Nonsense"])),
            #"{"configurationKey":[{"key":"HeartbeatInterval","readonly":false,"value":"300"},{"key":"AuthorizationKey","readonly":false}],"unknownKey":["Nonsense"]}"#
        ),
        (.remoteStartTransaction(RemoteStartTransaction.Confirmation(status: .accepted)), #"{"status":"Accepted"}"#),
        (.remoteStopTransaction(RemoteStopTransaction.Confirmation(status: .rejected)), #"{"status":"Rejected"}"#),
        (.reset(Reset.Confirmation(status: .accepted)), #"{"status":"Accepted"}"#),
        (.unlockConnector(UnlockConnector.Confirmation(status: .unlockFailed)), #"{"status":"UnlockFailed"}"#),
    ]

    @Test(arguments: requests) func `are read`(json: String, request: CentralSystemRequest) { expectDecoding(json, request) }

    @Test(arguments: confirmations) func `are answered byte for byte`(confirmation: ChargePointConfirmation, json: String) {
        expectEncoding(confirmation, json)
    }
}
