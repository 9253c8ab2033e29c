import Hummingbird
import HTTPTypes
import NIOCore
import Synchronization

/// Counts who is reading events, so that they cannot take all connections.
final class EventReaders: Sendable {
    static let limit = 16
    private let count = Mutex(0)

    func stream(_ source: EventSource) throws(APIError) -> Response {
        guard count.withLock({ $0 }) < Self.limit else {
            throw APIError(.serviceUnavailable, "tooManyReaders", "\(Self.limit) others read events already; close one of them")
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream; charset=utf-8"],
            body: ResponseBody { [self] writer in
                count.withLock { $0 += 1 }
                defer { count.withLock { $0 -= 1 } }
                try await source.write(to: &writer)
                try await writer.finish(nil)
            })
    }
}

/// One reader's stream of events, until the reader leaves, falls behind, or the server stops.
struct EventSource: Sendable {
    var access: any ChargePointAccess
    var peer: Peer

    func write(to writer: inout any ResponseBodyWriter) async throws {
        // Subscribed before the first status is asked for: nothing that changes in between is missed.
        let changes = access.statusChanges()
        let notes = access.notes()
        let outbox = SharedOutbox(peer)
        outbox.put(await access.status())
        let heartbeat = peer.eventLoop.scheduleRepeatedTask(
            initialDelay: TimeAmount(EventOutbox.heartbeat), delay: TimeAmount(EventOutbox.heartbeat)
        ) { _ in outbox.beat() }
        defer { heartbeat.cancel() }
        peer.whenClosed { outbox.end() }

        // Child tasks: cancelled and awaited when this scope ends, however it ends.
        async let _ = outbox.putAll(changes)
        async let _ = outbox.putAll(notes)
        for await _ in outbox.signals {
            let events = outbox.take()
            guard !events.isEmpty else { continue }
            try await writer.write(ByteBuffer(string: try events.map { try $0.text() }.joined()))
        }
    }
}

/// The outbox between those who fill it and the one who sends.
private final class SharedOutbox: Sendable {
    /// Something may be there to take; ends with the stream.
    let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let outbox = Mutex(EventOutbox())
    private let peer: Peer

    init(_ peer: Peer) {
        self.peer = peer
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func put(_ status: StatusSource) {
        outbox.withLock { $0.put(status) }
        signal.yield()
    }

    func putAll(_ changes: AsyncStream<StatusSource>) async {
        for await status in changes { put(status) }
    }

    func putAll(_ notes: AsyncStream<LogNote>) async {
        for await note in notes {
            guard outbox.withLock({ $0.put(note) }) else { return drop() }
            signal.yield()
        }
    }

    func beat() {
        guard outbox.withLock({ $0.beat() }) else { return drop() }
        signal.yield()
    }

    func take() -> [EventOutbox.Event] {
        let events = outbox.withLock { $0.take() }
        if case .status = events.first {
            peer.eventLoop.scheduleTask(in: TimeAmount(EventOutbox.pace)) { [self] in
                outbox.withLock { $0.paceElapsed() }
                signal.yield()
            }
        }
        return events
    }

    func end() { signal.finish() }

    /// A slow reader: its connection is closed, so that a write which waits for it fails.
    private func drop() {
        signal.finish()
        peer.close()
    }
}
