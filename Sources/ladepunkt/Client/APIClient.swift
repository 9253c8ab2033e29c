import FoundationEssentials
import LocalAPIModels
import NIOCore
import NIOHTTP1
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Calls the daemon's local API: one connection per call.
struct APIClient: Sendable {
    typealias Inbound = NIOAsyncChannelInboundStream<HTTPClientResponsePart>

    var endpoint: Endpoint
    /// Of user admin; nil on the Unix socket.
    var password: String?

    /// - Returns: the body of a successful answer.
    func call(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async throws -> [UInt8] {
        let bytes = try body.map { try JSONText.encode($0) }
        return try await exchange(method, path, bytes) { head, parts in
            var answer: [UInt8] = []
            while let part = try await parts.next() {
                switch part {
                case .head: break
                case .body(let buffer): answer += buffer.readableBytesView
                case .end: return try check(head, answer)
                }
            }
            throw Failure.unavailable("ladepunktd at \(endpoint) ended the connection in the middle of its answer; look at its log")
        }
    }

    func get<Report: Decodable>(_ type: Report.Type, _ path: String) async throws -> Report {
        let bytes = try await call(.GET, path)
        do {
            return try JSONText.decode(type, from: bytes)
        } catch {
            throw Failure.unavailable(
                "ladepunktd at \(endpoint) answered GET \(path) with something else than expected: is it another version?")
        }
    }

    /// Server-sent events until the connection ends.
    func events(_ path: String, _ handle: (_ name: String, _ data: String) throws -> Void) async throws {
        try await exchange(.GET, path, nil) { head, parts in
            var lines = EventLines()
            var answer: [UInt8] = []
            while let part = try await parts.next() {
                guard case .body(let buffer) = part else { continue }
                guard head.status == .ok else {
                    answer += buffer.readableBytesView
                    continue
                }
                for event in lines.take(buffer.readableBytesView) { try handle(event.name, event.data) }
            }
            _ = try check(head, answer)
        }
    }

    private func check(_ head: HTTPResponseHead, _ answer: [UInt8]) throws -> [UInt8] {
        guard head.status.code >= 300 else { return answer }
        let report = try? JSONText.decode(ErrorReport.self, from: answer)
        throw Failure.refused(report?.error.message ?? "ladepunktd answered \(head.status.code) \(head.status.reasonPhrase)")
    }

    private func exchange<Result: Sendable>(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8]?,
        _ read: (HTTPResponseHead, inout Inbound.AsyncIterator) async throws -> Result
    ) async throws -> Result {
        let channel = try await connect()
        do {
            return try await channel.executeThenClose { inbound, outbound in
                var headers: HTTPHeaders = [
                    "host": endpoint.authority, "connection": "close", "content-length": "\(body?.count ?? 0)",
                ]
                if body != nil { headers.add(name: "content-type", value: "application/json") }
                if let password {
                    headers.add(name: "authorization", value: "Basic " + Data("admin:\(password)".utf8).base64EncodedString())
                }
                let head = HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers)
                var request: [HTTPClientRequestPart] = [.head(head)]
                if let body { request.append(.body(.byteBuffer(ByteBuffer(bytes: body)))) }
                request.append(.end(nil))
                // A server that has answered may hang up before it has read everything: what counts is its answer.
                var unsent: (any Error)?
                do { try await outbound.write(contentsOf: request) } catch { unsent = error }
                var parts = inbound.makeAsyncIterator()
                guard case .head(let head)? = try await parts.next() else { throw unsent ?? ChannelError.inputClosed }
                return try await read(head, &parts)
            }
        } catch let error as Failure {
            throw error
        } catch HTTPParserError.invalidEOFState {
            throw Failure.unavailable("ladepunktd at \(endpoint) ended the connection: it has stopped; look at its log")
        } catch is HTTPParserError {
            throw Failure.unavailable("what listens at \(endpoint) does not speak HTTP; is it ladepunktd?")
        } catch {
            throw Failure.unavailable("the connection to ladepunktd at \(endpoint) ended without an answer: \(error)")
        }
    }

    private func connect() async throws -> NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart> {
        let bootstrap = ClientBootstrap(group: Self.group).connectTimeout(.seconds(5))
        let initialise: @Sendable (any Channel) -> EventLoopFuture<NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>> =
            { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                }
            }
        do {
            switch endpoint {
            case .socket(let path): return try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: initialise)
            case .tcp(let host, let port):
                return try await bootstrap.connect(host: host, port: port, channelInitializer: initialise)
            }
        } catch {
            throw Failure.unavailable(
                "cannot reach ladepunktd at \(endpoint): \(reason(error)). Is it running? start it with "
                    + "`ladepunktd --board simulated` or `systemctl start ladepunktd`, or name its socket with --socket")
        }
    }

    private func reason(_ error: any Error) -> String {
        let cause = (error as? NIOConnectionError)?.connectionErrors.first?.error ?? error
        if let error = error as? NIOConnectionError, error.connectionErrors.isEmpty {
            return "the name \(error.host) cannot be resolved"
        }
        switch (cause as? IOError)?.errnoCode {
        case ENOENT: return "no such file"
        case EACCES: return "no permission (join group ladepunkt, or use sudo)"
        case ECONNREFUSED: return "nobody listens there"
        default: break
        }
        switch cause {
        case SocketAddressError.unixDomainSocketPathTooLong: return "the socket's path is longer than 107 bytes"
        default: return "\(cause)"
        }
    }

    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
}

/// Cuts a text/event-stream into its events.
struct EventLines {
    private var line: [UInt8] = []
    private var name = "message"
    private var data = ""

    mutating func take(_ bytes: some Sequence<UInt8>) -> [(name: String, data: String)] {
        var events: [(name: String, data: String)] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                continue
            }
            let text = String(decoding: line, as: UTF8.self)
            line = []
            if text.isEmpty {
                if !data.isEmpty { events.append((name, data)) }
                (name, data) = ("message", "")
            } else if text.hasPrefix("event: ") {
                name = String(text.dropFirst(7))
            } else if text.hasPrefix("data: ") {
                data += text.dropFirst(6)
            }
        }
        return events
    }
}

/// For one part of a path: everything but letters, digits and `-._~` is encoded.
func percentEncoded(_ text: String) -> String {
    text.utf8.map { byte in
        let scalar = Unicode.Scalar(byte)
        if scalar.isASCII, scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-._~".unicodeScalars.contains(scalar)
        {
            return String(scalar)
        }
        return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
}
