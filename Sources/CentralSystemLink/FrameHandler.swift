internal import Logging
internal import NIOCore
internal import NIOWebSocket

/// An open WebSocket: the last handler of its pipeline, living on the event loop.
///
/// Puts messages together, answers pings at once, sends our own, and ends the connection in an orderly way.
final class FrameHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    enum Report: Sendable {
        case text(String)
        case pong
        /// The connection is down; nothing follows.
        case ended(LinkFailure)
    }
    private enum State {
        case open
        /// A close frame is under way, or the socket is closing; this is why.
        case closing(LinkFailure.Kind)
        case ended
    }

    /// How long the server may take to answer our close frame.
    private static let closeTimeout = TimeAmount.seconds(1)
    private static let longestPongWait = Duration.seconds(30)

    /// Whether neither side has begun to end the connection.
    var isOpen: Bool { if case .open = state { true } else { false } }
    /// When bytes last arrived.
    private(set) var lastReceived = NIODeadline.now()

    private let url: String
    private let logger: Logger
    private let report: @Sendable (Report) -> Void
    private var state = State.open
    private var assembler: MessageAssembler
    private var liveness = Liveness()
    private var pingInterval: Duration?
    private var isReading = true
    private var warnedOfBinary = false
    private var nextPing: Scheduled<Void>?
    private var pongDeadline: Scheduled<Void>?
    private var closeDeadline: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(
        url: String, maximumMessage: Int, pingInterval: Duration?, logger: Logger, report: @escaping @Sendable (Report) -> Void
    ) {
        self.url = url
        self.logger = logger
        self.report = report
        self.pingInterval = pingInterval
        assembler = MessageAssembler(limit: maximumMessage)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        schedulePing()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        cancelTimers()
        self.context = nil
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        heard()
        switch assembler.take(unwrapInboundIn(data)) {
        case .nothing: break
        case .text(let text): if case .open = state { report(.text(text)) }
        case .ignoredBinary:
            if !warnedOfBinary { logger.warning("The central system sent a binary message; OCPP-J has none. Ignored.") }
            warnedOfBinary = true
        case .ping(let data):
            // A server that sends pings but reads nothing must not fill our memory with answers.
            if case .open = state, context.channel.isWritable { write(.pong, data, context: context) }
        case .pong: if liveness.pongReceived() { report(.pong) }
        case .close(let code, let reason): closeReceived(code: code, reason: reason, context: context)
        case .violation(let kind): close(code: kind.closeCode, reason: "", because: kind)
        }
    }

    /// Comes after each read of the socket, also while a long message is still incomplete.
    func channelReadComplete(context: ChannelHandlerContext) {
        heard()
        context.fireChannelReadComplete()
    }

    func setReading(_ isReading: Bool) {
        guard self.isReading != isReading else { return }
        self.isReading = isReading
        // What waits unread in the socket may be the sign of life that is missing.
        liveness.heard()
        context?.channel.setOption(.autoRead, value: isReading).whenFailure { [logger] error in
            logger.debug("autoRead was not set", metadata: ["error": "\(error)"])
        }
    }

    private func heard() {
        lastReceived = .now()
        liveness.heard()
    }

    // MARK: Pings

    func setPingInterval(_ interval: Duration?) {
        pingInterval = interval
        nextPing?.cancel()
        pongDeadline?.cancel()
        schedulePing()
    }

    private func schedulePing() {
        guard let context, let pingInterval, pingInterval > .zero, case .open = state else { return }
        nextPing = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(max(pingInterval, .milliseconds(10)))) {
            [weak self] in self?.ping()
        }
    }

    /// Does not wait for the next ping's time; without effect where pings are off.
    func pingNow() {
        nextPing?.cancel()
        ping()
    }

    private func ping() {
        guard let context, let pingInterval, case .open = state else { return }
        // Where the socket takes nothing a ping would only queue up; its deadline runs all the same.
        if context.channel.isWritable { write(.ping, ByteBuffer(), context: context) }
        liveness.pingSent()
        let patience = min(pingInterval, FrameHandler.longestPongWait)
        pongDeadline?.cancel()
        pongDeadline = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(patience)) { [weak self] in
            self?.pongDeadlinePassed(patience)
        }
        schedulePing()
    }

    private func pongDeadlinePassed(_ patience: Duration) {
        // While we do not read ourselves, silence proves nothing.
        guard case .open = state, isReading, liveness.isDead, let context else { return }
        state = .closing(.pongMissed(within: patience))
        write(.connectionClose, closeData(code: 1001, reason: "no pong"), context: context)
        context.close(promise: nil)
    }

    // MARK: Ending

    /// Sends a close frame and ends the connection once the server has answered, or after a second.
    func close(code: Int, reason: String, because kind: LinkFailure.Kind) {
        guard let context, case .open = state else { return }
        state = .closing(kind)
        nextPing?.cancel()
        pongDeadline?.cancel()
        write(.connectionClose, closeData(code: code, reason: reason), context: context)
        // The answer is behind what we have not read yet.
        setReading(true)
        closeSoon(context: context)
    }

    private func closeReceived(code: Int, reason: String, context: ChannelHandlerContext) {
        switch state {
        case .open:
            state = .closing(.closedByPeer(code: code, reason: reason))
            closeSoon(context: context)
            let frame = WebSocketFrame(
                fin: true, opcode: .connectionClose, maskKey: .random(), data: closeData(code: code, reason: ""))
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(frame)).whenComplete { _ in channel.close(promise: nil) }
        case .closing: context.close(promise: nil)
        case .ended: break
        }
    }

    private func closeSoon(context: ChannelHandlerContext) {
        let channel = context.channel
        closeDeadline = context.eventLoop.scheduleTask(in: FrameHandler.closeTimeout) { channel.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength:
            close(code: 1009, reason: "", because: .tooBig(limit: assembler.limit))
        case is NIOWebSocketError:
            close(code: 1002, reason: "", because: .protocolError("a control frame is fragmented or too long"))
        default:
            if case .open = state { state = .closing(LinkFailure.Kind(lost: error)) }
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let kind: LinkFailure.Kind
        switch state {
        case .open: kind = .connectionLost("the server ended it without a close frame")
        case .closing(let reason): kind = reason
        case .ended: return
        }
        state = .ended
        cancelTimers()
        report(.ended(LinkFailure(kind, url: url)))
        context.fireChannelInactive()
    }

    private func cancelTimers() {
        nextPing?.cancel()
        pongDeadline?.cancel()
        closeDeadline?.cancel()
    }

    // MARK: Frames

    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer, context: ChannelHandlerContext) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    /// A control frame holds at most 125 bytes. 1005 and 1006 must not be sent (RFC 6455 §7.4.1).
    private func closeData(code: Int, reason: String) -> ByteBuffer {
        guard let number = UInt16(exactly: code), ![1005, 1006, 1015].contains(number) else { return ByteBuffer() }
        var data = ByteBuffer(integer: number)
        var short = Substring(reason)
        while short.utf8.count > 123 { short.removeLast() }
        data.writeSubstring(short)
        return data
    }
}

extension LinkFailure.Kind {
    /// Which code a close frame says for a fault of the server.
    fileprivate var closeCode: Int {
        switch self {
        case .tooBig: 1009
        case .notText: 1007
        default: 1002
        }
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        // About 146 years: whatever is longer never comes.
        self = .nanoseconds(min(max(seconds, 0), 4_611_686_018) * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
