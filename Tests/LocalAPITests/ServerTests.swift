import FoundationEssentials
import LocalAPI
import LocalAPIModels
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite(.timeLimit(.minutes(1))) struct `The local API's listeners` {
    @Test func `the Unix socket answers, and is open to its owner and group alone`() async throws {
        try await withServer { client, path, _ in
            let answer = try await client.get("/v1/status")

            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.contains(#""id":"cp001""#))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o660)
        }
    }

    @Test func `several calls go over one connection`() async throws {
        try await withServer { client, _, _ in
            let call = "GET /v1/cards HTTP/1.1\r\nHost: x\r\n"
            let stop = "POST /v1/connectors/1/stop HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"

            let answer = try await client.send(call + "\r\n" + stop + call + "Connection: close\r\n\r\n")

            #expect(answer.components(separatedBy: "HTTP/1.1 200 OK").count == 4)
        }
    }

    @Test(arguments: ["garbage\r\n\r\n", "GET /v1/status HTTP/9.9\r\n\r\n", "\u{16}\u{3}\u{1}\r\n\r\n"])
    func `what is not HTTP ends that connection and nothing else`(garbage: String) async throws {
        try await withServer { client, _, _ in
            _ = try? await client.send(garbage)

            let answer = try await client.get("/v1/status")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
        }
    }

    @Test func `a body that is chunked wrongly is the caller's mistake`() async throws {
        try await withServer { client, _, _ in
            let head = "POST /v1/connectors/1/start HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"

            let answer = try await client.send(head + "zz\r\n{}\r\n0\r\n\r\n") { $0.contains("\r\n\r\n") }

            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request"))
        }
    }

    @Test func `TCP wants the password that the Unix socket does not`() async throws {
        try await withServer(web: WebConfiguration(host: "127.0.0.1", port: 0, password: "secret")) { client, _, port in
            let tcp = SocketClient(address: .tcp(try #require(port)))

            let unix = try await client.get("/v1/status")
            let without = try await tcp.get("/v1/status")
            let with = try await tcp.get("/v1/status", headers: "Authorization: Basic YWRtaW46c2VjcmV0\r\n")

            #expect(unix.hasPrefix("HTTP/1.1 200 OK"))
            #expect(without.hasPrefix("HTTP/1.1 401 Unauthorized"))
            #expect(with.hasPrefix("HTTP/1.1 200 OK"))
        }
    }

    @Test func `events begin with the whole status, then bring what happens`() async throws {
        let chargePoint = FakeChargePoint()
        try await withServer(chargePoint) { client, _, _ in
            let answer = try await client.send("GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n") { text in
                // The first status has come, so the reader has subscribed.
                if text.contains("event: status"), !text.contains("event: log") {
                    chargePoint.publish(LogNote(.log, ["message": .text("hello")]))
                }
                return text.contains("event: log\ndata: {\"message\":\"hello\"}\n\n")
            }

            #expect(answer.contains("text/event-stream"))
            let first = try #require(answer.firstRange(of: "event: status\ndata: {\"centralSystem\""))
            let note = try #require(answer.firstRange(of: "event: log"))
            #expect(first.lowerBound < note.lowerBound)
        }
    }

    @Test func `open event streams do not hold up the end`() async throws {
        let (started, isStarted) = AsyncStream.makeStream(of: Void.self)
        let reader = Mutex<Task<String, any Error>?>(nil)

        try await withServer { client, _, _ in
            let task = Task {
                try await client.send("GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n") { text in
                    if text.contains("event: status") { isStarted.finish() }
                    return false
                }
            }
            reader.withLock { $0 = task }
            for await _ in started {}
        }

        // The server has stopped with the stream open; the reader sees its end.
        _ = try? await reader.withLock { $0 }?.value
    }

    @Test func `a socket left over from a crash is replaced and removed in the end`() async throws {
        let path = temporaryPath()
        try leaveStaleSocket(at: path)

        try await withServer(path: path) { client, _, _ in
            let answer = try await client.get("/v1/status")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
        }

        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `a socket that somebody listens on is not taken from him`() async throws {
        try await withServer { client, path, _ in
            await #expect(throws: LocalAPIServerError.self) { try await makeServer(FakeChargePoint(), path, nil).run() }

            let answer = try await client.get("/v1/status")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
        }
    }

    @Test func `a file that is no socket is left alone`() async throws {
        let path = temporaryPath()
        #expect(FileManager.default.createFile(atPath: path, contents: Data("precious".utf8)))

        await #expect(throws: LocalAPIServerError.self) { try await makeServer(FakeChargePoint(), path, nil).run() }

        #expect(FileManager.default.contents(atPath: path) == Data("precious".utf8))
    }

    @Test func `missing directories are made, a path that is too long is named`() async throws {
        try await withServer(path: temporaryPath() + "/a/b.sock") { client, _, _ in
            let answer = try await client.get("/v1/status")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
        }
        await #expect(throws: LocalAPIServerError.self) {
            try await makeServer(FakeChargePoint(), "/tmp/" + String(repeating: "x", count: 120), nil).run()
        }
    }

    @Test func `a TCP address that is taken is an error that names the key`() async throws {
        try await withServer(web: WebConfiguration(host: "127.0.0.1", port: 0, password: "x")) { _, _, port in
            let web = WebConfiguration(host: "127.0.0.1", port: try #require(port), password: "x")

            let error = await #expect(throws: LocalAPIServerError.self) {
                try await makeServer(FakeChargePoint(), temporaryPath(), web).run()
            }

            #expect(error?.description.hasPrefix("web.listen: 127.0.0.1:") == true)
        }
    }
}

private func makeServer(_ chargePoint: FakeChargePoint, _ path: String, _ web: WebConfiguration?) -> LocalAPIServer {
    LocalAPIServer(
        access: chargePoint, socketPath: path, web: web, eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
}

/// Runs the body with a server that listens, then stops the server and waits for its end.
private func withServer(
    _ chargePoint: FakeChargePoint = FakeChargePoint(), path: String = temporaryPath(), web: WebConfiguration? = nil,
    _ body: (SocketClient, _ path: String, _ port: Int?) async throws -> Void
) async throws {
    let (listening, isListening) = AsyncStream.makeStream(of: Int?.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { isListening.finish() }
            try await makeServer(chargePoint, path, web).run { port in isListening.yield(port) }
        }
        for await port in listening {
            try await body(SocketClient(address: .unix(path)), path, port)
            break
        }
        group.cancelAll()
        try await group.waitForAll()
    }
}

private func temporaryPath() -> String { "/tmp/ladepunkt-test-\(UInt64.random(in: 0...UInt64.max)).sock" }

/// Binds a socket and ends without removing its file, as a killed process does.
private func leaveStaleSocket(at path: String) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
    try #require(result == 0)
}
