internal import NIOCore

/// TLS between the socket and the other handlers, which see a connection that becomes active when the handshake is done.
///
/// What goes wrong comes down the pipeline as a `TLSFailure`, and the connection is closed. Nothing is kept back: what arrives is
/// decrypted and handed on at once, what is written is encrypted when flushed, so that the socket's back-pressure holds for both.
final class TLSHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        /// Before the TCP connection stands.
        case idle
        case handshaking, open
        /// We have said goodbye and wait for the other side's goodbye.
        case closing(EventLoopPromise<Void>?)
        case closed
    }

    static let handshakeTimeout = TimeAmount.seconds(10)
    /// How long the other side may take to answer our goodbye.
    static let goodbyeTimeout = TimeAmount.milliseconds(500)

    private let engine: TLSEngine
    private let secured: (TLSPeer) -> Void
    private var state = State.idle
    private var writes = MarkedCircularBuffer<(ByteBuffer, EventLoopPromise<Void>?)>(initialCapacity: 4)
    private var deadline: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    /// - Parameter secured: told who the other side is, once it is known.
    init(_ engine: TLSEngine, secured: @escaping (TLSPeer) -> Void) {
        self.engine = engine
        self.secured = secured
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { begin(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        settle(failing: ChannelError.ioOnClosedChannel)
        self.context = nil
    }

    // MARK: Handshake

    /// Passed on when the handshake is done.
    func channelActive(context: ChannelHandlerContext) { begin(context) }

    private func begin(_ context: ChannelHandlerContext) {
        guard case .idle = state else { return }
        state = .handshaking
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: TLSHandler.handshakeTimeout) { [weak self] in
            guard let self, let context = self.context else { return }
            fail(.timedOut, context)
        }
        shakeHands(context)
    }

    private func shakeHands(_ context: ChannelHandlerContext) {
        let step = engine.handshake()
        sendOutgoing(context)
        switch step {
        case .needsBytes: break
        case .failed(let failure): fail(failure, context)
        case .done:
            deadline?.cancel()
            state = .open
            secured(engine.peer)
            context.fireChannelActive()
            encryptWrites(context)
        }
    }

    // MARK: Inbound

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        engine.receive(unwrapInboundIn(data))
        if case .handshaking = state { shakeHands(context) }
        decrypt(context)
    }

    private func decrypt(_ context: ChannelHandlerContext) {
        while true {
            switch state {
            case .idle, .handshaking, .closed: return
            case .open, .closing: break
            }
            let reading = engine.read()
            sendOutgoing(context)
            switch reading {
            case .needsBytes: return
            case .bytes(let bytes): if case .open = state { context.fireChannelRead(wrapInboundOut(bytes)) }
            case .ended: return end(context)
            case .failed(let failure): return fail(failure, context)
            }
        }
    }

    /// The other side has said goodbye.
    private func end(_ context: ChannelHandlerContext) {
        engine.sayGoodbye()
        sendOutgoing(context)
        finish(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What the socket reports says less than what is known of the handshake.
        if let failure = lostConnection { return fail(failure, context) }
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let failure = lostConnection { context.fireErrorCaught(failure) }
        settle(failing: ChannelError.eof)
        context.fireChannelInactive()
    }

    private var lostConnection: TLSFailure? {
        switch state {
        case .handshaking, .open: engine.lostConnection
        case .idle, .closing, .closed: nil
        }
    }

    // MARK: Outbound

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch state {
        case .closing, .closed: promise?.fail(ChannelError.ioOnClosedChannel)
        case .idle, .handshaking, .open: writes.append((unwrapOutboundIn(data), promise))
        }
    }

    func flush(context: ChannelHandlerContext) {
        writes.mark()
        encryptWrites(context)
    }

    private func encryptWrites(_ context: ChannelHandlerContext) {
        guard case .open = state else { return }
        while writes.hasMark, let (bytes, promise) = writes.popFirst() {
            var isPassedOn = false
            let failure = engine.write(bytes) { encrypted, isLast in
                isPassedOn = isLast
                context.write(wrapOutboundOut(encrypted), promise: isLast ? promise : nil)
            }
            if let failure {
                promise?.fail(failure)
                return fail(failure, context)
            }
            if !isPassedOn { promise?.succeed() }
        }
        context.flush()
    }

    private func sendOutgoing(_ context: ChannelHandlerContext) {
        guard let bytes = engine.takeOutgoing() else { return }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    // MARK: Ending

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all else { return context.close(mode: mode, promise: promise) }
        switch state {
        case .idle, .handshaking, .closed:
            state = .closed
            settle(failing: ChannelError.ioOnClosedChannel)
            context.close(promise: promise)
        case .closing(let earlier):
            guard let earlier else { return state = .closing(promise) }
            earlier.futureResult.cascade(to: promise)
        case .open:
            state = .closing(promise)
            engine.sayGoodbye()
            sendOutgoing(context)
            deadline = context.eventLoop.assumeIsolated().scheduleTask(in: TLSHandler.goodbyeTimeout) { [weak self] in
                guard let self, let context = self.context else { return }
                finish(context)
            }
        }
    }

    private func fail(_ failure: TLSFailure, _ context: ChannelHandlerContext) {
        if case .closed = state { return }
        finishing(context) { context.fireErrorCaught(failure) }
    }

    private func finish(_ context: ChannelHandlerContext) { finishing(context) {} }

    private func finishing(_ context: ChannelHandlerContext, _ report: () -> Void) {
        var promise: EventLoopPromise<Void>?
        if case .closing(let waiting) = state { promise = waiting }
        state = .closed
        deadline?.cancel()
        report()
        context.close(promise: promise)
    }

    /// Nobody is left waiting.
    private func settle(failing error: any Error) {
        deadline?.cancel()
        if case .closing(let promise) = state { promise?.succeed() }
        state = .closed
        while let (_, promise) = writes.popFirst() { promise?.fail(error) }
    }
}
