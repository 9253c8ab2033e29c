import OCPP
import Testing

@Suite(.ocppJ("4.2")) struct `A frame` {
    static let errors: [(text: String, error: CallError)] = [
        (
            #"[4,"7","InternalError","oops",{"a":1}]"#,
            CallError(code: .internalError, description: "oops", details: #"{"a":1}"#)
        ),
        (#"[4,"7","NotSupported","",{}]"#, CallError(code: .notSupported)),
        // Missing, null and mistyped elements.
        (#"[4,"7","GenericError"]"#, CallError(code: .genericError)),
        (#"[4,"7","GenericError","text"]"#, CallError(code: .genericError, description: "text")),
        (#"[4,"7"]"#, CallError(code: .genericError)),
        (#"[4,"7",null,null,null]"#, CallError(code: .genericError)),
        (#"[4,"7","InternalError",5,"SELECT 1"]"#, CallError(code: .internalError, description: "5", details: #""SELECT 1""#)),
        (#"[4,"7","InternalError","x",[1]]"#, CallError(code: .internalError, description: "x", details: "[1]")),
        (#"[4,"7","InternalError","x",{"#, CallError(code: .internalError, description: "x")),
        // Codes that are misspelt or from elsewhere.
        (#"[4,"7","FormatViolation","x",{}]"#, CallError(code: .formationViolation, description: "x")),
        (#"[4,"7","OccurrenceConstraintViolation","x",{}]"#, CallError(code: .occurenceConstraintViolation, description: "x")),
        (#"[4,"7","OccurenceConstraintViolation","x",{}]"#, CallError(code: .occurenceConstraintViolation, description: "x")),
        (#"[4,"7","RpcFrameworkError","x",{}]"#, CallError(code: .genericError, description: "RpcFrameworkError: x")),
        (#"[4,"7","RpcFrameworkError","",{}]"#, CallError(code: .genericError, description: "RpcFrameworkError")),
        (#"[4,"7",42,"x",{}]"#, CallError(code: .genericError, description: "42: x")),
    ]

    @Test(arguments: errors) func `with an error is read as far as it goes`(text: String, error: CallError) {
        #expect(IncomingFrame.parse(text) == .error("7", error))
    }

    @Test(arguments: [
        "", " ", "null", "{}", "\"text\"", "5", "[]", "[", "[2", "[2,", #"[2,"7"#, #"[3,null,{}]"#, #"[2,null,"Reset",{}]"#,
        #"[2,{},"Reset",{}]"#, #"[2,[1],"Reset",{}]"#, #"[5,"7",{}]"#, #"[1,"7","Reset",{}]"#, #"[6,"7","Reset",{}]"#,
        #"[-2,"7","Reset",{}]"#,
        #"[null,"7",{}]"#, #"["3","7",{}]"#, "\u{FEFF}[]", "\u{0}", "[[[[[[", #"{"a":"#, "nul",
        "<html></html>",
    ]) func `without a type or a message id that can be used is unusable and unanswered`(text: String) {
        switch IncomingFrame.parse(text) {
        case .unusable(let problem, nil): #expect(!problem.isEmpty)
        case let frame: Issue.record("\(text) → \(frame)")
        }
    }

    @Test(arguments: ["\"2\"", "2.5", "null", "{}"])
    func `that looks like a CALL with a mistyped type is answered`(type: String) {
        guard case .unusable(_, let answer) = IncomingFrame.parse("[" + type + #","7","Reset",{"type":"Hard"}]"#) else {
            Issue.record("usable")
            return
        }
        #expect(answer?.id == "7")
        #expect(answer?.error.code == .formationViolation)
    }

    @Test(arguments: [
        #"[2,"7"]"#, #"[2,"7","Reset"]"#, #"[2,"7",5,{}]"#, #"[2,"7","Reset",{"type":"Hard"},{}]"#,
        #"[2,"7","Reset",{"type":"Hard"}"#,
        #"[2,"7","Reset",{"type":"Hard"}] trailing"#, #"[2,"7","Reset",{"type":"Ha"# + "\n" + #"rd"}]"#,
        #"[2,"7","Reset",{"type":"\x"}]"#,
        #"[2,"7","Reset",{"type":"\u12"}]"#, #"[2,"7","Reset",01]"#, #"[2,"7","Reset",1.]"#, #"[2,"7","Reset",1e]"#,
        #"[2,"7","Reset",-]"#,
        #"[2,"7",}"#, #"[2,"7","#,
    ]) func `of a CALL that is malformed after its id is answered with FormationViolation`(text: String) {
        guard case .refused("7", let error) = IncomingFrame.parse(text) else {
            Issue.record("\(text) → \(IncomingFrame.parse(text))")
            return
        }
        #expect(error.code == .formationViolation)
    }

    @Test(
        .ocppJ("4.1.4"),
        arguments: [
            (#""7""#, "7"), ("7", "7"), ("7.50", "7.50"), (#""""#, ""), (#""ü\"\n""#, "ü\"\n"),
            ("\"" + String(repeating: "x", count: 300) + "\"", String(repeating: "x", count: 300)),
        ]) func `keeps the other side's message id, whatever it looks like`(json: String, id: String)
    {
        #expect(IncomingFrame.parse("[2,\(json),\"ClearCache\",{}]") == .call(MessageId(id), .clearCache(ClearCache())))
    }

    @Test func `nested too deeply is refused without recursion running away`() {
        let deep = String(repeating: "[", count: 1_000_000)

        guard case .refused("7", let error) = IncomingFrame.parse(#"[2,"7","DataTransfer",{"vendorId":"v","x":"# + deep) else {
            Issue.record("not refused")
            return
        }
        #expect(error.code == .formationViolation)
        #expect(error.description.contains("nested deeper than 64 levels"))
    }

    @Test func `of four mebibytes is read`() {
        let entry = #"{"idTag":"04A2B3C4D5E6F7","idTagInfo":{"status":"Accepted","expiryDate":"2026-11-22T09:00:00Z"}}"#
        let count = 4 * 1024 * 1024 / (entry.utf8.count + 1)
        let list = Array(repeating: entry, count: count).joined(separator: ",")
        let text = #"[2,"7","SendLocalList",{"listVersion":1,"updateType":"Full","localAuthorizationList":["# + list + "]}]"

        guard case .call(_, .sendLocalList(let request)) = IncomingFrame.parse(text) else {
            Issue.record("not read")
            return
        }
        #expect(request.localAuthorizationList?.count == count)
    }

    @Test func `carries our id and text escaped`() {
        let frame = OutgoingFrame.error("a\"\\\u{1}", CallError(code: .genericError, description: "line\nüber\t/"))

        #expect(frame.encoded() == #"[4,"a\"\\\u0001","GenericError","line\nüber\t/",{}]"#)
    }

    @Test(arguments: [("{}", "{}"), (#"{"a":1}"#, #"{"a":1}"#), ("[1]", "{}"), ("", "{}"), ("{", "{}"), (#"{}],"x""#, "{}")])
    func `sends error details only when they are an object`(details: String, sent: String) {
        let frame = OutgoingFrame.error("7", CallError(code: .internalError, details: details))

        #expect(frame.encoded() == #"[4,"7","InternalError","","# + sent + "]")
    }

    @Test func `cuts an error's description at 255 characters`() {
        let error = CallError(code: .internalError, description: String(repeating: "é", count: 256))

        let text = OutgoingFrame.error("7", error).encoded()

        #expect(text == #"[4,"7","InternalError",""# + String(repeating: "é", count: 255) + #"",{}]"#)
    }

    @Test func `repeats a request with the same bytes under another id`() throws {
        let request = ChargePointRequest.bootNotification(
            BootNotification(chargePointVendor: "Example", chargePointModel: "Wallbox 11", firmwareVersion: "1/2"))

        let recorded = Payload(text: request.payloadJSON())
        let repeated = try ChargePointRequest(action: .bootNotification, payload: recorded)

        #expect(repeated.payloadJSON() == recorded.text)
        #expect(OutgoingFrame.call("b", repeated).encoded() == #"[2,"b","BootNotification",\#(recorded.text)]"#)
    }

    @Test func `is not built from a recorded action that a charge point never sends`() {
        #expect(throws: PayloadError.self) { try ChargePointRequest(action: .reset, payload: Payload(text: #"{"type":"Hard"}"#)) }
    }

    @Test func `speaks even when a number has no JSON spelling`() {
        let schedule = ChargingSchedule(
            chargingRateUnit: .a, chargingSchedulePeriod: [ChargingSchedulePeriod(startPeriod: 0, limit: .infinity)])

        #expect(Payload(schedule).text.contains(#""limit":"Infinity""#))
    }
}
