public import Logging
public import NIOCore
internal import NIOWebSocket
public import Units

/// The WebSocket to the central system as a stream of text messages (OCPP-J 1.6 §3, §5).
///
/// It connects, authenticates, keeps the connection alive and comes back for ever. It knows nothing of OCPP but the subprotocol's
/// name. Everything happens on one event loop, which is also the executor of this actor.
///
/// Terms: an *opening* is one attempt at one address; an *attempt* is all openings that redirects and a second form of the
/// password make of it; a *connection* is an open WebSocket.
public actor WebSocketLink {
    private enum Intent { case online, away, stopped }

    /// Waiting to be sent, in bytes; one message may be longer by itself.
    private static let sendLimit = 8 * 1024 * 1024
    private static let redirectLimit = 5

    private let eventLoop: any EventLoop
    private let logger: Logger
    private let clock: @Sendable () -> Timestamp
    private let progress: @Sendable (LinkProgress) -> Void
    private var configuration: LinkConfiguration
    private var backoff: Backoff

    private var intent = Intent.online
    private var openings = 0
    private var opening: (number: Int, continuation: CheckedContinuation<Opening.Outcome, Never>)?
    private var openingChannel: (any Channel)?
    private var connection: Connection?
    private var lastFailure: LinkFailure?
    private var lastReceived: NIODeadline?
    private var carriedText = false
    private var prefersAlternative = false
    private var unsent = 0

    private var wake: AsyncStream<Void>.Continuation?
    /// The next attempt does not wait.
    private var isHurried = false
    private var waitsForReader = false
    private var earliest: NIODeadline?
    private var whenDown: [CheckedContinuation<Void, Never>] = []

    private var queue = EventQueue()
    private var reader: (number: Int, continuation: CheckedContinuation<LinkEvent?, Never>)?
    private var readers = 0

    /// - Parameters:
    ///   - eventLoopGroup: one of its loops carries the link; it must outlive `run()`.
    ///   - clock: the time at which certificates must be valid; asked before each opening.
    ///   - progress: told of each step of each attempt, on the event loop.
    public init(
        configuration: LinkConfiguration, eventLoopGroup: any EventLoopGroup, logger: Logger,
        clock: @escaping @Sendable () -> Timestamp, progress: @escaping @Sendable (LinkProgress) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.clock = clock
        self.progress = progress
        eventLoop = eventLoopGroup.next()
        backoff = Backoff(configuration.reconnect)
    }

    public nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    // MARK: Events

    /// What happens, for one reader; a second reader takes over from the first. Ends after `stop()`.
    ///
    /// While more than 64 messages wait for the reader, nothing is read from the socket.
    public nonisolated var events: AsyncStream<LinkEvent> { AsyncStream { await self.nextEvent() } }

    private func nextEvent() async -> LinkEvent? {
        if let event = queue.removeFirst() {
            applyPressure()
            return event
        }
        guard intent != .stopped || connection != nil else { return nil }
        readers += 1
        let number = readers
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                reader?.continuation.resume(returning: nil)
                reader = (number, continuation)
                if Task.isCancelled { dismissReader(number) }
            }
        } onCancel: {
            eventLoop.execute { self.assumeIsolated { $0.dismissReader(number) } }
        }
    }

    private func dismissReader(_ number: Int) {
        guard let reader, reader.number == number else { return }
        self.reader = nil
        reader.continuation.resume(returning: nil)
    }

    private func deliver(_ event: LinkEvent) {
        if let reader {
            self.reader = nil
            reader.continuation.resume(returning: event)
        } else {
            queue.append(event)
            applyPressure()
        }
    }

    private func applyPressure() {
        connection?.handler.value.setReading(!queue.isFull)
        if !queue.isFull { wakeIfWaitingForReader() }
    }

    // MARK: Running

    /// Connects, and comes back whenever the connection ends, until `stop()` or until the task is cancelled.
    public func run() async {
        await withTaskCancellationHandler {
            while intent != .stopped {
                // A cancelled task no longer sleeps: without this it would spin until the handler below comes round.
                if Task.isCancelled { beginStop() } else { await oneRound() }
            }
            await down()
        } onCancel: {
            eventLoop.execute { self.assumeIsolated { $0.beginStop() } }
        }
    }

    private func oneRound() async {
        if intent == .away { return await rest(nil) }
        if queue.isFull { return await restForReader() }
        isHurried = false
        carriedText = false
        let begin: NIODeadline
        var failure: LinkFailure
        attempt: do throws(LinkFailure) {
            let info = try await connectOnce()
            begin = .now()
            logger.info("Connected to the central system", metadata: ["url": "\(info.url)"])
            if let warning = info.warning { logger.warning("\(warning)", metadata: ["url": "\(info.url)"]) }
            await down()
            failure = lastFailure ?? LinkFailure(.connectionLost(""))
            logger.notice("Disconnected from the central system", metadata: ["reason": "\(failure)"])
            if carriedText || NIODeadline.now() - begin >= TimeAmount(configuration.reconnect.stableAfter) {
                backoff.connectionProved()
            }
        } catch {
            failure = error
            // Who gave the attempt up knows it already.
            if case .closedByUs = failure.kind { break attempt }
            logger.notice("No connection to the central system", metadata: ["reason": "\(failure)"])
            deliver(.refused(failure))
        }
        guard intent == .online, !isHurried else { return }
        var wait = TimeAmount(backoff.wait(after: failure, jitter: Double.random(in: 0..<1)))
        if let earliest { wait = max(wait, earliest - .now()) }
        earliest = nil
        await rest(wait)
    }

    /// Sleeps without a thread; `nil`: until something wakes it.
    private func rest(_ time: TimeAmount?) async {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let timer = time.map { eventLoop.scheduleTask(in: $0) { continuation.finish() } }
        wake = continuation
        for await _ in stream {}
        wake = nil
        timer?.cancel()
    }

    private func restForReader() async {
        waitsForReader = true
        await rest(nil)
        waitsForReader = false
    }
    private func wakeIfWaitingForReader() { if waitsForReader { wake?.finish() } }

    // MARK: Connecting

    /// One attempt: redirects are followed, and where the server answers 401 the other form of the password is tried once.
    private func connectOnce() async throws(LinkFailure) -> LinkInfo {
        let origin = try configuration.finalURL()
        var url = origin
        var redirects = 0
        var triedOther = false
        while true {
            let isOwnServer = url.isSameServer(as: origin)
            let password = isOwnServer ? self.password : nil
            switch await open(url, password: password, mayIdentify: isOwnServer) {
            case .open(_, let info): return info
            case .failed(let failure): throw failure
            case .answered(status: 401, _):
                guard password != nil, configuration.alternativePassword != nil, !triedOther else {
                    throw LinkFailure(.unauthorised(passwordSent: password != nil), url: url.description)
                }
                triedOther = true
                prefersAlternative.toggle()
                logger.info("HTTP 401: trying the other form of the password")
            case .answered(let status, let location):
                guard [301, 302, 307, 308].contains(status), let location else {
                    throw LinkFailure(.httpStatus(status), url: url.description)
                }
                redirects += 1
                url = try follow(location, from: url, redirects: redirects)
            }
            guard intent == .online else { throw LinkFailure(.closedByUs("")) }
        }
    }

    private var password: BasicPassword? { prefersAlternative ? configuration.alternativePassword : configuration.password }

    private func follow(_ location: String, from url: ConnectionURL, redirects: Int) throws(LinkFailure) -> ConnectionURL {
        guard redirects <= WebSocketLink.redirectLimit else {
            throw LinkFailure(.redirect("more than \(WebSocketLink.redirectLimit) times in a row"), url: url.description)
        }
        let next = try url.following(location: location)
        logger.info("Following a redirect", metadata: ["from": "\(url)", "to": "\(next)"])
        return next
    }

    private func open(_ url: ConnectionURL, password: BasicPassword?, mayIdentify: Bool) async -> Opening.Outcome {
        openings += 1
        let number = openings
        let opening = Opening(
            number: number, url: url, authorization: password?.authorization(user: configuration.identity),
            transportSecurity: configuration.transportSecurity, mayIdentify: mayIdentify, now: clock(),
            maximumMessage: configuration.maximumFrameSize,
            pingInterval: configuration.pingInterval, credentials: configuration.credentials, eventLoop: eventLoop, logger: logger,
            report: { report in self.assumeIsolated { $0.received(report, from: number) } }, progress: progress)
        return await withCheckedContinuation { continuation in
            self.opening = (number, continuation)
            opening.start(
                channel: { channel in self.assumeIsolated { $0.channelOpened(channel, number) } },
                done: { outcome in self.assumeIsolated { $0.opened(outcome, number) } })
        }
    }

    private func channelOpened(_ channel: any Channel, _ number: Int) {
        // The handshake may be over already, or nobody may want it any more.
        if opening?.number == number {
            openingChannel = channel
        } else if connection?.number != number {
            channel.close(promise: nil)
        }
    }

    private func opened(_ outcome: Opening.Outcome, _ number: Int) {
        guard let opening, opening.number == number else {
            if case .open(let connection, _) = outcome { connection.channel.close(promise: nil) }
            return
        }
        self.opening = nil
        openingChannel = nil
        if case .open(let connection, let info) = outcome {
            self.connection = connection
            lastReceived = nil
            // It may have been changed since the opening began.
            connection.handler.value.setPingInterval(configuration.pingInterval)
            // Now, not after the resumption: the server's first message may be in the same packet.
            deliver(.connected(info))
        }
        opening.continuation.resume(returning: outcome)
    }

    // MARK: Connected

    private func received(_ report: FrameHandler.Report, from number: Int) {
        guard connection?.number == number else { return }
        switch report {
        case .text(let text):
            carriedText = true
            deliver(.text(text))
        case .pong: deliver(.pong)
        case .ended(let failure):
            lastReceived = connection?.handler.value.lastReceived
            connection = nil
            lastFailure = failure
            deliver(.disconnected(failure))
            whenDown.forEach { $0.resume() }
            whenDown = []
            if intent == .stopped { finishEvents() }
        }
    }

    /// Returns once there is no connection.
    private func down() async {
        guard connection != nil else { return }
        await withCheckedContinuation { whenDown.append($0) }
    }

    /// Sends one text message and returns when the system has taken all of it.
    ///
    /// It does not wait for an answer, and one stuck message does not keep others from being sent later on a new connection: on a
    /// dead one it fails once the connection is given up.
    public func send(_ text: String) async throws(LinkFailure) {
        guard let connection, connection.handler.value.isOpen else { throw LinkFailure(.notConnected) }
        let length = text.utf8.count
        guard unsent == 0 || unsent + length <= WebSocketLink.sendLimit else { throw LinkFailure(.sendBufferFull) }
        unsent += length
        defer { unsent -= length }
        let frame = WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: ByteBuffer(string: text))
        let isWritten = await withCheckedContinuation { continuation in
            let promise = eventLoop.makePromise(of: Void.self)
            promise.futureResult.whenComplete { result in
                if case .success = result { continuation.resume(returning: true) } else { continuation.resume(returning: false) }
            }
            connection.channel.writeAndFlush(frame, promise: promise)
        }
        guard !isWritten else { return }
        // Writes fail just before the end of their connection is reported.
        if self.connection?.number == connection.number { await down() }
        throw lastFailure ?? LinkFailure(.notConnected)
    }

    /// Time since bytes last arrived on the connection, or on the last one; `nil`: there was none yet.
    public var silence: Duration? {
        let last = connection?.handler.value.lastReceived ?? lastReceived
        return last.map { .nanoseconds((NIODeadline.now() - $0).nanoseconds) }
    }

    public var isConnected: Bool { connection != nil }

    // MARK: Wishes

    /// Drops the connection and stays away until `connect()`; returns once it is down.
    public func disconnect(reason: String = "disconnected on request") async {
        guard intent != .stopped else { return await down() }
        intent = .away
        drop(code: 1000, reason: reason)
        await down()
    }

    /// Comes back after `disconnect()`, or does not wait for the next attempt: at once. Without effect while connected.
    public func connect() {
        guard intent != .stopped else { return }
        // A round that is just ending must not go to sleep now.
        if intent == .away || (wake == nil && opening == nil && connection == nil) { isHurried = true }
        intent = .online
        earliest = nil
        wake?.finish()
    }

    /// Drops the connection and opens a new one at once; also ends `disconnect()`.
    public func reconnectNow(reason: String = "reconnecting") {
        guard intent != .stopped else { return }
        connect()
        guard connection != nil || opening != nil else { return }
        isHurried = true
        drop(code: 1001, reason: reason)
    }

    /// Ends everything: a close frame, at most one second for the server's answer. Then `run()` and `events` end.
    public func stop() async {
        beginStop()
        await down()
    }

    /// Holds the next attempt back for at least this time.
    public func pause(for time: Duration) { earliest = .now() + TimeAmount(time) }

    /// Changes the time between pings, also of the running connection; `nil` or zero: no pings.
    public func setPingInterval(_ interval: Duration?) {
        configuration.pingInterval = interval
        connection?.handler.value.setPingInterval(interval)
    }

    /// Asks at once whether the connection lives: an answer comes as `LinkEvent.pong`. Without effect where pings are off.
    public func ping() { connection?.handler.value.pingNow() }

    /// From the next attempt on, this holds, but for the ping interval, which stays as it is.
    public func reconfigure(_ configuration: LinkConfiguration) {
        if self.configuration.reconnect != configuration.reconnect { backoff = Backoff(configuration.reconnect) }
        if self.configuration.password != configuration.password
            || self.configuration.alternativePassword != configuration.alternativePassword
        {
            prefersAlternative = false
        }
        // How often is asked for signs of life is no part of who talks to whom.
        let pingInterval = self.configuration.pingInterval
        self.configuration = configuration
        self.configuration.pingInterval = pingInterval
    }

    /// A connection, or an attempt, that was begun with another configuration is given up for one with this. A link that was told to
    /// stay away stays away.
    public func change(to configuration: LinkConfiguration, reason: String) {
        reconfigure(configuration)
        if intent == .online { reconnectNow(reason: reason) }
    }

    private func beginStop() {
        guard intent != .stopped else { return }
        intent = .stopped
        drop(code: 1001, reason: "the charge point is going down")
        wake?.finish()
        if connection == nil { finishEvents() }
    }

    private func drop(code: Int, reason: String) {
        if let opening {
            openingChannel?.close(promise: nil)
            opened(.failed(LinkFailure(.closedByUs(reason))), opening.number)
        }
        connection?.handler.value.close(code: code, reason: reason, because: .closedByUs(reason))
        wake?.finish()
    }

    private func finishEvents() {
        reader?.continuation.resume(returning: nil)
        reader = nil
    }
}
