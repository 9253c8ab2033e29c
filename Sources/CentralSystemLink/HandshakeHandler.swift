internal import NIOCore
internal import NIOHTTP1

/// Sends the upgrade request and reads the answer where it is not the upgrade.
final class HandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    static let name = "handshake"

    private let request: HTTPRequestHead
    private let url: String
    private let progress: @Sendable (LinkProgress) -> Void
    private let done: @Sendable (Opening.Outcome) -> Void
    private var deadline: Scheduled<Void>?

    init(
        request: HTTPRequestHead, url: String, progress: @escaping @Sendable (LinkProgress) -> Void,
        done: @escaping @Sendable (Opening.Outcome) -> Void
    ) {
        self.request = request
        self.url = url
        self.progress = progress
        self.done = done
    }

    func channelActive(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(request)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        let failure = LinkFailure(.timedOut(.handshake), url: url)
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: Opening.handshakeTimeout) { [done] in
            done(.failed(failure))
            channel.close(promise: nil)
        }
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // The body, where there is one, is of no use.
        guard case .head(let head) = unwrapInboundIn(data) else { return }
        progress(.answered(status: Int(head.status.code), date: head.headers.first(name: "Date")))
        done(.answered(status: Int(head.status.code), location: head.headers.first(name: "Location")))
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let kind: LinkFailure.Kind =
            switch error {
            case let error as NIOHTTPClientUpgradeError where error == .upgraderDeniedUpgrade:
                .protocolError("its Sec-WebSocket-Accept is wrong or missing")
            case is NIOHTTPClientUpgradeError: .protocolError("its answer 101 is not an upgrade to WebSocket")
            case let error as HTTPParserError where error == .headerOverflow:
                .protocolError(
                    "the head of its answer is too long; \(Opening.mostHeaders) fields and \(Opening.longestHead) bytes are read")
            case is HTTPParserError: .protocolError("its answer is not HTTP; it may be a TLS port or another service")
            default: LinkFailure.Kind(lost: error)
            }
        done(.failed(LinkFailure(kind, url: url)))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        done(.failed(LinkFailure(.connectionLost("the server ended it before answering the handshake"), url: url)))
        context.fireChannelInactive()
    }
}
