import Testing

@testable import FileTransfer

@Suite struct `A download` {
    static let image: [UInt8] = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
    static let limits = TransferLimits(reserve: 0, connect: .seconds(5), stall: .seconds(5), total: .seconds(30))

    static func whole(_ count: Int? = nil, tag: String = "a") -> ScriptedServer.Answer {
        .init(
            head: "HTTP/1.1 200 OK\nETag: \"\(tag)\"\nAccept-Ranges: bytes\nContent-Length: \(image.count)\nConnection: close\n\n",
            body: Array(image.prefix(count ?? image.count)))
    }

    static func rest(from offset: Int, tag: String = "a") -> ScriptedServer.Answer {
        .init(
            head: """
                HTTP/1.1 206 Partial Content
                ETag: "\(tag)"
                Content-Range: bytes \(offset)-\(image.count - 1)/\(image.count)
                Content-Length: \(image.count - offset)
                Connection: close


                """, body: Array(image[offset...]))
    }

    /// Runs so many downloads against the script; what the last one came to.
    static func run(
        _ answers: [ScriptedServer.Answer], times: Int = 1, limits: TransferLimits = limits, path: String = "/f"
    ) async -> (result: Result<Int64, TransferFailure>, folder: TemporaryFolder, requests: [String]) {
        let server = ScriptedServer(answers)
        defer { server.stop() }
        let folder = TemporaryFolder()
        var result = Result<Int64, TransferFailure>.failure(TransferFailure(.cancelled, "not begun"))
        for _ in 0..<times {
            result = await Self.download("http://127.0.0.1:\(server.port)\(path)", folder, limits)
        }
        return (result, folder, server.requests)
    }

    static func download(_ url: String, _ folder: TemporaryFolder, _ limits: TransferLimits) async -> Result<Int64, TransferFailure>
    {
        do throws(TransferFailure) {
            return .success(try await Curl(limits: limits).download(TransferURL(url), to: "\(folder.path)/image"))
        } catch { return .failure(error) }
    }

    @Test func `stands under its name when it is complete, and nothing else is left`() async {
        let (result, folder, _) = await Self.run([Self.whole()])

        #expect(result == .success(Int64(Self.image.count)))
        #expect(folder.bytes("image") == Self.image)
        for suffix in ["part", "source", "headers"] { #expect(folder.bytes("image.\(suffix)") == nil) }
    }

    @Test func `goes on where it broke off, when the file is still the same`() async {
        let (result, folder, requests) = await Self.run([Self.whole(150_000), Self.rest(from: 150_000)], times: 2)

        #expect(result == .success(Int64(Self.image.count)))
        #expect(folder.bytes("image") == Self.image)
        #expect(
            requests.last?.contains("Range: bytes=150000-\r\nIf-Range") ?? false
                || requests.last?.contains("If-Range: \"a\"") ?? false)
    }

    @Test func `begins anew when the server has another file by now`() async {
        let (result, folder, requests) = await Self.run([Self.whole(150_000), Self.whole(tag: "b")], times: 2)

        #expect(result == .success(Int64(Self.image.count)))
        #expect(folder.bytes("image") == Self.image)
        #expect(requests.count == 3)
    }

    @Test func `begins anew when the server names no version`() async {
        var answer = Self.whole(150_000)
        answer.head = answer.head.replacing("ETag: \"a\"\n", with: "")

        let (result, _, requests) = await Self.run([answer, Self.whole()], times: 2)

        #expect(result == .success(Int64(Self.image.count)))
        #expect(requests.last?.contains("Range:") == false)
    }

