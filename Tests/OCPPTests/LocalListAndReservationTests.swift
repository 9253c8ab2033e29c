import OCPP
import Testing
import Units

@Suite struct `Local list, reservation and trigger messages` {
    static let theirs: TheirRequests = [
        (#"{}"#, .getLocalListVersion(GetLocalListVersion())),
        (#"{"listVersion":0,"updateType":"Full"}"#, .sendLocalList(SendLocalList(listVersion: 0, updateType: .full))),
        (
            #"{"listVersion":2,"localAuthorizationList":[{"idTag":"A","idTagInfo":{"status":"Blocked"}},{"idTag":"B"}],"updateType":"Differential"}"#,
            .sendLocalList(
                SendLocalList(
                    listVersion: 2,
                    localAuthorizationList: [
                        AuthorizationData(idTag: "A", idTagInfo: IdTagInfo(status: .blocked)), AuthorizationData(idTag: "B"),
                    ], updateType: .differential))
        ),
        (#"{"reservationId":7}"#, .cancelReservation(CancelReservation(reservationId: 7))),
        (
            #"{"connectorId":0,"expiryDate":"2026-11-22T09:00:00Z","idTag":"A","parentIdTag":"FLEET","reservationId":7}"#,
            .reserveNow(ReserveNow(connectorId: 0, expiryDate: instant, idTag: "A", parentIdTag: "FLEET", reservationId: 7))
        ),
        (#"{"requestedMessage":"Heartbeat"}"#, .triggerMessage(TriggerMessage(requestedMessage: .heartbeat))),
        (
            #"{"requestedMessage":"StatusNotification","connectorId":1}"#,
            .triggerMessage(TriggerMessage(requestedMessage: .statusNotification, connectorId: 1))
        ),
    ]
    static let confirmations: OurConfirmations = [
        (.getLocalListVersion(GetLocalListVersion.Confirmation(listVersion: -1)), #"{"listVersion":-1}"#),
        (.sendLocalList(SendLocalList.Confirmation(status: .versionMismatch)), #"{"status":"VersionMismatch"}"#),
        (.cancelReservation(CancelReservation.Confirmation(status: .rejected)), #"{"status":"Rejected"}"#),
        (.reserveNow(ReserveNow.Confirmation(status: .occupied)), #"{"status":"Occupied"}"#),
        (.triggerMessage(TriggerMessage.Confirmation(status: .notImplemented)), #"{"status":"NotImplemented"}"#),
    ]

    @Test(arguments: theirs) func `are read`(json: String, request: CentralSystemRequest) { expectDecoding(json, request) }
    @Test(arguments: confirmations) func `are answered byte for byte`(confirmation: ChargePointConfirmation, json: String) {
        expectEncoding(confirmation, json)
    }
}
