import FoundationEssentials
import Hummingbird
import HummingbirdCore
import HTTPTypes
import LocalAPIModels
import NIOCore
import Synchronization

/// Lets in over TCP only who knows the password or holds a session cookie, and nothing that another web site's page sends.
final class WebGate: Sendable {
    static let cookie = "ladepunkt_session"

    private let configuration: WebConfiguration
    private let logins = Mutex(Logins())
    private let start = ContinuousClock.now

    init(_ configuration: WebConfiguration) { self.configuration = configuration }

    /// - Throws: 401 without the right password, 429 after too many wrong ones.
    func admit(_ request: Request, from peer: Peer) throws(APIError) {
        if let token = sessionToken(request), logins.withLock({ $0.isOpen(token, at: uptime) }) { return }
        guard let given = basicPassword(request) else {
            throw APIError(
                .unauthorized, "unauthorised",
                configuration.password == nil
                    ? "no password is configured, so nobody may call this over the network: set web.password"
                    : "this call needs the password: user admin, password as in web.password of the configuration file",
                headers: challenge(request))
        }
        try check(given, from: peer)
    }

    /// Checks the password and opens a session.
    /// - Returns: the `Set-Cookie` value.
    func logIn(password: String, from peer: Peer) throws(APIError) -> String {
        try check(password, from: peer)
        var random = SystemRandomNumberGenerator()
        let token = String(random.next(), radix: 16) + "-" + String(random.next(), radix: 16)
        logins.withLock { $0.open(token, at: uptime) }
        return "\(Self.cookie)=\(token); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(Logins.sessionDuration.components.seconds)"
    }

    /// Ends the session; an unknown one is ended already.
    func logOut(_ token: String) { logins.withLock { $0.close(token) } }

    /// Browsers say where a request comes from; programs say nothing and are let through.
    func refuseForeignOrigin(_ request: Request) throws(APIError) {
        if let site = request.headers[.secFetchSite], site != "same-origin", site != "none" { throw foreign }
        if let origin = request.headers[.origin] {
            let host = origin.split(separator: "/").last.map { String($0) }
            guard let authority = request.head.authority, origin.contains("://"), host?.lowercased() == authority.lowercased()
            else {
                throw foreign
            }
        }
        let hasBody = request.headers[.transferEncoding] != nil || (request.headers[.contentLength].map { $0 != "0" } ?? false)
        if hasBody {
            let type = request.headers[.contentType]?.split(separator: ";").first.map { $0.lowercased().filter { $0 != " " } }
            guard type == "application/json" else {
                throw APIError(.unsupportedMediaType, "unsupportedMediaType", "the body's Content-Type must be application/json")
            }
        }
    }

    func sessionToken(_ request: Request) -> String? {
        for part in (request.headers[.cookie] ?? "").split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1)
            if pair.count == 2, pair[0].drop(while: { $0 == " " }) == Self.cookie { return String(pair[1]) }
        }
        return nil
    }

    /// A browser would ask for the password in a window of its own where the page has a form for it.
    private func challenge(_ request: Request) -> HTTPFields {
        request.headers[.secFetchDest] == "empty" ? [:] : [.wwwAuthenticate: #"Basic realm="ladepunkt", charset="UTF-8""#]
    }

    private var uptime: Duration { ContinuousClock.now - start }

    private var foreign: APIError {
        APIError(.forbidden, "crossOrigin", "calls that change anything are not taken from other web sites' pages")
    }

    private func check(_ given: String, from peer: Peer) throws(APIError) {
        let now = uptime
        if let wait = logins.withLock({ $0.wait(for: peer.address, at: now) }) {
            let seconds = max(1, wait.components.seconds + 1)
            throw APIError(
                .tooManyRequests, "tooManyAttempts", "too many wrong passwords; try again in \(seconds) s",
                headers: [.retryAfter: "\(seconds)"])
        }
        guard let password = configuration.password, isSame(given, password) else {
            logins.withLock { $0.failed(peer.address, at: now) }
            throw APIError(
                .unauthorized, "unauthorised", "wrong user or password: the user is admin, the password is web.password",
                headers: [.wwwAuthenticate: #"Basic realm="ladepunkt", charset="UTF-8""#])
        }
        logins.withLock { $0.succeeded(peer.address) }
    }

    /// nil when there is no such header; a wrong user or an unreadable header is a wrong password.
    private func basicPassword(_ request: Request) -> String? {
        guard let header = request.headers[.authorization] else { return nil }
        let parts = header.split(separator: " ")
        guard parts.count == 2, parts[0].lowercased() == "basic", let data = Data(base64Encoded: String(parts[1])),
            let text = String(validating: data, as: UTF8.self), text.hasPrefix("admin:")
        else { return "" }
        return String(text.dropFirst("admin:".count))
    }
}

/// Takes the same time whatever the position of the first difference.
func isSame(_ given: String, _ secret: String) -> Bool {
    let secret = Array(secret.utf8)
    guard !secret.isEmpty else { return false }
    var difference: UInt8 = 0
    var count = 0
    for byte in given.utf8 {
        difference |= byte ^ secret[count % secret.count]
        count += 1
    }
    return difference == 0 && count == secret.count
}

extension HTTPField.Name {
    /// Where a browser says that the page behind a request comes from; the name is valid, so the other one is never used.
    static let secFetchSite = HTTPField.Name("sec-fetch-site") ?? .origin
    /// What for: `empty` where the page's program asks; the name is valid, so the other one is never used.
    static let secFetchDest = HTTPField.Name("sec-fetch-dest") ?? .origin
}
