import HTTPTypes
import LocalAPIModels
import Testing

@testable import LocalAPI

@Suite struct `Calls that are wrong` {
    static let start = "/v1/connectors/1/start"
    static let simulator = "/v1/simulator/connectors/1/"

    @Test(arguments: [
        ("{", "malformedJSON", "JSON"), ("\u{0}", "malformedJSON", "JSON"), ("[]", "invalid", "a list"),
        ("\"x\"", "invalid", "a text"),
        ("null", "invalid", "null"), ("7", "invalid", "a number"), ("{}", "invalid", "idTag is missing"),
        (#"{"idTag":null}"#, "invalid", "idTag is missing"), (#"{"idTag":7}"#, "invalid", "idTag"),
        (#"{"idTag":""}"#, "invalid", "idTag"),
        (#"{"idTag":"123456789012345678901"}"#, "invalid", "at most 20|1 to 20 characters"),
        (#"{"idtag":"1"}"#, "invalid", "did you mean 'idTag'"), (#"{"idTag":"1","x":1}"#, "invalid", "unknown field 'x'"),
        (String(repeating: "[", count: 10_000), "malformedJSON", "nests"),
        (#"{"idTag":"# + String(repeating: "[", count: 400) + String(repeating: "]", count: 400) + "}", "malformedJSON", "nests"),
        (#"{"idTag":[["[{\"[{[{[{[{"]]}"#, "invalid", "idTag"),
        (#"{"idTag":1e999}"#, "malformedJSON", "JSON"),
    ])
    func `a body that is not what the call takes is refused by field`(body: String, code: String, message: String) async throws {
        let chargePoint = FakeChargePoint()

        let answer = try await InMemory(chargePoint).call(.post, Self.start, body)

        #expect(answer.status == 400)
        let error = try answer.error
        #expect(error.code == code)
        #expect(message.split(separator: "|").contains { error.message.contains($0) }, "\(error.message)")
        #expect(chargePoint.with { $0.requests.isEmpty })
    }

    @Test(arguments: [
        ("fault", #"{"errorCode":"Groundfailure"}"#), ("fault", #"{"errorCode":"NoError"}"#), ("fault", "{}"),
        ("fault", #"{"errorCode":"OtherError","active":"yes"}"#), ("contactor", "{}"), ("contactor", #"{"failure":"open"}"#),
        ("meter", "{}"),
        ("meter", #"{"failure":"loud"}"#), ("meter", #"{"registerWh":-1}"#), ("meter", #"{"registerWh":1.5}"#),
        ("pilot", #"{"state":"G"}"#),
        ("pilot", "{}"), ("lock", #"{"failure":true}"#), ("overdraw", "{}"), ("overdraw", #"{"currentA":-1}"#),
        ("overdraw", #"{"currentA":"much"}"#), ("plug", #"{"x":1}"#),
    ])
    func `the simulator takes only what it knows`(path: String, body: String) async throws {
        let chargePoint = FakeChargePoint()

        let answer = try await InMemory(chargePoint).call(.post, Self.simulator + path, body)

        #expect(answer.status == 400)
        #expect(chargePoint.with { $0.trace } == [])
    }

    @Test(arguments: [
        (HTTPRequest.Method.get, "/v1/state", "unknownPath"), (.get, "/v1/status/x", "unknownPath"),
        (.get, "/v1/cards/%zz", "unknownPath"), (.get, "/v1/cards/%ff", "unknownPath"),
        (.post, "/v1/connectors/x/stop", "unknownConnector"), (.post, "/v1/connectors/-1/stop", "unknownConnector"),
        (.post, "/v1/connectors/99999999999999999999/stop", "unknownConnector"), (.post, "/v1/queue/x/resend", "notFound"),
        (.post, "/v1/simulator/connectors/3/plug", "unknownConnector"), (.get, "/v1/configuration?key=None", "unknownKey"),
    ])
    func `what does not exist is 404 with a word`(method: HTTPRequest.Method, path: String, code: String) async throws {
        let answer = try await InMemory(FakeChargePoint()).call(method, path)

        #expect(answer.status == 404)
        #expect(try answer.error.code == code)
    }

    @Test func `what the simulated world does not allow is 409`() async throws {
        let answer = try await InMemory(FakeChargePoint()).call(.post, Self.simulator + "unplug")

        #expect(answer.status == 409)
        #expect(try answer.error == .init(code: "notPossible", message: "no cable is plugged in at connector 1"))
    }

    @Test(arguments: [
        (HTTPRequest.Method.post, "/v1/status", "GET"), (.get, "/v1/connectors/1/start", "POST"),
        (.post, "/v1/cards/1", "GET, PUT, DELETE"),
        (.patch, "/v1/configuration/Key", "PUT"),
    ])
    func `a method that a path does not take is 405 and names those it takes`(
        method: HTTPRequest.Method, path: String, allowed: String
    ) async throws {
        let answer = try await InMemory(FakeChargePoint()).call(method, path)

        #expect(answer.status == 405)
        #expect(answer.headers[.allow] == allowed)
        #expect(try answer.error.code == "methodNotAllowed")
    }

    @Test(arguments: [
        "/v1/sessions?limit=0", "/v1/sessions?limit=1001", "/v1/sessions?limit=x", "/v1/sessions?cursor=x",
        "/v1/sessions?from=yesterday",
        "/v1/sessions?format=xml", "/v1/sessions?limits=5", "/v1/sessions?from=%f", "/v1/status?x", "/v1/queue?limit=-1",
    ])
    func `a query that is not what the call takes is 400`(path: String) async throws {
        #expect(try await InMemory(FakeChargePoint()).call(.get, path).status == 400)
    }

    @Test(arguments: [(64 * 1024, 400), (64 * 1024 + 1, 413)])
    func `a body larger than 64 KiB is not read to its end`(size: Int, status: Int) async throws {
        let answer = try await InMemory(FakeChargePoint()).call(.post, Self.start, String(repeating: "x", count: size))

        #expect(answer.status == status)
    }

    @Test func `a value that OCPP could not carry is refused`() async throws {
        let api = InMemory(FakeChargePoint())
        let tooLong = #"{"value":"\#(String(repeating: "x", count: 501))"}"#

        #expect(try await api.call(.put, "/v1/configuration/Key", tooLong).status == 400)
        #expect(try await api.call(.put, "/v1/configuration/Key", #"{"value":[]}"#).status == 400)
        #expect(try await api.call(.put, "/v1/configuration/Key", "{}").status == 400)
        #expect(try await api.call(.put, "/v1/cards/123456789012345678901").status == 400)
        #expect(try await api.call(.put, "/v1/cards/1", #"{"status":"Good"}"#).status == 400)
    }
}
