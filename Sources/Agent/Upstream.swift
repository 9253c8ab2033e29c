import CentralSystemLink
import ChargePointCore
import Logging
import OCPP
import Units

/// The link as the loop sees it: frames in and out, in order, with a bound on what comes in.
final class Upstream: Sendable {
    let link: WebSocketLink
    private let inbox: Inbox
    private let published: Published
    private let logger: Logger
    private let outgoing: AsyncStream<Outgoing>
    private let outgoingContinuation: AsyncStream<Outgoing>.Continuation

    private enum Outgoing: Sendable {
        case text(String)
        /// Everything before it has been written, or cannot be.
        case mark(CheckedContinuation<Void, Never>)
    }

    init(link: WebSocketLink, inbox: Inbox, published: Published, logger: Logger) {
        self.link = link
        self.inbox = inbox
        self.published = published
        self.logger = logger
        // One CALL is outstanding at a time and the link bounds what it takes in, so this holds few.
        (outgoing, outgoingContinuation) = AsyncStream.makeStream(of: Outgoing.self)
    }

    func send(_ frame: OutgoingFrame) {
        let text = frame.encoded()
        trace("sent", text)
        outgoingContinuation.yield(.text(text))
    }

    private func trace(_ direction: String, _ text: String) {
        logger.trace("frame \(direction)", metadata: ["frame": "\(FrameForLog(text))"])
    }

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.link.run() }
            group.addTask { await self.sendAll() }
            group.addTask { await self.receiveAll() }
        }
    }

    /// Returns when everything handed over so far has been written, or cannot be.
    func flush() async {
        await withCheckedContinuation { continuation in
            if case .enqueued = outgoingContinuation.yield(.mark(continuation)) { return }
            continuation.resume()
        }
    }

    /// Writes what is left, says goodbye, and ends `run()`.
    func stop() async {
        await flush()
        outgoingContinuation.finish()
        await link.stop()
    }

    private func sendAll() async {
        for await item in outgoing {
            guard case .text(let text) = item else {
                if case .mark(let continuation) = item { continuation.resume() }
                continue
            }
            // A message that cannot be sent belongs to a connection that is gone; the core hears of that and makes it anew.
            do { try await link.send(text) } catch { logger.debug("not sent", metadata: ["reason": "\(error)"]) }
        }
    }

    /// Some of what goes wrong with a connection belongs into the security log.
    private func observe(_ failure: LinkFailure) {
        guard let event = failure.securityEvent else { return }
        inbox.put(.observed(event, failure.fact))
    }

    private func receiveAll() async {
        var lastExpiryCheck: Duration?
        /// When a certificate is seen first, and once a day from then on: connections stand for months.
        func warnOfExpiry() {
            let moment = Moment.read()
            guard lastExpiryCheck.map({ moment.uptime - $0 >= .seconds(86_400) }) ?? true else { return }
            lastExpiryCheck = moment.uptime
            let now = moment.systemTime + published.view.clock.offset
            for warning in published.link?.expiryWarnings(at: now) ?? [] { logger.warning("\(warning)") }
        }
        for await event in link.events {
            switch event {
            case .connected(let info):
                logger.notice("connected to the Central System", metadata: ["url": "\(info.url)"])
                if let warning = info.warning { logger.warning("\(warning)") }
                if info.peer?.firstToExpire != published.link?.peer?.firstToExpire { lastExpiryCheck = nil }
                published.updateLink { link in
                    link.isConnected = true
                    link.peer = info.peer ?? link.peer
                }
                warnOfExpiry()
                let root = info.peer?.chain.last.map { Fingerprint($0.fingerprint) }
                inbox.put(.proved(credentials: info.credentials, root: root))
                inbox.put(.opened)
            case .text(let text):
                trace("received", text)
                inbox.put(.frame(IncomingFrame.parse(text)))
                // The next frame is read when this one has been handled: the loop's pace is the other side's.
                await withCheckedContinuation { continuation in inbox.putBarrier { continuation.resume() } }
            case .pong:
                warnOfExpiry()
                inbox.put(.alive)
            case .disconnected(let failure):
                logger.notice("connection to the Central System ended", metadata: ["reason": "\(failure)"])
                published.updateLink { link in
                    link.isConnected = false
                    link.lastError = failure.description
                }
                inbox.put(.closed)
                observe(failure)
            case .refused(let failure):
                logger.notice("cannot connect to the Central System", metadata: ["reason": "\(failure)"])
                published.updateLink { $0.lastError = failure.description }
                observe(failure)
                // It may be for this that the Central System refuses.
                warnOfExpiry()
                inbox.put(.refused)
            }
        }
    }
}
