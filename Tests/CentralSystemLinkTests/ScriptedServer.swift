import NIOCore
import NIOPosix
import NIOWebSocket

/// A central system that does exactly what a test says, on an ephemeral port of the loopback.
///
/// It reads the upgrade request as text and writes raw bytes, so it can also break the protocol.
struct ScriptedServer: Sendable {
    struct Request: Sendable {
        var target: String
        var headers: [String: String]
    }
    enum Reply: Sendable {
        /// 101; `then` goes into the same packet.
        case accept(subprotocol: String? = "ocpp1.6", key: String? = nil, then: [UInt8] = [])
        case answer(_ status: String, headers: [String] = [])
        case hangUp
        case silence
    }
    enum Happening: Sendable {
        case request(Request, Peer)
        case text(String)
        case ping, pong([UInt8])
        case close(Int?)
        case unmasked
        case gone
    }
    /// One connection, seen from the server.
    struct Peer: Sendable {
        var channel: any Channel
        func send(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
        func hangUp() { channel.close(promise: nil) }
    }

    let channel: any Channel
    /// For one test that reads in order.
    let happenings: AsyncStream<Happening>

    var port: Int { channel.localAddress?.port ?? 0 }
    var url: String { "ws://127.0.0.1:\(port)/ocpp" }

    static let pong = frame(10, [])

    /// - Parameters:
    ///   - reply: gets the request and how many came before it.
    ///   - onPing: gets how many pings came before on this connection; what to send back.
    init(
        reply: @escaping @Sendable (Request, Int) -> Reply = { _, _ in .accept() },
        onPing: @escaping @Sendable (Int) -> [UInt8] = { _ in pong }
    ) async throws {
        let (stream, continuation) = AsyncStream<Happening>.makeStream()
        happenings = stream
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let counter = NIOLoopBoundBox.makeBoxSendingValue(0, eventLoop: loop)
        channel = try await ServerBootstrap(group: loop)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    let peer = PeerHandler(onPing: onPing) { request in
                        defer { counter.value += 1 }
                        return reply(request, counter.value)
                    } report: {
                        continuation.yield($0)
                    }
                    try child.pipeline.syncOperations.addHandler(peer)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func close() async throws { try await channel.close() }
}

/// Reads the request, then frames.
private final class PeerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let onPing: (Int) -> [UInt8]
    private let reply: (ScriptedServer.Request) -> ScriptedServer.Reply
    private let report: (ScriptedServer.Happening) -> Void
    private var head = ""

    init(
        onPing: @escaping (Int) -> [UInt8], reply: @escaping (ScriptedServer.Request) -> ScriptedServer.Reply,
        report: @escaping (ScriptedServer.Happening) -> Void
    ) {
        self.onPing = onPing
        self.reply = reply
        self.report = report
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        head += String(buffer: unwrapInboundIn(data))
        guard head.hasSuffix("\r\n\r\n") else { return }
        let lines = head.split(separator: "\r\n")
        let headers = lines.dropFirst().compactMap { line -> (String, String)? in
            let parts = line.split(separator: ":", maxSplits: 1)
            return parts.count == 2 ? (parts[0].lowercased(), String(parts[1].drop { $0 == " " })) : nil
        }
        let request = ScriptedServer.Request(
            target: String(lines[0].split(separator: " ")[1]), headers: Dictionary(headers) { first, _ in first })
        report(.request(request, .init(channel: context.channel)))
        switch reply(request) {
        case .accept(let subprotocol, let key, let then):
            let answer = acceptance(of: request, subprotocol: subprotocol, key: key)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: answer + then)), promise: nil)
            let frames = FrameReader(onPing: onPing, report: report)
            try? context.pipeline.syncOperations.addHandlers(
                [ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 1 << 24)), frames])
            context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        case .answer(let status, let headers):
            let lines = (["HTTP/1.1 \(status)", "Content-Length: 5"] + headers).joined(separator: "\r\n")
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: lines + "\r\n\r\nhello")), promise: nil)
        case .hangUp: context.close(promise: nil)
        case .silence: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) { report(.gone) }
}

extension PeerHandler: RemovableChannelHandler {}

