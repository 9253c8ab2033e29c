import NIOCore
import NIOEmbedded
import Units

@testable import CentralSystemLink

/// A TLS handler in a channel without a socket, and what comes out of it; the test carries the bytes to and fro.
final class TLSConversation {
    let channel = EmbeddedChannel()
    private let recorder = Recorder()
    private(set) var peer: TLSPeer?

    var isActive: Bool { recorder.isActive }
    var isClosed: Bool { recorder.isClosed }
    var received: [UInt8] { recorder.received }
    var failures: [TLSFailure] { recorder.errors.compactMap { $0 as? TLSFailure } }
    var errors: [any Error] { recorder.errors }

    init(
        _ context: TLSContext, host: String = "central.example", now: Timestamp = .testNow, mayIdentify: Bool = true
    ) throws {
        guard let engine = TLSEngine(context, host: host, port: 443, now: now, mayIdentify: mayIdentify) else {
            throw TLSFailure.brokenProtocol("no memory")
        }
        let handler = TLSHandler(engine) { [weak self] in self?.peer = $0 }
        try channel.pipeline.syncOperations.addHandlers([handler, recorder])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 443)).wait()
    }

    deinit {
        channel.close(promise: nil)
        channel.embeddedEventLoop.advanceTime(by: TLSHandler.goodbyeTimeout)
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    /// Until neither side has anything to say; `piece`: how many bytes arrive at once.
    func talk(to server: TestServer, piece: Int = .max) throws {
        while true {
            let answer = server.exchange(try outgoing())
            guard !answer.isEmpty else { return }
            try deliver(answer, piece: piece)
        }
    }

    /// Bytes that arrive from the server; what follows on a closed connection is lost.
    func deliver(_ bytes: [UInt8], piece: Int = .max) throws {
        var rest = bytes[...]
        while !rest.isEmpty, !isClosed {
            try channel.writeInbound(ByteBuffer(bytes: rest.prefix(piece)))
            rest = rest.dropFirst(piece)
        }
    }

    func outgoing() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { bytes += buffer.readableBytesView }
        return bytes
    }
}

private final class Recorder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    var isActive = false
    var isClosed = false
    var received: [UInt8] = []
    var errors: [any Error] = []

    func channelActive(context: ChannelHandlerContext) { isActive = true }
    func channelInactive(context: ChannelHandlerContext) { isClosed = true }
    func channelRead(context: ChannelHandlerContext, data: NIOAny) { received += unwrapInboundIn(data).readableBytesView }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { errors.append(error) }
}
