import OCPP
import Testing
import Units

/// What central systems really send in answer to us.
@Suite struct `A confirmation to us` {
    static let boots: [(json: String, means: BootNotification.Confirmation)] = [
        // Microseconds and +00:00, nanoseconds, no zone, the server's own offset, extra fraction digits.
        (
            #"{"status":"Accepted","currentTime":"2026-11-22T09:00:00.000000+00:00","interval":300}"#,
            .init(status: .accepted, currentTime: instant, interval: 300)
        ),
        (
            #"{"status":"Accepted","currentTime":"2026-11-22T09:00:00.876446300Z","interval":300}"#,
            .init(status: .accepted, currentTime: Timestamp(milliseconds: instant.milliseconds + 876), interval: 300)
        ),
        (
            #"{"status":"Accepted","currentTime":"2026-11-22T09:00:00.748659","interval":300}"#,
            .init(status: .accepted, currentTime: Timestamp(milliseconds: instant.milliseconds + 748), interval: 300)
        ),
        (
            #"{"status":"Accepted","currentTime":"2026-11-22T04:00:00-05:00","interval":300}"#,
            .init(status: .accepted, currentTime: instant, interval: 300)
        ),
        // Intervals.
        (
            #"{"status":"Accepted","currentTime":"2026-11-22T09:00:00Z","interval":0}"#,
            .init(status: .accepted, currentTime: instant, interval: 0)
        ),
        (
            #"{"status":"Accepted","currentTime":"2026-11-22T09:00:00Z","interval":43200}"#,
            .init(status: .accepted, currentTime: instant, interval: 43_200)
        ),
        (
            #"{"status":"Accepted","currentTime":"2026-11-22T09:00:00Z","interval":300.0}"#,
            .init(status: .accepted, currentTime: instant, interval: 300)
        ),
        (
            #"{"status":"Accepted","currentTime":"2026-11-22T09:00:00Z","interval":"300"}"#,
            .init(status: .accepted, currentTime: instant, interval: 300)
        ),
        (
            #"{"status":"Accepted","currentTime":"2026-11-22T09:00:00Z","interval":"300.0"}"#,
            .init(status: .accepted, currentTime: instant, interval: 300)
        ),
        // Names.
        (
            #"{"Status":"accepted","CurrentTime":"2026-11-22T09:00:00Z","Interval":300,"vendor":null}"#,
            .init(status: .accepted, currentTime: instant, interval: 300)
        ),
        (
            #"{"STATUS":"Rejected","status":"PENDING","currentTime":"2026-11-22T09:00:00Z","interval":300}"#,
            .init(status: .pending, currentTime: instant, interval: 300)
        ),
    ]

    @Test(arguments: boots) func `to BootNotification is understood`(json: String, means: BootNotification.Confirmation) throws {
        try expectDecoding(json, means)
    }

    static let starts: [(json: String, means: StartTransaction.Confirmation)] = [
        (
            #"{"transactionId":0,"idTagInfo":{"status":"Accepted"}}"#,
            .init(idTagInfo: IdTagInfo(status: .accepted), transactionId: 0)
        ),
        (
            #"{"transactionId":-1,"idTagInfo":{"status":"Invalid"}}"#,
            .init(idTagInfo: IdTagInfo(status: .invalid), transactionId: -1)
        ),
        (
            #"{"transactionId":"12","idTagInfo":{"status":"concurrenttx"}}"#,
            .init(idTagInfo: IdTagInfo(status: .concurrentTx), transactionId: 12)
        ),
        (
            #"{"transactionId":12,"idTagInfo":{"status":"Accepted","expiryDate":"never","parentIdTag":null}}"#,
            .init(idTagInfo: IdTagInfo(status: .accepted), transactionId: 12)
        ),
        (
            #"{"transactionId":12,"idTagInfo":{"status":"Accepted","expiryDate":"","parentIdTag":"123456789012345678901"}}"#,
            .init(idTagInfo: IdTagInfo(status: .accepted), transactionId: 12)
        ),
        (
            #"{"transactionId":12,"idTagInfo":{"status":"Accepted","parentIdTag":4711,"expiryDate":1795338000}}"#,
            .init(idTagInfo: IdTagInfo(parentIdTag: "4711", status: .accepted), transactionId: 12)
        ),
    ]

    @Test(arguments: starts) func `to StartTransaction is understood`(json: String, means: StartTransaction.Confirmation) throws {
        try expectDecoding(json, means)
    }

