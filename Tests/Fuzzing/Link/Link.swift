@testable import CentralSystemLink
import Logging
import NIOCore
import NIOEmbedded
import NIOWebSocket

/// Bytes of an open WebSocket, through the frame decoder and the handler that puts messages together.
func readWebSocket(_ bytes: [UInt8]) {
    let limit = 512
    let channel = EmbeddedChannel()
    let handler = FrameHandler(
        url: "ws://fuzzed/", maximumMessage: limit, pingInterval: nil,
        logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }
    ) { report in
        if case .text(let text) = report { precondition(text.utf8.count <= limit, "a message is longer than its bound") }
    }
    do {
        try channel.pipeline.syncOperations.addHandlers(
            ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: limit)), handler)
        // Two reads, so that every place of a frame can be the end of one.
        let middle = bytes.count / 2
        try channel.writeInbound(ByteBuffer(bytes: bytes[..<middle]))
        try channel.writeInbound(ByteBuffer(bytes: bytes[middle...]))
    } catch {
        // A server that breaks the protocol; the handler has closed the connection.
    }
    channel.embeddedEventLoop.advanceTime(by: .seconds(5))
    _ = try? channel.finish(acceptAlreadyClosed: true)

    var assembler = MessageAssembler(limit: limit)
    for chunk in stride(from: 0, to: bytes.count, by: 7) {
        let part = bytes[chunk..<min(chunk + 7, bytes.count)]
        var frame = WebSocketFrame(
            fin: bytes[chunk] & 0x80 != 0, opcode: WebSocketOpcode(encodedWebSocketOpcode: bytes[chunk] & 0x0F) ?? .text,
            data: ByteBuffer(bytes: part.dropFirst()))
        frame.rsv1 = bytes[chunk] & 0x40 != 0
        if case .violation = assembler.take(frame) { break }
    }
}

/// URL, identity and redirect: TLS is never given up, and nothing that breaks a request line comes out.
func readURL(_ bytes: [UInt8]) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
    let base = text(lines[0])
    let identity = lines.count > 1 ? text(lines[1]) : "cp001"
    guard let url = try? ConnectionURL.finalURL(base: base, identity: identity) else { return }
    check(url)
    guard lines.count > 2, let next = try? url.following(location: text(lines[2])) else { return }
    check(next)
    precondition(next.isSecure || !url.isSecure, "a redirect gives up TLS")
}

private func check(_ url: ConnectionURL) {
    precondition(url.target.hasPrefix("/"), "a target begins with '/'")
    precondition(url.target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a target can stand in a request line: \(url.target)")
    precondition((1...65535).contains(url.port) && !url.host.isEmpty, "a connection has a host and a port")
    precondition(
        url.authority.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "@") }, "no user name in the authority")
}
