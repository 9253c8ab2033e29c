internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOWebSocket
internal import Units

/// An open WebSocket as the link holds it.
struct Connection: Sendable {
    var number: Int
    var channel: any Channel
    var handler: NIOLoopBound<FrameHandler>
}

/// One attempt to open a WebSocket at one address: a TCP connection and one upgrade request.
struct Opening: Sendable {
    enum Outcome: Sendable {
        case open(Connection, LinkInfo)
        /// An answer other than 101.
        case answered(status: Int, location: String?)
        case failed(LinkFailure)
    }

    static let subprotocol = "ocpp1.6"
    private static let connectTimeout = TimeAmount.seconds(10)
    static let handshakeTimeout = TimeAmount.seconds(10)
    /// What an answer's head may have, in bytes: real ones have a tenth of it.
    static let longestHeader = 8 * 1024
    static let longestHead = 16 * 1024
    static let mostHeaders = 100

    var number: Int
    var url: ConnectionURL
    /// Value of the `Authorization` header.
    var authorization: String?
    var transportSecurity: TransportSecurity
    /// Whether the server may see who we are by our client certificate: not the one that a redirect led to.
    var mayIdentify: Bool
    /// The time at which certificates must be valid.
    var now: Timestamp
    var maximumMessage: Int
    var pingInterval: Duration?
    /// Passed on to `LinkInfo`.
    var credentials = 0
    var eventLoop: any EventLoop
    var logger: Logger
    /// Everything that happens on the open connection, on the event loop.
    var report: @Sendable (FrameHandler.Report) -> Void
    var progress: @Sendable (LinkProgress) -> Void

    /// Begins; `done` is called on the event loop, perhaps more than once (the first counts), `channel` once there is one.
    func start(channel: @escaping @Sendable (any Channel) -> Void, done: @escaping @Sendable (Outcome) -> Void) {
        progress(.opening(url))
        guard !url.isSecure || transportSecurity != .none else {
            return done(.failed(LinkFailure(.transportSecurityUnavailable, url: url.description)))
        }
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(Opening.connectTimeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.tcpOption(.keepIdle), value: 60)
            .channelOption(.tcpOption(.keepInterval), value: 15)
            .channelOption(.tcpOption(.keepCount), value: 4)
            .channelOption(.tcpOption(.userTimeout), value: 60_000)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try install(on: channel.pipeline.syncOperations, done: done) }
            }
        // An address needs no resolver, and so no thread for it.
        let connecting: EventLoopFuture<any Channel>
        if let address = try? SocketAddress(ipAddress: host, port: url.port) {
            connecting = bootstrap.connect(to: address)
        } else {
            connecting = bootstrap.connect(host: host, port: url.port)
        }
        connecting.whenComplete { result in
            switch result {
            case .success(let open): channel(open)
            case .failure(let error):
                done(.failed(LinkFailure(LinkFailure.Kind(connecting: error, to: url.host), url: url.description)))
            }
        }
    }

    private func install(on pipeline: ChannelPipeline.SynchronousOperations, done: @escaping @Sendable (Outcome) -> Void) throws {
        let peer = NIOLoopBoundBox<TLSPeer?>(nil, eventLoop: eventLoop)
        try pipeline.addHandler(ProgressHandler { [progress] address in progress(.connected(address: address)) })
        if url.isSecure, case .tls(let context) = transportSecurity {
            guard let engine = TLSEngine(context, host: host, port: url.port, now: now, mayIdentify: mayIdentify) else {
                throw TLSFailure.brokenProtocol("not enough memory")
            }
            try pipeline.addHandler(
                TLSHandler(engine) { [progress] proved in
                    peer.value = proved
                    progress(.secured(proved))
                })
        }
        // Control frames must pass whatever the limit of messages is.
        let largestFrame = min(max(maximumMessage, 125), 1 << 30)
        let upgrader = NIOWebSocketClientUpgrader(maxFrameSize: largestFrame, automaticErrorHandling: false) { channel, head in
            channel.eventLoop.makeCompletedFuture { try upgraded(channel, head, peer.value, done: done) }
        }
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = Opening.longestHeader
        limits.maxHeaderListSize = Opening.longestHead
        limits.maxHeaderFieldCount = Opening.mostHeaders
        try pipeline.addHTTPClientHandlers(
            leftOverBytesStrategy: .forwardBytes, decoderLimitConfiguration: limits,
            withClientUpgrade: (
                upgraders: [upgrader],
                completionHandler: { context in
                    context.pipeline.syncOperations.removeHandler(name: HandshakeHandler.name, promise: nil)
                }
            ))
        let handshake = HandshakeHandler(request: request, url: url.description, progress: progress) { outcome in done(outcome) }
        try pipeline.addHandler(handshake, name: HandshakeHandler.name)
    }

    /// With the zone of an IPv6 address as the system writes it (RFC 6874).
    private var host: String { url.host.replacing("%25", with: "%") }

    /// The request of OCPP-J 1.6 §3.1.3; the upgrade handlers add the rest.
    private var request: HTTPRequestHead {
        var headers = HTTPHeaders([("Host", url.authority), ("Sec-WebSocket-Protocol", Opening.subprotocol)])
        if let authorization { headers.add(name: "Authorization", value: authorization) }
        return HTTPRequestHead(version: .http1_1, method: .GET, uri: url.target, headers: headers)
    }

    private func upgraded(
        _ channel: any Channel, _ head: HTTPResponseHead, _ peer: TLSPeer?, done: @Sendable (Outcome) -> Void
    ) throws {
        progress(.answered(status: Int(head.status.code), date: head.headers.first(name: "Date")))
        let handler = FrameHandler(
            url: url.description, maximumMessage: maximumMessage, pingInterval: pingInterval, logger: logger, report: report)
        let agreed = head.headers[canonicalForm: "Sec-WebSocket-Protocol"].map(String.init)
        try channel.pipeline.syncOperations.addHandler(handler)
        if let other = agreed.first(where: { $0 != Opening.subprotocol }) {
            let kind = LinkFailure.Kind.subprotocol(other)
            done(.failed(LinkFailure(kind, url: url.description)))
            handler.close(code: 1002, reason: "subprotocol", because: kind)
            return
        }
        let connection = Connection(number: number, channel: channel, handler: NIOLoopBound(handler, eventLoop: channel.eventLoop))
        let warning =
            agreed.isEmpty
            ? "The server's answer names no subprotocol; it goes on as ocpp1.6. Set up the central system for OCPP 1.6J." : nil
        let info = LinkInfo(
            url: url.description, subprotocol: agreed.first, warning: warning, peer: peer, credentials: credentials)
        done(.open(connection, info))
    }
}

/// Says with which address the TCP connection stands.
private final class ProgressHandler: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    private let connected: (String) -> Void

    init(_ connected: @escaping (String) -> Void) { self.connected = connected }

    func channelActive(context: ChannelHandlerContext) {
        connected(context.channel.remoteAddress?.ipAddress ?? "")
        context.fireChannelActive()
    }
}

extension NIOBSDSocket.Option {
    // Linux, <netinet/tcp.h>
    fileprivate static let keepIdle = NIOBSDSocket.Option(rawValue: 4)
    fileprivate static let keepInterval = NIOBSDSocket.Option(rawValue: 5)
    fileprivate static let keepCount = NIOBSDSocket.Option(rawValue: 6)
    /// How long, in milliseconds, sent bytes may stay unacknowledged before the kernel gives the connection up.
    fileprivate static let userTimeout = NIOBSDSocket.Option(rawValue: 18)
}
