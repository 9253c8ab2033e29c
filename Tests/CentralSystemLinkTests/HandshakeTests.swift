@testable import CentralSystemLink
import NIOCore
import NIOPosix
import Testing

extension OnLoopback {
    @Suite struct `The handshake` {
        @Test func `offers ocpp1.6 at the path of the identity`() async throws {
            let server = try await ScriptedServer()
            var seen = server.happenings.makeAsyncIterator()
            try await withLink(.quick(server)) { _, events in
                let info = try await events.connected()
                let (request, _) = try await seen.request()

                #expect(info == LinkInfo(url: server.url + "/cp001", subprotocol: "ocpp1.6", warning: nil))
                #expect(request.target == "/ocpp/cp001")
                #expect(request.headers["host"] == "127.0.0.1:\(server.port)")
                #expect(request.headers["sec-websocket-protocol"] == "ocpp1.6")
                #expect(request.headers["sec-websocket-version"] == "13")
                #expect(request.headers["upgrade"] == "websocket")
                #expect(request.headers["connection"]?.lowercased() == "upgrade")
                #expect(request.headers["authorization"] == nil)
            }
            try await server.close()
        }

        @Test(arguments: [
            ("Aladdin", BasicPassword.text("open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
            ("Säule 1", .bytes([0xFF, 0x00]), "Basic U8OkdWxlIDE6/wA="),
        ])
        func `sends the identity as written and the password's bytes`(identity: String, password: BasicPassword, header: String)
            async throws
        {
            let server = try await ScriptedServer()
            var seen = server.happenings.makeAsyncIterator()
            var configuration = LinkConfiguration.quick(server)
            configuration.identity = identity
            configuration.password = password
            try await withLink(configuration) { _, events in
                _ = try await events.connected()

                #expect(try await seen.request().0.headers["authorization"] == header)
            }
            try await server.close()
        }

        @Test func `tries the other form of the password once on 401 and remembers it`() async throws {
            let right = "Basic Y3AwMDE6b3RoZXI="
            let server = try await ScriptedServer { request, _ in
                request.headers["authorization"] == right ? .accept() : .answer("401 Unauthorized")
            }
            var seen = server.happenings.makeAsyncIterator()
            var configuration = LinkConfiguration.quick(server)
            configuration.password = .text("one")
            configuration.alternativePassword = .text("other")
            try await withLink(configuration) { link, events in
                _ = try await events.connected()
                await link.reconnectNow()
                _ = try await events.disconnected()
                _ = try await events.connected()

                let headers = [try await seen.request(), try await seen.request(), try await seen.request()].map {
                    $0.0.headers["authorization"] ?? ""
                }
                #expect(headers == ["Basic Y3AwMDE6b25l", right, right])
            }
            try await server.close()
        }

        @Test func `reports 401 when both forms are refused`() async throws {
            let server = try await ScriptedServer { _, _ in .answer("401 Unauthorized") }
            var configuration = LinkConfiguration.quick(server)
            configuration.password = .text("one")
            configuration.alternativePassword = .text("other")
            try await withLink(configuration) { _, events in
                let failure = try await events.refused()
                #expect(failure.kind == .unauthorised(passwordSent: true))
            }
            try await server.close()
        }

        @Test(arguments: [
            (ScriptedServer.Reply.answer("404 Not Found"), LinkFailure.Kind.httpStatus(404)),
            (.answer("400 Bad Request"), .httpStatus(400)),
            (.answer("409 Conflict"), .httpStatus(409)),
            (.answer("200 OK"), .httpStatus(200)),
            (.answer("401 Unauthorized"), .unauthorised(passwordSent: false)),
            (.answer("302 Found"), .httpStatus(302)),
            (.accept(subprotocol: "ocpp2.0.1"), .subprotocol("ocpp2.0.1")),
            (.accept(key: "wrong"), .protocolError("its Sec-WebSocket-Accept is wrong or missing")),
            (.hangUp, .connectionLost("the server ended it before answering the handshake")),
        ])
        func `that fails is reported in words and tried again`(reply: ScriptedServer.Reply, kind: LinkFailure.Kind) async throws {
            let server = try await ScriptedServer { _, count in count == 0 ? reply : .accept() }
            try await withLink(.quick(server)) { _, events in
                let failure = try await events.refused()
                _ = try await events.connected()

                #expect(failure.kind == kind)
                #expect(failure.description.hasPrefix(server.url + "/cp001: "))
            }
            try await server.close()
        }

        @Test(arguments: [
            ["X: " + String(repeating: "a", count: 9 * 1024)],
            (0..<4).map { "X\($0): " + String(repeating: "a", count: 5 * 1024) },
            (0..<101).map { "X\($0): a" },
        ])
        func `reads no head without end`(headers: [String]) async throws {
            let server = try await ScriptedServer { _, _ in .answer("302 Found", headers: ["Location: /other"] + headers) }
            try await withLink(.quick(server)) { _, events in
                let failure = try await events.refused()
                #expect(
                    failure.kind == .protocolError("the head of its answer is too long; 100 fields and 16384 bytes are read"))
            }
            try await server.close()
        }

        @Test func `goes on with a warning where the answer names no subprotocol`() async throws {
            let server = try await ScriptedServer { _, _ in .accept(subprotocol: nil) }
            try await withLink(.quick(server)) { _, events in
                let info = try await events.connected()

                #expect(info.subprotocol == nil)
                #expect(info.warning?.contains("names no subprotocol") == true)
            }
            try await server.close()
        }

        @Test func `delivers a message that comes in the same packet as the answer`() async throws {
            let server = try await ScriptedServer { _, _ in .accept(then: textFrame("first") + textFrame("second")) }
            try await withLink(.quick(server)) { _, events in
                _ = try await events.connected()
                #expect(try await events.text() == "first")
                #expect(try await events.text() == "second")
            }
            try await server.close()
        }

        @Test func `is not made over wss without transport security`() async throws {
            try await withLink(.quick("wss://127.0.0.1:1/ocpp")) { _, events in
                let failure = try await events.refused()
                #expect(failure.kind == .transportSecurityUnavailable)
            }
        }

        @Test func `reports a URL that cannot be used`() async throws {
            try await withLink(.quick("http://127.0.0.1/")) { _, events in
                guard case .invalidURL = try await events.refused().kind else { throw Unexpected(nil) }
            }
        }

        @Test func `reports a port where nobody listens`() async throws {
            let server = try await ScriptedServer()
            let url = server.url
            try await server.close()
            try await withLink(.quick(url)) { _, events in
                let failure = try await events.refused()
                #expect(failure.kind == .connectionRefused)
            }
        }

        @Test func `reports a name that does not resolve`() async throws {
            try await withLink(.quick("ws://no-such-host.invalid/ocpp")) { _, events in
                let failure = try await events.refused()
                #expect(failure.kind == .nameResolution(host: "no-such-host.invalid"))
            }
        }

        @Test func `resolves names`() async throws {
            let server = try await ScriptedServer()
            try await withLink(.quick("ws://localhost:\(server.port)/ocpp")) { _, events in _ = try await events.connected() }
            try await server.close()
        }

        @Test func `reports a server that does not speak HTTP`() async throws {
            let server = try await ScriptedServer { _, _ in .answer("\u{15}\u{3}\u{1}") }
            try await withLink(.quick(server)) { _, events in
                guard case .protocolError = try await events.refused().kind else { throw Unexpected(nil) }
            }
            try await server.close()
        }

        @Test func `can be given up at any time`() async throws {
            let server = try await ScriptedServer { _, _ in .silence }
            var seen = server.happenings.makeAsyncIterator()
            try await withLink(.quick(server)) { link, _ in
                _ = try await seen.request()

                await link.disconnect()

                guard case .gone = await seen.next() else { throw Unexpected(nil) }
            }
            try await server.close()
        }
    }
}

extension OnLoopback {
    @Suite struct `A redirect` {
        @Test(arguments: [
            ("301 Moved Permanently", "/other/cp", "/other/cp"), ("302 Found", "cp2", "/ocpp/cp2"),
            ("307 Temporary Redirect", "../x/./y", "/x/y"),
            ("308 Permanent Redirect", "?a=b", "/ocpp/cp001?a=b"),
        ])
        func `is followed, relative ones too`(status: String, location: String, target: String) async throws {
            let server = try await ScriptedServer { _, count in
                count == 0 ? .answer(status, headers: ["Location: \(location)"]) : .accept()
            }
            var seen = server.happenings.makeAsyncIterator()
            var configuration = LinkConfiguration.quick(server)
            configuration.password = .text("secret")
            try await withLink(configuration) { _, events in
                let info = try await events.connected()
                _ = try await seen.request()
                let (request, _) = try await seen.request()

                #expect(request.target == target)
                #expect(request.headers["authorization"] != nil)
                #expect(info.url == "ws://127.0.0.1:\(server.port)\(target)")
            }
            try await server.close()
        }

