import Hummingbird
import HTTPTypes
import LocalAPIModels
import Logging
import NIOCore
import NIOPosix

@testable import LocalAPI

/// The local API without any connection.
struct InMemory {
    var responder: APIResponder
    var peer: Peer

    init(_ access: FakeChargePoint, web: WebConfiguration? = nil) {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let server = LocalAPIServer(
            access: access, socketPath: "/nowhere", web: web, eventLoopGroup: loop,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        responder = server.responder(gate: web.map { WebGate($0) })
        peer = Peer(address: "192.0.2.1", eventLoop: loop, close: {}, whenClosed: { _ in })
    }

    func call(_ method: HTTPRequest.Method, _ path: String, _ body: String = "", _ headers: HTTPFields = [:]) async throws -> Answer
    {
        var headers = headers
        if !body.isEmpty { headers[.contentLength] = "\(body.utf8.count)" }
        let head = HTTPRequest(method: method, scheme: "http", authority: "charger:8080", path: path, headerFields: headers)
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body)))
        let response = await responder.respond(to: request, from: peer)
        let collected = Collected()
        try await response.body.write(collected)
        return Answer(status: response.status.code, headers: response.headers, text: await collected.store.text)
    }

    struct Answer {
        var status: Int
        var headers: HTTPFields
        var text: String

        var json: JSONValue { get throws { try JSONText.decode(JSONValue.self, from: Array(text.utf8)) } }
        var error: ErrorReport.Problem { get throws { try JSONText.decode(ErrorReport.self, from: Array(text.utf8)).error } }
    }
}

/// Collects a response's body.
private struct Collected: ResponseBodyWriter {
    actor Store {
        var text = ""
        func add(_ buffer: ByteBuffer) { text += String(buffer: buffer) }
    }

    let store = Store()

    func write(_ buffer: ByteBuffer) async throws { await store.add(buffer) }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

extension JSONValue {
    subscript(_ name: String) -> JSONValue? { if case .object(let fields) = self { fields[name] } else { nil } }
    subscript(_ index: Int) -> JSONValue? {
        if case .list(let items) = self, items.indices.contains(index) { items[index] } else { nil }
    }
}
