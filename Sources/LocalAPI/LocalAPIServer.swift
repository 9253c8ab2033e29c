import Hummingbird
import HummingbirdCore
public import Logging
public import NIOCore
import ServiceLifecycle
import Synchronization

/// The local API: HTTP/1.1 and JSON on a Unix domain socket, always, and on TCP where configured.
public struct LocalAPIServer: Sendable {
    /// Connections at once, per listener; more wait to be accepted.
    static let connectionLimit = 64
    /// How long calls that are being answered may still take when the server stops.
    static let grace: TimeAmount = .milliseconds(500)

    private let access: any ChargePointAccess
    private let socket: ControlSocket
    private let web: WebConfiguration?
    private let eventLoopGroup: any EventLoopGroup
    private let logger: Logger
    private let start = ContinuousClock.now

    /// - Parameter web: nil: not on TCP.
    public init(
        access: any ChargePointAccess, socketPath: String, web: WebConfiguration?, eventLoopGroup: any EventLoopGroup,
        logger: Logger
    ) {
        self.access = access
        socket = ControlSocket(path: socketPath)
        self.web = web
        self.eventLoopGroup = eventLoopGroup
        self.logger = logger
    }

    /// Serves until its task is cancelled; then returns within half a second, whatever is still open.
    /// - Parameter onListening: called once, when every listener accepts connections, with the TCP port where there is one.
    /// - Throws: `LocalAPIServerError` when it cannot listen.
    public func run(onListening: @escaping @Sendable (_ port: Int?) -> Void) async throws {
        try socket.prepare()
        let connections = OpenConnections()
        let listening = Listening(expected: web == nil ? 1 : 2, onListening)
        let unix = try server(.unixDomainSocket(path: socket.path), responder(gate: nil), connections) { [socket, logger] _ in
            if let problem = socket.restrict() { logger.warning("control socket", metadata: ["problem": "\(problem)"]) }
            listening.isReady(port: nil)
        }
        let tcp = try web.map { web in
            try server(.hostname(web.host, port: web.port), responder(gate: WebGate(web)), connections) { channel in
                listening.isReady(port: channel.localAddress?.port)
            }
        }
        defer { socket.remove() }
        let loop = eventLoopGroup.next()
        try await withTaskCancellationHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await listen(unix, "control.socket: \(socket.path)") }
                if let tcp, let web { group.addTask { try await listen(tcp, "web.listen: \(web.host):\(web.port)") } }
                // The first that ends takes the other with it.
                defer { group.cancelAll() }
                try await group.next()
            }
        } onCancel: {
            loop.scheduleTask(in: Self.grace) { connections.closeAll() }
        }
    }

    /// As `run(onListening:)`, where nobody asks for the port.
    public func run(onListening: @escaping @Sendable () -> Void = {}) async throws { try await run { _ in onListening() } }

    func responder(gate: WebGate?) -> APIResponder {
        var routes = statusRoutes(access, web: gate == nil ? nil : web) { [start] in ContinuousClock.now - start }
        routes +=
            sessionRoutes(access) + connectorRoutes(access) + cardRoutes(access) + simulatorRoutes(access)
            + pageRoutes()
        if let gate { routes += loginRoutes(gate) }
        routes.append(openAPIRoute(describing: routes))
        return APIResponder(routes: routes, gate: gate, logger: logger)
    }

    private func server(
        _ address: BindAddress, _ responder: APIResponder, _ connections: OpenConnections,
        onServerRunning: @escaping @Sendable (any Channel) async -> Void
    ) throws -> any Service {
        // Its own lines tell of every stop as an error; ours tell what matters.
        var quiet = logger
        quiet.logLevel = .critical
        let channels = HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionRecorder(connections)], idleTimeout: .seconds(60),
            httpDecoderConfiguration: .init(maxHeaderFieldSize: 8 * 1024, maxHeaderListSize: 16 * 1024, maxHeaderFieldCount: 100))
        return try HTTPServerBuilder.http1(configuration: channels).buildServer(
            configuration: ServerConfiguration(
                address: address, availableConnectionsDelegate: .maximum(Self.connectionLimit, logger: quiet)),
            eventLoopGroup: eventLoopGroup, logger: quiet,
            responder: { request, writer, channel in
                let peer = Peer(
                    address: channel.remoteAddress?.ipAddress ?? "", eventLoop: channel.eventLoop,
                    close: { channel.close(promise: nil) },
                    whenClosed: { callBack in channel.closeFuture.whenComplete { _ in callBack() } })
                let response = await responder.respond(to: request, from: peer)
                try await writer.write(response: response.head, body: response.body)
            },
            onServerRunning: onServerRunning)
    }

    private func listen(_ server: any Service, _ what: String) async throws {
        do {
            try await server.run()
        } catch let error as IOError {
            throw LocalAPIServerError("\(what) cannot be listened on: \(error); is the address right and free?")
        }
    }
}

/// Why the local API cannot listen: key, what, and what to do.
public struct LocalAPIServerError: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String

    init(_ description: String) { self.description = description }
}

/// Calls back when the last listener is ready.
private final class Listening: Sendable {
    private let waiting: Mutex<(count: Int, port: Int?)>
    private let callBack: @Sendable (Int?) -> Void

    init(expected: Int, _ callBack: @escaping @Sendable (Int?) -> Void) {
        waiting = Mutex((expected, nil))
        self.callBack = callBack
    }

    func isReady(port: Int?) {
        let (isLast, port) = waiting.withLock { waiting in
            waiting.count -= 1
            waiting.port = port ?? waiting.port
            return (waiting.count == 0, waiting.port)
        }
        if isLast { callBack(port) }
    }
}