    @Test func `that broke off says so and keeps what came`() async {
        let (result, folder, _) = await Self.run([Self.whole(1000)])

        #expect(throws: TransferFailure.self) { try result.get() }
        if case .failure(let failure) = result { #expect(failure.kind == .interrupted) }
        #expect(folder.bytes("image.part")?.count == 1000)
        #expect(folder.bytes("image") == nil)
    }

    @Test func `of more than is taken ends and takes no room`() async {
        var limits = Self.limits
        limits.size = 100_000
        var endless = Self.whole()
        endless.head = "HTTP/1.0 200 OK\n\n"

        for answer in [Self.whole(), endless] {
            let (result, folder, _) = await Self.run([answer], limits: limits)

            if case .failure(let failure) = result { #expect(failure.kind == .tooLarge) } else { Issue.record("it was taken") }
            #expect(folder.bytes("image.part")?.isEmpty ?? true)
        }
    }

    @Test func `leaves the disk the room that it needs`() async {
        var limits = Self.limits
        limits.reserve = .max / 2

        let (result, folder, _) = await Self.run([Self.whole()], limits: limits)

        if case .failure(let failure) = result { #expect(failure.kind == .noSpace) } else { Issue.record("it was taken") }
        #expect(folder.bytes("image.part")?.isEmpty ?? true)
    }

    @Test(arguments: [(401, TransferFailure.Kind.denied), (404, .notFound), (500, .refused)])
    func `that the server refuses says why`(status: Int, kind: TransferFailure.Kind) async {
        let (result, _, _) = await Self.run([.init(head: "HTTP/1.1 \(status) No\nContent-Length: 0\nConnection: close\n\n")])

        if case .failure(let failure) = result { #expect(failure.kind == kind) } else { Issue.record("it was taken") }
    }

    @Test func `is not redirected for ever, nor to another protocol`() async {
        let loop = ScriptedServer.Answer(head: "HTTP/1.1 302 Found\nLocation: /again\nContent-Length: 0\nConnection: close\n\n")
        let (result, _, requests) = await Self.run([loop])

        if case .failure(let failure) = result { #expect(failure.kind == .refused) } else { Issue.record("it was taken") }
        #expect(requests.count == 6)

        let file = ScriptedServer.Answer(
            head: "HTTP/1.1 302 Found\nLocation: file:///etc/passwd\nContent-Length: 0\nConnection: close\n\n")
        let (other, _, _) = await Self.run([file])
        if case .failure(let failure) = other {
            #expect(failure.kind == .unsupportedProtocol)
        } else {
            Issue.record("it was taken")
        }
    }

    @Test func `shows its password to no other host`() async throws {
        let foreign = ScriptedServer([Self.whole()])
        defer { foreign.stop() }
        let server = ScriptedServer([
            .init(
                head: "HTTP/1.1 302 Found\nLocation: http://localhost:\(foreign.port)/f\nContent-Length: 0\nConnection: close\n\n")
        ])
        defer { server.stop() }
        let folder = TemporaryFolder()

        let result = await Self.download("http://user:geheim@127.0.0.1:\(server.port)/f", folder, Self.limits)

        #expect(result == .success(Int64(Self.image.count)))
        #expect(server.requests.first?.contains("Authorization: Basic") ?? false)
        #expect(foreign.requests.first?.contains("Authorization") == false)
    }

    @Test func `that nobody wants any more ends at once`() async {
        // The rest that was announced never comes.
        let server = ScriptedServer([.init(head: "HTTP/1.1 200 OK\nContent-Length: 10\n\n", body: [1])])
        defer { server.stop() }
        let folder = TemporaryFolder()
        let task = Task { await Self.download("http://127.0.0.1:\(server.port)/f", folder, Self.limits) }

        task.cancel()

        if case .failure(let failure) = await task.value { #expect([.cancelled, .interrupted].contains(failure.kind)) }
    }
}

@Suite struct `A part of a file` {
    static func part(_ folder: TemporaryFolder, source: String = "s") throws -> PartFile {
        try PartFile("\(folder.path)/image", source: source, limits: TransferLimits(reserve: 0))
    }

    @Test(arguments: [(0, 0), (1_048_575, 0), (1_048_576, 1_048_576), (3_000_000, 2_097_152)])
    func `is trusted after a power cut up to its last whole mebibyte`(written: Int, trusted: Int64) throws {
        let folder = TemporaryFolder()
        var part = try Self.part(folder)
        let bytes = [UInt8](repeating: 7, count: written)
        #expect(bytes.withUnsafeBytes { part.append($0) })

        #expect(try Self.part(folder).size == trusted)
    }

    @Test func `is trusted wholly when it was laid down in good order, and only for its own source`() throws {
        let folder = TemporaryFolder()
        var part = try Self.part(folder)
        #expect([UInt8](repeating: 7, count: 1000).withUnsafeBytes { part.append($0) })
        part.keep()

        #expect(try Self.part(folder).size == 1000)
        #expect(try Self.part(folder, source: "another").size == 0)
        #expect(try Self.part(folder).size == 0)
    }
}

@Suite struct `An upload` {
    static func upload(_ answers: [ScriptedServer.Answer], path: String) async -> (failure: TransferFailure?, requests: [String]) {
        let server = ScriptedServer(answers)
        defer { server.stop() }
        let folder = TemporaryFolder()
        folder.write("log.gz", Array("content".utf8))
        do throws(TransferFailure) {
            try await Curl(limits: DownloadLimits.value).upload(
                "\(folder.path)/log.gz", to: TransferURL("http://127.0.0.1:\(server.port)\(path)"), as: "diagnostics.gz")
            return (nil, server.requests)
        } catch { return (error, server.requests) }
    }

    private enum DownloadLimits {
        static let value = TransferLimits(reserve: 0, connect: .seconds(5), stall: .seconds(5), total: .seconds(30))
    }

    static let taken = ScriptedServer.Answer(head: "HTTP/1.1 201 Created\nContent-Length: 0\nConnection: close\n\n")
    static let unknown = ScriptedServer.Answer(head: "HTTP/1.1 405 No\nContent-Length: 0\nConnection: close\n\n")

    @Test(arguments: [
        ("/up/", "PUT /up/diagnostics.gz "), ("/up/name", "PUT /up/name "), ("/up/?t=1", "PUT /up/diagnostics.gz?t=1 "),
    ])
    func `goes into a folder under its name, or to the very URL`(path: String, request: String) async {
        let (failure, requests) = await Self.upload([Self.taken], path: path)

        #expect(failure == nil)
        #expect(requests.first?.hasPrefix(request) ?? false)
    }

    @Test func `is posted as a form where PUT is unknown`() async {
        let (failure, requests) = await Self.upload([Self.unknown, Self.taken], path: "/up")

        #expect(failure == nil)
        #expect(requests.last?.hasPrefix("POST /up ") ?? false)
        #expect(requests.last?.contains("multipart/form-data") ?? false)
    }

    @Test func `that fails says what the server said first`() async {
        let (failure, requests) = await Self.upload([Self.unknown], path: "/up")

        #expect(failure?.kind == .refused)
        #expect(failure?.description.contains("405") ?? false)
        #expect(requests.count == 2)
    }
}