        @Test func `to another server gets no credentials`() async throws {
            let other = try await ScriptedServer()
            let port = other.port
            let server = try await ScriptedServer { _, _ in .answer("302 Found", headers: ["Location: http://127.0.0.1:\(port)/x"])
            }
            var seen = other.happenings.makeAsyncIterator()
            var configuration = LinkConfiguration.quick(server)
            configuration.password = .text("secret")
            try await withLink(configuration) { _, events in
                _ = try await events.connected()
                let (request, _) = try await seen.request()

                #expect(request.target == "/x")
                #expect(request.headers["authorization"] == nil)
            }
            try await server.close()
            try await other.close()
        }

        @Test(arguments: ["ws://h/b", "http://h/b", "http://other/"]) func `never gives up TLS`(location: String) throws {
            let url = try ConnectionURL.finalURL(base: "wss://h/a", identity: "cp001")

            let failure = #expect(throws: LinkFailure.self) { try url.following(location: location) }

            #expect(failure?.description.contains("gives up TLS") == true)
        }

        @Test func `is followed five times, not six`() async throws {
            let server = try await ScriptedServer { _, _ in .answer("302 Found", headers: ["Location: /again"]) }
            var seen = server.happenings.makeAsyncIterator()
            try await withLink(.quick(server)) { _, events in
                guard case .redirect = try await events.refused().kind else { throw Unexpected(nil) }

                for number in 0...5 { #expect(try await seen.request().0.target == (number == 0 ? "/ocpp/cp001" : "/again")) }
                #expect(try await seen.request().0.target == "/ocpp/cp001")
            }
            try await server.close()
        }

        @Test(arguments: ["", "ftp://h/x", "ws://user:secret@h/x", "http://"])
        func `that leads nowhere is reported`(location: String) async throws {
            let server = try await ScriptedServer { _, _ in .answer("302 Found", headers: ["Location: \(location)"]) }
            try await withLink(.quick(server)) { _, events in
                let failure = try await events.refused()

                guard case .redirect = failure.kind else { throw Unexpected(nil) }
                #expect(!failure.description.contains("secret"))
            }
            try await server.close()
        }
    }
}
