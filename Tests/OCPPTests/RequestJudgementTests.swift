import OCPP
import Testing
import Units

@Suite(.ocppJ("4.2.3")) struct `A request to us` {
    typealias Row = (action: String, payload: String, code: CallErrorCode, description: String)

    static let profileStart =
        #"{"connectorId":1,"csChargingProfiles":{"chargingProfileId":1,"chargingProfilePurpose":"TxProfile","chargingProfileKind":"Absolute","#

    static let rows: [Row] = [
        // Not an object.
        ("Reset", #"[]"#, .formationViolation, "the payload must be an object, found an array"),
        ("Reset", #""Hard""#, .formationViolation, "the payload must be an object, found a string"),
        ("Reset", #"7"#, .formationViolation, "the payload must be an object, found a number"),
        ("Reset", #"{"type":"Hard""#, .formationViolation, "not JSON at byte"),
        ("Reset", #"{"type":Hard}"#, .formationViolation, "not JSON at byte"),
        ("Reset", #"{'type':'Hard'}"#, .formationViolation, "not JSON at byte"),
        ("Reset", #"{"type":"Hard",}"#, .formationViolation, "not JSON at byte"),
        // Missing.
        ("Reset", #"{}"#, .occurenceConstraintViolation, "type: the required field is missing"),
        ("Reset", #"null"#, .occurenceConstraintViolation, "type: the required field is missing"),
        ("Reset", #"{"type":null}"#, .occurenceConstraintViolation, "type: the required field is missing"),
        ("TriggerMessage", #"{}"#, .occurenceConstraintViolation, "requestedMessage: the required field is missing"),
        ("Reset", #"{"Type":"Hard"}"#, .occurenceConstraintViolation, "type: the required field is missing"),
        ("RemoteStartTransaction", #"{"connectorId":1}"#, .occurenceConstraintViolation, "idTag: "),
        (
            "SendLocalList", #"{"listVersion":1,"updateType":"Full","localAuthorizationList":[{"idTag":"A"},{}]}"#,
            .occurenceConstraintViolation, "localAuthorizationList[1].idTag: "
        ),
        (
            "SetChargingProfile",
            profileStart + #""stackLevel":0,"chargingSchedule":{"chargingRateUnit":"A","chargingSchedulePeriod":[]}}}"#,
            .occurenceConstraintViolation,
            "csChargingProfiles.chargingSchedule.chargingSchedulePeriod: at least one element is required"
        ),
        // Another type.
        ("Reset", #"{"type":1}"#, .typeConstraintViolation, "type: a string is expected, found a number"),
        (
            "TriggerMessage", #"{"requestedMessage":1}"#, .typeConstraintViolation,
            "requestedMessage: a string is expected, found a number"
        ),
        (
            "UnlockConnector", #"{"connectorId":"1"}"#, .typeConstraintViolation,
            "connectorId: an integer is expected, found a string"
        ),
        ("UnlockConnector", #"{"connectorId":1.5}"#, .typeConstraintViolation, "connectorId: an integer is expected"),
        (
            "UnlockConnector", #"{"connectorId":true}"#, .typeConstraintViolation,
            "connectorId: an integer is expected, found a boolean"
        ),
        ("GetConfiguration", #"{"key":"A"}"#, .typeConstraintViolation, "key: an array is expected, found a string"),
        ("GetConfiguration", #"{"key":["A",2]}"#, .typeConstraintViolation, "key[1]: a string is expected, found a number"),
        ("GetConfiguration", #"{"key":[null]}"#, .typeConstraintViolation, "key[0]: a string is expected, found null"),
        (
            "DataTransfer", #"{"vendorId":"v","data":{"a":1}}"#, .typeConstraintViolation,
            "data: a string is expected, found an object"
        ),
        ("GetLog", #"{"log":"x","logType":"SecurityLog","requestId":1}"#, .typeConstraintViolation, "log: an object is expected"),
        (
            "SetChargingProfile",
            profileStart
                + #""stackLevel":0,"chargingSchedule":{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":"16"}]}}}"#,
            .typeConstraintViolation,
            "csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit: a number is expected, found a string"
        ),
        // A value that cannot be.
        ("Reset", #"{"type":"Gentle"}"#, .propertyConstraintViolation, "type: 'Gentle' is not one of Hard, Soft"),
        ("Reset", #"{"type":"hard"}"#, .propertyConstraintViolation, "type: 'hard' is not one of Hard, Soft"),
        ("UnlockConnector", #"{"connectorId":-1}"#, .propertyConstraintViolation, "connectorId: 0 or more is expected, found -1"),
        ("UnlockConnector", #"{"connectorId":1e30}"#, .propertyConstraintViolation, "connectorId: the number is out of range"),
        ("UnlockConnector", #"{"connectorId":1e999}"#, .propertyConstraintViolation, "connectorId: the number is out of range"),
        (
            "RemoteStartTransaction", #"{"idTag":"123456789012345678901"}"#, .propertyConstraintViolation,
            "idTag: at most 20 characters are allowed, found 21"
        ),
        (
            "ReserveNow", #"{"connectorId":1,"expiryDate":"tomorrow","idTag":"A","reservationId":1}"#, .propertyConstraintViolation,
            "expiryDate: 'tomorrow' is not an ISO 8601 date and time"
        ),
        (
            "SetChargingProfile",
            profileStart
                + #""stackLevel":-1,"chargingSchedule":{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":16}]}}}"#,
            .propertyConstraintViolation, "csChargingProfiles.stackLevel: 0 or more is expected, found -1"
        ),
        (
            "SetChargingProfile",
            profileStart
                + #""stackLevel":0,"chargingSchedule":{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":-6}]}}}"#,
            .propertyConstraintViolation, "csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit: "
        ),
        // Another action.
        ("Explode", #"{}"#, .notImplemented, "action 'Explode' is not known in OCPP 1.6"),
        ("reset", #"{"type":"Hard"}"#, .notImplemented, "action 'reset' is not known in OCPP 1.6"),
        ("StatusNotification", #"{}"#, .notImplemented, "StatusNotification is sent by a charge point only, never to one"),
    ]

    @Test(arguments: rows) func `is refused with the code for what is wrong and words that say where`(row: Row) {
        let frame = IncomingFrame.parse(#"[2,"7",""# + row.action + #"","# + row.payload + "]")

        guard case .refused("7", let error) = frame else {
            Issue.record("not refused: \(frame)")
            return
        }
        #expect(error.code == row.code)
        #expect(error.description.hasPrefix(row.description), "\(error.description)")
    }

    @Test(arguments: Self.oversized) func `is refused one character beyond each limit and accepted at it`(
        action: String, limit: Int, before: String, after: String
    ) {
        func parse(_ length: Int) -> IncomingFrame {
            IncomingFrame.parse(#"[2,"7",""# + action + #"","# + before + String(repeating: "ü", count: length) + after + "]")
        }

        if case .call = parse(limit) {} else { Issue.record("\(action) refused at \(limit): \(parse(limit))") }
        guard case .refused(_, let error) = parse(limit + 1) else {
            Issue.record("\(action) accepted at \(limit + 1)")
            return
        }
        #expect(error.code == .propertyConstraintViolation)
    }

    static let oversized: [(action: String, limit: Int, before: String, after: String)] = [
        ("RemoteStartTransaction", 20, #"{"idTag":""#, #""}"#),
        ("ChangeConfiguration", 50, #"{"value":"1","key":""#, #""}"#),
        ("ChangeConfiguration", 500, #"{"key":"K","value":""#, #""}"#),
        ("GetConfiguration", 50, #"{"key":[""#, #""]}"#),
        ("DataTransfer", 255, #"{"vendorId":""#, #""}"#),
        ("DataTransfer", 50, #"{"vendorId":"v","messageId":""#, #""}"#),
        ("CertificateSigned", 10_000, #"{"certificateChain":""#, #""}"#),
        ("InstallCertificate", 5_500, #"{"certificateType":"ManufacturerRootCertificate","certificate":""#, #""}"#),
        ("GetLog", 512, #"{"logType":"SecurityLog","requestId":1,"log":{"remoteLocation":""#, #""}}"#),
    ]

    static let acceptable: TheirRequests = [
        (#"{"type":"Soft","extra":{"deep":[1]}}"#, .reset(Reset(type: .soft))),
        (#"{"type":"Hard","type":"Soft"}"#, .reset(Reset(type: .soft))),
        (#"null"#, .clearCache(ClearCache())),
        (#"{"requestedMessage":"Heartbeat","connectorId":null}"#, .triggerMessage(TriggerMessage(requestedMessage: .heartbeat))),
        (#"{"connectorId":1.0}"#, .unlockConnector(UnlockConnector(connectorId: 1))),
        (#"{"transactionId":1e3}"#, .remoteStopTransaction(RemoteStopTransaction(transactionId: 1000))),
        (#"{"transactionId":-0}"#, .remoteStopTransaction(RemoteStopTransaction(transactionId: 0))),
        (
            #"{"transactionId":9007199254740993}"#,
            .remoteStopTransaction(RemoteStopTransaction(transactionId: 9_007_199_254_740_993))
        ),
        (
            #"{"location":"x","retrieveDate":"2026-11-22T11:00:00.123456789+02:00"}"#,
            .updateFirmware(UpdateFirmware(location: "x", retrieveDate: Timestamp(milliseconds: instant.milliseconds + 123)))
        ),
        (
            #"{"location":"x","retrieveDate":"2026-11-22T09:00:00"}"#,
            .updateFirmware(UpdateFirmware(location: "x", retrieveDate: instant))
        ),
        (#" { "idTag" : "\u0041\ud83d\ude00\/" } "#, .remoteStartTransaction(RemoteStartTransaction(idTag: "A😀/"))),
        (#"{"idTag":"\ud83dA"}"#, .remoteStartTransaction(RemoteStartTransaction(idTag: "\u{FFFD}A"))),
    ]

    @Test func `to trigger an unknown message is no CALLERROR: its confirmation says NotImplemented`() throws {
        let frame = IncomingFrame.parse(#"[2,"7","TriggerMessage",{"requestedMessage":"Nonsense","connectorId":1}]"#)

        guard case .call("7", .triggerMessage(let request)) = frame else {
            Issue.record("not read: \(frame)")
            return
        }
        #expect(request.requestedMessage == nil)
        #expect(request.connectorId == 1)
    }

    @Test(arguments: acceptable) func `is accepted where only its spelling is unusual`(json: String, request: CentralSystemRequest)
    {
        expectDecoding(json, request)
    }
}