    @Test(arguments: [
        "{}", "null", "[]", #"{"idTagInfo":null}"#, #"{"idTagInfo":{}}"#, #"{"idTagInfo":"Accepted"}"#, #"{"other":[1,2]}"#,
    ])
    func `to StopTransaction may say nothing useful`(json: String) throws {
        try expectDecoding(json, StopTransaction.Confirmation())
    }

    @Test(arguments: ["{}", "null", #"{"status":"Accepted"}"#]) func `without fields is understood`(json: String) throws {
        try expectDecoding(json, MeterValues.Confirmation())
        try expectDecoding(json, StatusNotification.Confirmation())
    }

    @Test func `counts an optional field of any type as absent when it makes no sense`() throws {
        let json = #"{"id":"abc","connectorId":-1,"chargingProfilePurpose":7,"stackLevel":{}}"#
        let text = #"{"status":"Accepted","data":{"a":1}}"#

        #expect(try Payload(text: json).decode(ClearChargingProfile.self) == ClearChargingProfile())
        #expect(try Payload(text: text).decode(DataTransfer.Confirmation.self) == DataTransfer.Confirmation(status: .accepted))
    }

    @Test func `may be missing altogether where it has no fields`() throws {
        guard case .result("7", let payload) = IncomingFrame.parse(#"[3,"7"]"#) else {
            Issue.record("no CALLRESULT")
            return
        }
        #expect(try payload.decode(StatusNotification.Confirmation.self) == StatusNotification.Confirmation())
    }

    static let useless: [(json: String, error: PayloadError)] = [
        (#"{"status":"Accepted"}"#, PayloadError(path: "idTagInfo", problem: "the required field is missing")),
        (#"{"transactionId":12}"#, PayloadError(path: "idTagInfo", problem: "the required field is missing")),
        (#"{"idTagInfo":{"status":"Accepted"}}"#, PayloadError(path: "transactionId", problem: "the required field is missing")),
        (
            #"{"idTagInfo":{},"transactionId":12}"#,
            PayloadError(path: "idTagInfo.status", problem: "the required field is missing")
        ),
        (
            #"{"idTagInfo":{"status":"Perhaps"},"transactionId":12}"#,
            PayloadError(
                path: "idTagInfo.status", problem: "'Perhaps' is not one of Accepted, Blocked, Expired, Invalid, ConcurrentTx")
        ),
        (
            #"{"idTagInfo":{"status":"Accepted"},"transactionId":"twelve"}"#,
            PayloadError(path: "transactionId", problem: "an integer is expected, found a string")
        ),
        (#"[1]"#, PayloadError(path: "", problem: "an object is expected, found an array")),
        (#"{"idTagInfo"#, PayloadError(path: "", problem: "not JSON at byte 11: a string does not end")),
    ]

    @Test(arguments: useless) func `to StartTransaction without its substance is an error that says where`(
        json: String, error: PayloadError
    ) {
        #expect(throws: error) { try Payload(text: json).decode(StartTransaction.Confirmation.self) }
    }

    @Test func `to BootNotification without a status is an error`() {
        #expect(throws: PayloadError(path: "status", problem: "the required field is missing")) {
            try Payload(text: #"{"currentTime":"2026-11-22T09:00:00Z","interval":300}"#).decode(BootNotification.Confirmation.self)
        }
    }

    @Test func `that breaks off is an error when decoded, not a lost answer`() {
        guard case .result("7", let payload) = IncomingFrame.parse(#"[3,"7",{"currentTime":"#) else {
            Issue.record("no CALLRESULT")
            return
        }
        #expect(throws: PayloadError.self) { try payload.decode(Heartbeat.Confirmation.self) }
    }

    @Test func `never stops the process, whatever type is asked for`() throws {
        #expect(throws: PayloadError.self) { try Payload(text: #"{"a":1}"#).decode(UInt8.self) }
        #expect(throws: PayloadError.self) { try Payload(text: "300").decode(UInt8.self) }
        #expect(throws: PayloadError.self) { try Payload(text: "1e300").decode(Float.self) }
        #expect(throws: PayloadError.self) { try Payload(text: #""nan""#).decode(Double.self) }
        #expect(try Payload(text: #"{"a":"2.50"}"#).decode([String: Double].self) == ["a": 2.5])
    }
}