private final class FrameReader: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = ByteBuffer

    private let onPing: (Int) -> [UInt8]
    private let report: (ScriptedServer.Happening) -> Void
    private var pings = 0

    init(onPing: @escaping (Int) -> [UInt8], report: @escaping (ScriptedServer.Happening) -> Void) {
        self.onPing = onPing
        self.report = report
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        if frame.maskKey == nil { report(.unmasked) }
        var content = frame.unmaskedData
        switch frame.opcode {
        case .text: report(.text(String(buffer: content)))
        case .ping:
            report(.ping)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: onPing(pings))), promise: nil)
            pings += 1
        case .pong: report(.pong(Array(content.readableBytesView)))
        case .connectionClose:
            report(.close(content.readInteger(as: UInt16.self).map { Int($0) }))
            context.close(promise: nil)
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) { report(.gone) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

// MARK: Bytes

/// The answer that opens the WebSocket (RFC 6455 §4.2.2).
func acceptance(of request: ScriptedServer.Request, subprotocol: String? = "ocpp1.6", key: String? = nil) -> [UInt8] {
    let accept = base64(sha1(Array(((key ?? request.headers["sec-websocket-key"] ?? "") + magic).utf8)))
    let chosen = subprotocol.map { "Sec-WebSocket-Protocol: \($0)\r\n" } ?? ""
    let answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: \(accept)\r\n\(chosen)\r\n"
    return Array(answer.utf8)
}

/// A frame as a server writes it.
func frame(_ opcode: UInt8, _ data: [UInt8], fin: Bool = true, masked: Bool = false) -> [UInt8] {
    var bytes = [(fin ? 0x80 : 0) | opcode]
    let mask: UInt8 = masked ? 0x80 : 0
    switch data.count {
    case ..<126: bytes.append(mask | UInt8(data.count))
    case ..<65536: bytes += [mask | 126, UInt8(data.count >> 8), UInt8(data.count & 0xFF)]
    default: bytes += [mask | 127] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: data.count >> ($0 * 8)) }
    }
    return bytes + (masked ? [0, 0, 0, 0] : []) + data
}
func textFrame(_ text: String, fin: Bool = true) -> [UInt8] { frame(1, Array(text.utf8), fin: fin) }
func closeFrame(_ code: Int, _ reason: String = "") -> [UInt8] {
    frame(8, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8))
}

private let magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

private func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var bits = bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
    while bits.count % 6 != 0 { bits.append(0) }
    let digits = stride(from: 0, to: bits.count, by: 6).map { alphabet[bits[$0..<$0 + 6].reduce(0) { $0 << 1 | Int($1) }] }
    return String(digits) + String(repeating: "=", count: (4 - digits.count % 4) % 4)
}

/// FIPS 180-4 §6.1, for the handshake.
private func sha1(_ message: [UInt8]) -> [UInt8] {
    var hash: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
    var padded = message + [0x80]
    while padded.count % 64 != 56 { padded.append(0) }
    padded += (0..<8).reversed().map { UInt8(truncatingIfNeeded: (message.count * 8) >> ($0 * 8)) }
    func rotated(_ word: UInt32, _ by: UInt32) -> UInt32 { word << by | word >> (32 - by) }
    for block in stride(from: 0, to: padded.count, by: 64) {
        var words = (0..<16).map { word in
            padded[(block + word * 4)..<(block + word * 4 + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        for index in 16..<80 {
            words.append(rotated(words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16], 1))
        }
        var (a, b, c, d, e) = (hash[0], hash[1], hash[2], hash[3], hash[4])
        for (round, word) in words.enumerated() {
            let (mix, constant): (UInt32, UInt32) =
                switch round {
                case ..<20: (b & c | ~b & d, 0x5A82_7999)
                case ..<40: (b ^ c ^ d, 0x6ED9_EBA1)
                case ..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
                default: (b ^ c ^ d, 0xCA62_C1D6)
                }
            (a, b, c, d, e) = (rotated(a, 5) &+ mix &+ e &+ constant &+ word, a, rotated(b, 30), c, d)
        }
        hash = zip(hash, [a, b, c, d, e]).map { $0 &+ $1 }
    }
    return hash.flatMap { word in (0..<4).reversed().map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
}
