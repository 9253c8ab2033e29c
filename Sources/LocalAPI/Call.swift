import Hummingbird
import HTTPTypes
import LocalAPIModels
import NIOCore

/// One call, with everything that its route may look at already checked and decoded.
struct Call: Sendable {
    /// The parts of the path that the route names, percent-decoded.
    var parameters: [String: String]
    var query: [String: String]
    var body: BodyFields
    var peer: Peer
    /// From the session cookie; nil on the Unix socket.
    var sessionToken: String?

    func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// A whole number within a range; nil when absent.
    func integer(_ name: String, _ range: ClosedRange<Int64>) throws(APIError) -> Int64? {
        guard let text = query[name] else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            throw .invalid(
                "\(name): a whole number from \(range.lowerBound) to \(range.upperBound) is expected, found '\(text.prefix(64))'")
        }
        return number
    }
}

/// Who called, and over what.
struct Peer: Sendable {
    /// IP address; empty on the Unix socket.
    var address: String
    var eventLoop: any EventLoop
    /// Ends the connection at once, whatever is still unsent.
    var close: @Sendable () -> Void
    /// Calls back once the connection is gone.
    var whenClosed: @Sendable (@escaping @Sendable () -> Void) -> Void
}

/// One line of the API's table.
struct Route: Sendable {
    var method: HTTPRequest.Method
    /// Such as `/v1/connectors/{n}/start`.
    var path: String
    var summary: String
    /// Query parameters that it knows.
    var query: [String] = []
    /// Fields of the JSON body that it knows.
    var fields: [String] = []
    /// Answered without a password, also on TCP.
    var isPublic = false
    var respond: @Sendable (Call) async throws -> Response

    init(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String, query: [String] = [], fields: [String] = [],
        isPublic: Bool = false,
        respond: @escaping @Sendable (Call) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.summary = summary
        self.query = query
        self.fields = fields
        self.isPublic = isPublic
        self.respond = respond
    }

    /// The path's named parts when it matches, nil when it does not.
    func match(_ segments: [Substring]) -> [String: String]? {
        let pattern = path.split(separator: "/")
        guard pattern.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (expected, found) in zip(pattern, segments) {
            if expected.hasPrefix("{") {
                guard let decoded = percentDecoded(found), !decoded.isEmpty else { return nil }
                parameters[String(expected.dropFirst().dropLast())] = decoded
            } else if expected != found {
                return nil
            }
        }
        return parameters
    }
}

/// nil when a percent sign is not followed by two hexadecimal digits, or the bytes are no UTF-8.
func percentDecoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            bytes.append(byte)
            continue
        }
        guard rest.count >= 2, let high = hexDigit(rest.removeFirst()), let low = hexDigit(rest.removeFirst()) else { return nil }
        bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
}

private func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}

extension Response {
    /// A JSON object with status 200 unless said otherwise.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) throws -> Response {
        text(try JSONText.encode(value), "application/json", status: status, headers: headers)
    }

    /// `{}`: done, and nothing to tell.
    static var done: Response { text(Array("{}".utf8), "application/json") }

    static func text(
        _ bytes: [UInt8], _ contentType: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = contentType
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
