import COpenSSL
import NIOCore
import NIOEmbedded
import Testing
import Units

@testable import CentralSystemLink

@Suite struct `A TLS connection` {
    let authority = TestAuthority()

    private func server(
        _ name: String = "central.example", version: Int32 = TLS1_3_VERSION, validity: ClosedRange<Int> = -100...100,
        client: TestServer.ClientCertificate = .notAsked
    ) -> TestServer {
        TestServer(TestIdentity(name, issuer: authority.root, validity: validity), version: version, client: client)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION], [1, 7, Int.max])
    func `becomes active when the handshake is done, whatever pieces it comes in`(version: Int32, piece: Int) throws {
        let server = server(version: version)
        let conversation = try TLSConversation(authority.context())
        #expect(!conversation.isActive)

        try conversation.talk(to: server, piece: piece)

        #expect(conversation.isActive)
        #expect(conversation.peer?.version == (version == TLS1_3_VERSION ? "TLSv1.3" : "TLSv1.2"))
        #expect(conversation.peer?.chain.map(\.subject) == ["CN=central.example", "CN=Root"])
        #expect(conversation.peer?.expiry == .day(100))
        #expect(conversation.failures == [])
    }

    @Test(arguments: [1, 1_000, Int.max]) func `hands on what arrives, whatever pieces it comes in`(piece: Int) throws {
        let server = server()
        let conversation = try TLSConversation(authority.context())
        try conversation.talk(to: server)
        let message = (0..<40_000).map { UInt8(truncatingIfNeeded: $0) }

        try conversation.deliver(server.write(message), piece: piece)

        #expect(conversation.received == message)
    }

    @Test func `sends what is written once it is flushed, and says when`() throws {
        let server = server()
        let conversation = try TLSConversation(authority.context())
        try conversation.talk(to: server)
        let message = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
        let written = conversation.channel.eventLoop.makePromise(of: Void.self)
        conversation.channel.write(ByteBuffer(bytes: message), promise: written)
        #expect(try conversation.outgoing() == [])

        conversation.channel.flush()
        try conversation.talk(to: server)

        #expect(server.received == message)
        try written.futureResult.wait()
    }

    @Test func `keeps what is written before the handshake is done`() throws {
        let server = server()
        let conversation = try TLSConversation(authority.context())

        conversation.channel.writeAndFlush(ByteBuffer(string: "early"), promise: nil)
        #expect(!conversation.isActive)
        try conversation.talk(to: server)

        #expect(server.received == Array("early".utf8))
    }

    @Test func `is given up when the server does not answer the handshake within ten seconds`() throws {
        let conversation = try TLSConversation(authority.context())

        conversation.channel.embeddedEventLoop.advanceTime(by: .milliseconds(9_999))
        #expect(!conversation.isClosed)
        conversation.channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))

        #expect(conversation.failures == [.timedOut])
        #expect(conversation.isClosed)
    }

    @Test func `is given up after ten seconds also where the handshake only trickles`() throws {
        let server = server()
        let conversation = try TLSConversation(authority.context())
        let answer = server.exchange(try conversation.outgoing())

        for byte in answer.prefix(10) {
            #expect(!conversation.isClosed)
            try conversation.deliver([byte])
            conversation.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        }

        #expect(conversation.failures == [.timedOut])
        #expect(conversation.isClosed)
    }

    @Test func `is not bounded any more once the handshake is done`() throws {
        let server = server()
        let conversation = try TLSConversation(authority.context())
        try conversation.talk(to: server)

        conversation.channel.embeddedEventLoop.advanceTime(by: .hours(1))

        #expect(conversation.failures == [])
        #expect(!conversation.isClosed)
    }

    // MARK: Ending

    @Test func `says goodbye and waits half a second for the answer`() throws {
        let server = server()
        let conversation = try TLSConversation(authority.context())
        try conversation.talk(to: server)

        let closed = conversation.channel.close()
        _ = server.exchange(try conversation.outgoing())
        #expect(server.saidGoodbye)
        conversation.channel.embeddedEventLoop.advanceTime(by: .milliseconds(499))
        #expect(!conversation.isClosed)
        conversation.channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))

        #expect(conversation.isClosed)
        try closed.wait()
    }

    @Test func `ends at once when the answer to its goodbye comes`() throws {
        let server = server()
        let conversation = try TLSConversation(authority.context())
        try conversation.talk(to: server)

        let closed = conversation.channel.close()
        let again = conversation.channel.close()
        try conversation.deliver(server.goodbye())

        #expect(conversation.isClosed)
        try closed.wait()
        try again.wait()
    }

    @Test func `answers a goodbye and ends`() throws {
        let server = server()
        let conversation = try TLSConversation(authority.context())
        try conversation.talk(to: server)

        try conversation.deliver(server.write(Array("last".utf8)) + server.goodbye())
        _ = server.exchange(try conversation.outgoing())

        #expect(conversation.received == Array("last".utf8))
        #expect(conversation.isClosed)
        #expect(server.saidGoodbye)
        #expect(conversation.failures == [])
    }

    @Test func `lets nobody wait for what can no longer be written`() throws {
        let conversation = try TLSConversation(authority.context())
        let written = conversation.channel.writeAndFlush(ByteBuffer(string: "early"))

        conversation.channel.pipeline.fireChannelInactive()

        #expect(throws: (any Error).self) { try written.wait() }
    }

    @Test func `is lost as any other where a reset comes later`() throws {
        let server = server(client: .mustBeFrom(authority.root))
        let conversation = try TLSConversation(authority.context(client: TestIdentity("0001", issuer: authority.root)))
        try conversation.talk(to: server)
        try conversation.deliver(server.write([1]))

        conversation.channel.pipeline.fireErrorCaught(IOError(errnoCode: 104, reason: "reset"))

        #expect(conversation.errors.first is IOError)
        #expect(conversation.failures == [])
    }

    @Test func `is lost as any other where the server has gone on after the handshake, if only with a session`() throws {
        let server = server(client: .mustBeFrom(authority.root))
        let conversation = try TLSConversation(authority.context(client: TestIdentity("0001", issuer: authority.root)))
        try conversation.talk(to: server)

        conversation.channel.pipeline.fireErrorCaught(IOError(errnoCode: 104, reason: "reset"))

        #expect(conversation.failures == [])
    }

    @Test func `is not negotiated anew`() throws {
        let server = server(version: TLS1_2_VERSION)
        let conversation = try TLSConversation(authority.context())
        try conversation.talk(to: server)

        try conversation.deliver(server.renegotiate())
        try conversation.talk(to: server)

        #expect(server.failure?.contains("no renegotiation") == true, "\(server.failure ?? "nothing")")
    }

    // MARK: Refusals

    struct Case: Sendable {
        var name = "central.example"
        var validFrom = -100
        /// Days after `testNow`.
        var day = 0
        var failure: TLSFailure?
    }
    static let cases: [Case] = [
        Case(), Case(validFrom: -5, day: -5),
        Case(name: "other.example", failure: .wrongName(wanted: "central.example", names: ["other.example"])),
        Case(day: 101, failure: .expired("CN=central.example", since: .day(100), now: .day(101))),
        Case(validFrom: -5, day: -6, failure: .notYetValid("CN=central.example", from: .day(-5), now: .day(-6))),
    ]

    @Test(arguments: cases) func `is judged by the name and the time it is given`(row: Case) throws {
        let server = server(row.name, validity: row.validFrom...100)
        let conversation = try TLSConversation(authority.context(), now: .day(row.day))

        try conversation.talk(to: server)

        #expect(conversation.failures == [row.failure].compactMap(\.self))
        #expect(conversation.isActive == (row.failure == nil))
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `that it refuses tells the server why`(version: Int32) throws {
        let server = TestServer(TestIdentity("central.example"), version: version)
        let conversation = try TLSConversation(authority.context())

        try conversation.talk(to: server)

        guard case .selfSigned("CN=central.example", trust: .file)? = conversation.failures.first else {
            Issue.record("\(conversation.failures)")
            return
        }
        #expect(conversation.isClosed)
        #expect(server.failure?.contains("alert unknown ca") == true, "\(server.failure ?? "nothing")")
    }

    enum BreakingOff: CaseIterable { case alert, reset, end }

    @Test(arguments: BreakingOff.allCases)
    func `of TLS 1.3 whose client certificate is refused is so after the handshake`(breakingOff: BreakingOff) throws {
        let server = server(client: .mustBeFrom(authority.root))
        let conversation = try TLSConversation(authority.context(client: TestIdentity("0001")))
        let hello = try conversation.outgoing()
        try conversation.deliver(server.exchange(hello))
        #expect(conversation.isActive)
        let alert = server.exchange(try conversation.outgoing())

        switch breakingOff {
        case .alert: try conversation.deliver(alert)
        case .reset: conversation.channel.pipeline.fireErrorCaught(IOError(errnoCode: 104, reason: "reset"))
        case .end: conversation.channel.pipeline.fireChannelInactive()
        }

        guard case .clientCertificateRefused? = conversation.failures.first else {
            Issue.record("\(conversation.failures)")
            return
        }
        #expect(conversation.failures.count == 1)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `authenticates the client by a key that signs elsewhere`(version: Int32) throws {
        let server = server(version: version, client: .mustBeFrom(authority.root))
        let conversation = try TLSConversation(authority.contextSigningElsewhere(TestIdentity("cp001", issuer: authority.root)))

        try conversation.talk(to: server)

        #expect(server.isDone)
        #expect(server.clientsHash == NID_sha256)
        #expect(conversation.failures == [])
    }

    @Test func `signs what such a key can, even if the server likes another hash better`() throws {
        let server = TestServer(
            TestIdentity("central.example", issuer: authority.root), version: TLS1_2_VERSION, client: .mustBeFrom(authority.root),
            signatures: "ECDSA+SHA384:ECDSA+SHA256")
        let client = TestIdentity("cp001", issuer: authority.root)
        let conversation = try TLSConversation(authority.contextSigningElsewhere(client))

        try conversation.talk(to: server)

        #expect(server.isDone)
        #expect(server.clientsHash == NID_sha256)
        let other = try TLSConversation(authority.context(client: client))
        server.acceptAnother()
        try other.talk(to: server)
        #expect(server.clientsHash == NID_sha384)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `whose client certificate is missing says so`(version: Int32) throws {
        let server = server(version: version, client: .mustBeFrom(authority.root))
        let conversation = try TLSConversation(authority.context())

        try conversation.talk(to: server)

        #expect(conversation.failures == [.clientCertificateMissing])
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `to a server that a redirect led to shows no client certificate, even if it asks`(version: Int32) throws {
        let client = TestIdentity("cp001", issuer: authority.root)
        let server = server(version: version, client: .mustBeFrom(authority.root))
        let conversation = try TLSConversation(authority.context(client: client), mayIdentify: false)

        try conversation.talk(to: server)

        #expect(conversation.failures == [.clientCertificateMissing])
        #expect(server.failure?.contains("certificate") == true)
    }

    @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "\0\0\0\0\0\0\0\0\0\0\0\0"])
    func `is none where the server does not speak TLS`(words: String) throws {
        let conversation = try TLSConversation(authority.context())

        try conversation.deliver(Array(words.utf8))

        #expect(conversation.failures == [.notTLS])
    }

    @Test(arguments: [
        ("central.example", "DNS:central.example", "central.example", true),
        ("central.example.", "DNS:central.example", "central.example", true),
        ("127.0.0.1", "IP:127.0.0.1", nil, true), ("127.0.0.1", "DNS:127.0.0.1", nil, false), ("::1", "IP:::1", nil, true),
        ("fe80::1%eth0", "IP:fe80::1", nil, true), ("fe80::1%eth0", "IP:fe80::2", nil, false),
    ])
    func `names the host it wants, but never an address, and checks both`(
        host: String, name: String, asked: String?, isWelcome: Bool
    )
        throws
    {
        let server = TestServer(TestIdentity("x", issuer: authority.root, alternative: name), version: TLS1_2_VERSION)
        let conversation = try TLSConversation(authority.context(), host: host)

        try conversation.talk(to: server)

        #expect(conversation.isActive == isWelcome, "\(conversation.failures)")
        #expect(server.askedFor == asked)
    }

    // MARK: Sessions

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `is resumed the next time, and the time after`(version: Int32) throws {
        let server = server(version: version)
        let context = try authority.context()
        try TLSConversation(context).talk(to: server)

        for _ in 1...2 {
            server.acceptAnother()
            let conversation = try TLSConversation(context)
            try conversation.talk(to: server)

            #expect(server.isResumed)
            #expect(conversation.peer?.isResumed == true)
            #expect(conversation.peer?.chain.count == 2)
        }
    }

    @Test func `is not resumed at another host, nor once a certificate of its chain has expired`() throws {
        let server = server()
        let context = try authority.context()
        try TLSConversation(context).talk(to: server)

        server.acceptAnother()
        let other = try TLSConversation(context, host: "other.example")
        try other.talk(to: server)
        #expect(other.failures == [.wrongName(wanted: "other.example", names: ["central.example"])])

        server.acceptAnother()
        let later = try TLSConversation(context, now: .day(100))
        try later.talk(to: server)
        #expect(!server.isResumed)
    }

    @Test func `is not offered for resumption again to a server that breaks off at it`() throws {
        let server = server()
        let context = try authority.context()
        try TLSConversation(context).talk(to: server)
        let dropped = try TLSConversation(context)
        dropped.channel.pipeline.fireErrorCaught(IOError(errnoCode: 104, reason: "reset"))

        for _ in 1...2 {
            server.acceptAnother()
            let conversation = try TLSConversation(context)
            try conversation.talk(to: server)

            #expect(conversation.isActive)
            #expect(!server.isResumed)
        }
    }
}
