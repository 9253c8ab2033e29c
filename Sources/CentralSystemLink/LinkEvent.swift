internal import NIOCore

/// What happens on the link, in order.
public enum LinkEvent: Sendable, Equatable {
    case connected(LinkInfo)
    /// One whole text message.
    case text(String)
    /// The server answered our ping: this very connection proved alive.
    case pong
    /// The connection that `connected` announced has ended.
    case disconnected(LinkFailure)
    /// An attempt to connect failed; the next one follows by itself.
    case refused(LinkFailure)
}

/// A connection that has just been opened.
public struct LinkInfo: Sendable, Equatable {
    /// The URL really used, redirects included.
    public var url: String
    /// What the server agreed to; `nil` where its answer names none.
    public var subprotocol: String?
    /// What an installer should know although it works.
    public var warning: String?
    /// Who the server has proved to be; `nil` without TLS.
    public var peer: TLSPeer?
    /// `LinkConfiguration.credentials` as it was when the connection was made.
    public var credentials: Int

    public init(url: String, subprotocol: String?, warning: String? = nil, peer: TLSPeer? = nil, credentials: Int = 0) {
        self.url = url
        self.subprotocol = subprotocol
        self.warning = warning
        self.peer = peer
        self.credentials = credentials
    }
}

/// How far an attempt to connect has come, for whoever looks for the step that fails.
public enum LinkProgress: Sendable, Equatable {
    /// An opening begins: a new one for each redirect.
    case opening(ConnectionURL)
    /// The TCP connection stands, with this address.
    case connected(address: String)
    case secured(TLSPeer)
    /// The server has answered the upgrade request; `date` is its clock's time, as the header says it.
    case answered(status: Int, date: String?)
}

/// Events that wait for their reader, with a bound.
///
/// Messages are never dropped: from `textLimit` on the socket is no longer read, so the server has to wait. Of attempts that
/// failed while nobody looked only the latest is kept, of answers to pings one.
struct EventQueue {
    static let textLimit = 64
    private static let resumeLimit = 32

    private var waiting = CircularBuffer<LinkEvent>()
    private var texts = 0
    /// Whether the socket should rest.
    private(set) var isFull = false

    mutating func append(_ event: LinkEvent) {
        switch (event, waiting.last) {
        case (.refused, .refused): waiting.removeLast()
        case (.pong, .pong): return
        default: break
        }
        waiting.append(event)
        if case .text = event { texts += 1 }
        if texts >= EventQueue.textLimit || waiting.count >= 4 * EventQueue.textLimit { isFull = true }
    }

    mutating func removeFirst() -> LinkEvent? {
        guard let event = waiting.popFirst() else { return nil }
        if case .text = event { texts -= 1 }
        if texts <= EventQueue.resumeLimit && waiting.count <= 2 * EventQueue.textLimit { isFull = false }
        return event
    }
}
