import HTTPTypes
import LocalAPIModels
import Testing

@testable import LocalAPI

@Suite struct `The local API on TCP` {
    static let web = WebConfiguration(host: "127.0.0.1", port: 0, password: "secret")
    /// admin:secret
    static let right: HTTPFields = [.authorization: "Basic YWRtaW46c2VjcmV0"]

    @Test(arguments: [
        nil, "Basic YWRtaW46d3Jvbmc=", "Basic cm9vdDpzZWNyZXQ=", "Basic !", "Bearer secret", "Basic YWRtaW46c2VjcmV0eA==",
        "Basic YWRtaW46",
    ])
    func `nothing is told without the password`(header: String?) async throws {
        var headers: HTTPFields = [:]
        headers[.authorization] = header

        for path in ["/v1/status", "/metrics", "/v1/nothing", "/v1/events"] {
            let answer = try await InMemory(FakeChargePoint(), web: Self.web).call(.get, path, "", headers)

            #expect(answer.status == 401)
            #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Basic ") == true)
        }
    }

    @Test func `the password opens everything, openapi json needs none`() async throws {
        let api = InMemory(FakeChargePoint(), web: Self.web)

        #expect(try await api.call(.get, "/v1/status", "", Self.right).status == 200)
        #expect(try await api.call(.get, "/metrics", "", Self.right).status == 200)
        #expect(try await api.call(.get, "/v1/openapi.json").status == 200)
    }

    @Test(arguments: [("/", "text/html"), ("/page.css", "text/css"), ("/page.js", "text/javascript")])
    func `the page itself needs no password and takes nothing from elsewhere`(path: String, type: String) async throws {
        let answer = try await InMemory(FakeChargePoint(), web: Self.web).call(.get, path)

        #expect(answer.status == 200)
        #expect(answer.headers[.contentType]?.hasPrefix(type) == true)
        #expect(answer.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'") == true)
        #expect(!answer.text.contains("http://") && !answer.text.contains("https://") && !answer.text.contains("innerHTML"))
    }

    @Test func `the page's own calls bring up no password window of the browser`() async throws {
        let api = InMemory(FakeChargePoint(), web: Self.web)

        #expect(try await api.call(.get, "/v1/status", "", [.secFetchDest: "empty"]).headers[.wwwAuthenticate] == nil)
        #expect(try await api.call(.get, "/v1/status", "", [.secFetchDest: "document"]).headers[.wwwAuthenticate] != nil)
    }

    @Test func `metrics need no password where they are public, the rest does`() async throws {
        let api = InMemory(FakeChargePoint(), web: WebConfiguration(host: "", port: 0, password: nil, publicMetrics: true))

        #expect(try await api.call(.get, "/metrics").status == 200)
        #expect(try await api.call(.get, "/v1/status").status == 401)
        #expect(try await api.call(.get, "/v1/status", "", [.authorization: "Basic YWRtaW46"]).status == 401)
    }

    @Test func `a browser session is opened with the password and ends with logout`() async throws {
        let api = InMemory(FakeChargePoint(), web: Self.web)
        let json: HTTPFields = [.contentType: "application/json"]
        #expect(try await api.call(.post, "/v1/login", #"{"password":"wrong"}"#, json).status == 401)

        let login = try await api.call(.post, "/v1/login", #"{"password":"secret"}"#, json)

        let cookie = try #require(login.headers[.setCookie])
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
        let session: HTTPFields = [.cookie: "other=1; " + cookie.prefix { $0 != ";" }]
        #expect(try await api.call(.get, "/v1/status", "", session).status == 200)
        #expect(try await api.call(.post, "/v1/logout", "", session).status == 200)
        #expect(try await api.call(.get, "/v1/status", "", session).status == 401)
    }

    @Test(
        arguments: [
            ([:], 200), ([.origin: "http://charger:8080"], 200), ([.origin: "http://evil.example"], 403), ([.origin: "null"], 403),
            ([.secFetchSite: "same-origin"], 200), ([.secFetchSite: "cross-site"], 403), ([.secFetchSite: "same-site"], 403),
        ] as [(HTTPFields, Int)])
    func `another site's page changes nothing`(headers: HTTPFields, status: Int) async throws {
        let api = InMemory(FakeChargePoint(), web: Self.web)

        #expect(try await api.call(.post, "/v1/connectors/1/stop", "", Self.right + headers).status == status)
        #expect(try await api.call(.get, "/v1/status", "", Self.right + headers).status == 200)
    }

    @Test(arguments: [("application/json", 200), ("application/json; charset=utf-8", 200), ("text/plain", 415), (nil, 415)])
    func `a body must say that it is JSON`(type: String?, status: Int) async throws {
        var headers = Self.right
        headers[.contentType] = type

        let answer = try await InMemory(FakeChargePoint(), web: Self.web).call(
            .post, "/v1/connectors/1/start", #"{"idTag":"1"}"#, headers)

        #expect(answer.status == status)
    }

    @Test func `five wrong passwords close the door to an address for a minute`() {
        var logins = Logins()
        for second in 0..<5 {
            #expect(logins.wait(for: "a", at: .seconds(second)) == nil)
            logins.failed("a", at: .seconds(second))
        }

        #expect(logins.wait(for: "a", at: .seconds(5)) == .seconds(59))
        #expect(logins.wait(for: "b", at: .seconds(5)) == nil)
        #expect(logins.wait(for: "a", at: .seconds(64)) == nil)
    }

    @Test func `the right password is not taken while the door is closed`() async throws {
        let api = InMemory(FakeChargePoint(), web: Self.web)
        for _ in 0..<5 { #expect(try await api.call(.get, "/v1/status", "", [.authorization: "Basic YWRtaW46eA=="]).status == 401) }

        let answer = try await api.call(.get, "/v1/status", "", Self.right)

        #expect(answer.status == 429)
        #expect(answer.headers[.retryAfter] != nil)
    }

    @Test func `sessions end by themselves and are bounded`() {
        var logins = Logins()
        for number in 0...Logins.limit { logins.open("\(number)", at: .seconds(number)) }

        #expect(!logins.isOpen("0", at: .seconds(100)))
        #expect(logins.isOpen("\(Logins.limit)", at: .seconds(100)))
        #expect(!logins.isOpen("\(Logins.limit)", at: .seconds(100) + Logins.sessionDuration))
    }

    @Test(arguments: [("secret", true), ("secre", false), ("secrett", false), ("", false), ("secretsecret", false)])
    func `passwords are compared whole`(given: String, same: Bool) {
        #expect(isSame(given, "secret") == same)
        #expect(!isSame(given, ""))
    }
}

private func + (left: HTTPFields, right: HTTPFields) -> HTTPFields {
    var all = left
    all.append(contentsOf: right)
    return all
}
