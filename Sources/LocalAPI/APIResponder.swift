import Hummingbird
import HummingbirdCore
import HTTPTypes
import LocalAPIModels
import Logging
import NIOCore

/// Finds a call's route, checks everything that is common to all calls, and turns every failure into the contract's error object.
struct APIResponder: Sendable {
    /// The most that a request body may carry.
    static let bodyLimit = 64 * 1024

    var routes: [Route]
    /// Guards the TCP side; nil on the Unix socket, which file permissions guard.
    var gate: WebGate?
    var logger: Logger

    func respond(to request: Request, from peer: Peer) async -> Response {
        var response: Response
        do {
            response = try await answer(request, peer)
        } catch {
            let problem = APIError(any: error)
            if problem.status.code >= 500 {
                logger.warning(
                    "local API call failed",
                    metadata: ["call": "\(request.method) \(request.uri.path)", "error": "\(problem.sentence(for: error))"])
            }
            response = .error(problem)
        }
        response.headers[.cacheControl] = "no-store"
        response.headers[.xContentTypeOptions] = "nosniff"
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ request: Request, _ peer: Peer) async throws -> Response {
        let method = request.method == .head ? .get : request.method
        let segments = request.uri.path.split(separator: "/")
        let matches = routes.compactMap { route in route.match(segments).map { (route: route, parameters: $0) } }
        let match = matches.first { $0.route.method == method }
        if let gate, match?.route.isPublic != true {
            try gate.admit(request, from: peer)
        }
        guard let match else { throw missing(request, allowed: matches.map(\.route.method)) }
        if method != .get, let gate { try gate.refuseForeignOrigin(request) }

        let query = try query(of: request, known: match.route.query)
        var bytes: [UInt8] = []
        if method != .get {
            do {
                bytes = Array(try await request.body.collect(upTo: Self.bodyLimit).readableBytesView)
            } catch is NIOTooManyBytesError {
                throw APIError(
                    .contentTooLarge, "tooLarge", "the body is larger than \(Self.bodyLimit / 1024) KiB; send less at once")
            } catch let error where !(error is CancellationError) {
                throw APIError(
                    .badRequest, "invalid", "the body does not arrive as its headers say: \(error)", headers: [.connection: "close"]
                )
            }
        }
        let body = try BodyFields(parsing: bytes, known: match.route.fields)
        return try await match.route.respond(
            Call(parameters: match.parameters, query: query, body: body, peer: peer, sessionToken: gate?.sessionToken(request)))
    }

    private func missing(_ request: Request, allowed: [HTTPRequest.Method]) -> APIError {
        let path = request.uri.path.prefix(200)
        guard !allowed.isEmpty else {
            let known = nearest(String(path), among: Array(Set(routes.map(\.path)))).map { "; did you mean \($0)?" } ?? ";"
            return APIError(.notFound, "unknownPath", "there is no \(path)\(known) GET /v1/openapi.json lists every call")
        }
        let methods = allowed.map(\.rawValue).joined(separator: ", ")
        return APIError(
            .methodNotAllowed, "methodNotAllowed", "\(path) does not take \(request.method.rawValue); it takes \(methods)",
            headers: [.allow: methods])
    }

    private func query(of request: Request, known: [String]) throws(APIError) -> [String: String] {
        var result: [String: String] = [:]
        for pair in (request.uri.query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = percentDecoded(parts[0]), let value = percentDecoded(parts.count > 1 ? parts[1] : "") else {
                throw .invalid("the query '\(pair.prefix(64))' is not percent-encoded correctly")
            }
            guard known.contains(name) else {
                throw .invalid("unknown query parameter '\(name.prefix(64))'; \(suggestion(for: name, among: known))")
            }
            result[name] = value
        }
        return result
    }
}

extension Response {
    static func error(_ error: APIError) -> Response {
        let body = (try? JSONText.encode(error.report)) ?? Array(#"{"error":{"code":"internal","message":""}}"#.utf8)
        return text(body, "application/json", status: error.status, headers: error.headers)
    }
}
