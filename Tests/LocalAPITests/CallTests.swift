import BoardSupport
import ChargePointCore
import HTTPTypes
import LocalAPIModels
import OCPP
import Testing
import Units

@testable import LocalAPI

@Suite struct `Calls of the local API` {
    @Test(arguments: [
        ("/plug", "", "plug 1"), ("/suspend-ev", "{}", "suspend 1"), ("/resume-ev", "", "resume 1"),
        ("/fault", #"{"errorCode":"GroundFailure"}"#, "fault 1 GroundFailure - true"),
        ("/fault", #"{"errorCode":"OtherError","vendorErrorCode":"E7","active":false}"#, "fault 1 OtherError E7 false"),
        ("/contactor", #"{"failure":"welded"}"#, "contactor 1 welded"), ("/contactor", #"{"failure":null}"#, "contactor 1 -"),
        ("/meter", #"{"failure":"silent"}"#, "meter 1 true -"), ("/meter", #"{"failure":null}"#, "meter 1 false -"),
        ("/meter", #"{"registerWh":500}"#, "meter 1 - 500 Wh"),
        ("/pilot", #"{"state":"E"}"#, "pilot 1 state(Units.VehicleState.e)"),
        ("/pilot", #"{"state":"diodeFault"}"#, "pilot 1 diodeFault"), ("/pilot", #"{"state":null}"#, "pilot 1 -"),
        ("/lock", #"{"failure":"stuck"}"#, "lock 1 stuck"),
        ("/lock", #"{"failure":"released"}"#, "lock 1 released"), ("/lock", #"{"failure":null}"#, "lock 1 -"),
        ("/overdraw", #"{"currentA":40}"#, "overdraw 1 40.0 A"), ("/overdraw", #"{"currentA":null}"#, "overdraw 1 -"),
    ])
    func `a simulator call is applied and settled before it is answered`(path: String, body: String, applied: String) async throws {
        let chargePoint = FakeChargePoint()

        let answer = try await InMemory(chargePoint).call(.post, "/v1/simulator/connectors/1" + path, body)

        #expect(answer.status == 200 && answer.text == "{}")
        #expect(chargePoint.with { $0.trace } == [applied, "settle"])
    }

    @Test(arguments: [
        ("/cards", #"{"idTag":"04A2B3C4"}"#, "card 04A2B3C4 all"),
        ("/cards", #"{"idTag":"04A2B3C4","connectors":[2]}"#, "card 04A2B3C4 [2]"),
        ("/reader", #"{"failure":"hung"}"#, "reader hung"), ("/power-loss", "", "power loss"),
    ])
    func `reader, cards and power too`(path: String, body: String, applied: String) async throws {
        let chargePoint = FakeChargePoint()

        let answer = try await InMemory(chargePoint).call(.post, "/v1/simulator" + path, body)

        #expect(answer.status == 200)
        #expect(chargePoint.with { $0.trace } == [applied, "settle"])
    }

    @Test(arguments: ["/v1/simulator/connectors/1/plug", "/v1/simulator/cards", "/v1/simulator/power-loss", "/v1/simulator/reader"])
    func `a real board has no simulator calls`(path: String) async throws {
        let body = path.hasSuffix("cards") ? #"{"idTag":"1"}"# : ""

        let answer = try await InMemory(FakeChargePoint(isSimulated: false)).call(.post, path, body)

        #expect(answer.status == 404)
        #expect(try answer.error.code == "notSimulated")
    }

    @Test func `start carries the identifier and what the lists say of it`() async throws {
        let chargePoint = FakeChargePoint()
        let lookup = CardLookup(own: OwnCard(idTag: "04A2B3C4"))
        chargePoint.with { $0.lookup = lookup }

        let answer = try await InMemory(chargePoint).call(.post, "/v1/connectors/2/start", #"{"idTag": "04A2B3C4"}"#)

        #expect(answer.status == 200 && answer.text == "{}")
        #expect(chargePoint.with { $0.requests } == [.start(2, "04A2B3C4", lookup)])
    }

    @Test(arguments: [
        (HTTPRequest.Method.post, "/v1/connectors/1/stop", "", OperatorRequest.stop(1)),
        (.post, "/v1/connectors/1/unlock", "", .unlock(1)),
        (.post, "/v1/connectors/0/availability", #"{"type":"Inoperative"}"#, .changeAvailability(0, .inoperative)),
        (.post, "/v1/queue/7/resend", "", .resend(7)), (.post, "/v1/cards/learn", "", .learnCard),
        (.delete, "/v1/cards/04A2B3C4", "", .removeCard("04A2B3C4")), (.delete, "/v1/security-log", "", .clearSecurityLog),
        (.put, "/v1/cards/a%20b", "", .saveCard(OwnCard(idTag: "a b"))),
        (
            .put, "/v1/cards/1", #"{"status":"Blocked","expiryDate":"2026-11-22T12:00:00Z","parentIdTag":"P","name":"N"}"#,
            .saveCard(OwnCard(idTag: "1", status: .blocked, expiryDate: .noon, parentIdTag: "P", name: "N"))
        ),
        (.put, "/v1/configuration/Key", #"{"value":"x"}"#, .changeConfiguration(key: "Key", value: "x")),
        (.put, "/v1/configuration/Key", #"{"value":300}"#, .changeConfiguration(key: "Key", value: "300")),
        (.put, "/v1/configuration/Key", #"{"value":true}"#, .changeConfiguration(key: "Key", value: "true")),
    ])
    func `an operator's call becomes a request`(
        method: HTTPRequest.Method, path: String, body: String, request: OperatorRequest
    ) async throws {
        let chargePoint = FakeChargePoint()

        let answer = try await InMemory(chargePoint).call(method, path, body)

        #expect(answer.status == 200 && answer.text == "{}")
        #expect(chargePoint.with { $0.requests } == [request])
    }

    @Test(arguments: [
        (OperatorAnswer.configuration(.accepted), 200, "Accepted"), (.configuration(.rebootRequired), 200, "RebootRequired"),
        (.configuration(.rejected), 409, "Rejected"), (.configuration(.notSupported), 404, "NotSupported"),
        (.availability(.scheduled), 200, "Scheduled"), (.availability(.rejected), 409, "Rejected"),
        (.unlock(.unlocked), 200, "Unlocked"),
        (.unlock(.unlockFailed), 409, "UnlockFailed"), (.unlock(.notSupported), 409, "NotSupported"),
    ])
    func `OCPP's own statuses are told, and a refusal is an error as well`(answer: OperatorAnswer, status: Int, word: String)
        async throws
    {
        let chargePoint = FakeChargePoint()
        chargePoint.with { $0.answer = answer }

        let answer = try await InMemory(chargePoint).call(.put, "/v1/configuration/Key", #"{"value":"x"}"#)

        #expect(answer.status == status)
        #expect(try answer.json["status"] == .text(word))
        let hasError = try answer.json["error"] != nil
        #expect(hasError == (status != 200))
    }

    @Test(arguments: [
        (ContactorState.welded, "the contactor of connector 1 is welded and the plug may be live; switch off upstream first"),
        (.open, "check the plug for tension"),
    ])
    func `a plug that stays locked behind a weld is no matter of the lock`(contactor: ContactorState, words: String) async throws {
        let chargePoint = FakeChargePoint()
        chargePoint.with {
            $0.answer = .unlock(.unlockFailed)
            $0.source.view.connectors[0].contactor = contactor
        }

        let answer = try await InMemory(chargePoint).call(.post, "/v1/connectors/1/unlock")

        #expect(answer.status == 409)
        let message = try answer.error.message
        #expect(message.contains(words))
    }

    @Test func `a learnt card is named`() async throws {
        let chargePoint = FakeChargePoint()
        chargePoint.with { $0.answer = .learnt("04A2B3C4") }

        #expect(try await InMemory(chargePoint).call(.post, "/v1/cards/learn").text == #"{"idTag":"04A2B3C4"}"#)
    }

    @Test func `one card is looked up in own list, local list and cache`() async throws {
        let chargePoint = FakeChargePoint()
        let api = InMemory(chargePoint)

        #expect(try await api.call(.get, "/v1/cards/1").status == 404)
        chargePoint.with { $0.lookup = CardLookup(cache: IdTagInfo(status: .blocked)) }
        let known = try await api.call(.get, "/v1/cards/1")

        #expect(
            known.text == #"{"expiryDate":null,"idTag":"1","name":null,"parentIdTag":null,"source":"cache","status":"Blocked"}"#)
    }

    @Test(arguments: [
        (Refusal.Code.unknownConnector, 404), (.notFound, 404), (.occupied, 409), (.noTransaction, 409), (.notAuthorised, 403),
        (.unavailable, 409), (.faulted, 409), (.storageFailing, 503), (.timedOut, 503), (.invalid, 400), (.shuttingDown, 503),
        (.notSupported, 501),
    ])
    func `a refusal keeps its word and its sentence`(code: Refusal.Code, status: Int) async throws {
        let chargePoint = FakeChargePoint()
        chargePoint.with { $0.answer = .refused(Refusal(code, "because")) }

        let answer = try await InMemory(chargePoint).call(.post, "/v1/connectors/1/stop")

        #expect(answer.status == status)
        #expect(try answer.error == .init(code: code.rawValue, message: "because"))
    }

    @Test func `without a central system there is no link to drop`() async throws {
        let chargePoint = FakeChargePoint()
        let api = InMemory(chargePoint)
        #expect(try await api.call(.post, "/v1/link/disconnect").text == "{}")
        #expect(try await api.call(.post, "/v1/link/connect").text == "{}")
        chargePoint.with { $0.linkRefusal = Refusal(.notSupported, "standalone") }

        #expect(try await api.call(.post, "/v1/link/disconnect").status == 501)
        #expect(try await api.call(.post, "/v1/link/connect").status == 501)
    }

    @Test(arguments: ["/v1/sessions", "/v1/sessions?format=csv", "/v1/queue", "/v1/cards"])
    func `a store that fails is said, not hidden behind an empty list`(path: String) async throws {
        let chargePoint = FakeChargePoint()
        chargePoint.with { $0.storageFailure = RecordStoreError(.full, "the disk is full; free some space") }

        let answer = try await InMemory(chargePoint).call(.get, path)

        #expect(answer.status == 503)
        #expect(try answer.error == .init(code: "storageFailing", message: "the disk is full; free some space"))
    }
}
