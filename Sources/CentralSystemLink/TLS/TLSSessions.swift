internal import COpenSSL
internal import Synchronization
internal import Units

/// Sessions to resume, one for each server. With TLS 1.3 each is offered once: a new connection brings a new one.
///
/// A resumed handshake does not show the server's certificates again, so a session carries what was verified when it was made, and
/// is not offered once one of those has expired. A server that breaks off when a session is offered gets none any more.
final class TLSSessions: Sendable {
    /// An `SSL_SESSION` with its one reference; freed where it is dropped.
    final class Session: Sendable {
        /// Immutable once libssl has handed it out, and counted by references under libssl's own locks.
        nonisolated(unsafe) let pointer: OpaquePointer
        let peer: TLSPeer

        init(owning pointer: OpaquePointer, peer: TLSPeer) {
            self.pointer = pointer
            self.peer = peer
        }
        deinit { SSL_SESSION_free(pointer) }
    }
    private enum Entry {
        case session(Session)
        case refused
    }

    /// One server and the few that it redirects to.
    private static let limit = 8
    private let entries = Mutex<[String: Entry]>([:])

    func keep(_ session: Session, for server: String) {
        entries.withLock { entries in
            if case .refused = entries[server] { return }
            if entries.count >= TLSSessions.limit, entries[server] == nil { entries.removeAll() }
            entries[server] = .session(session)
        }
    }

    func take(for server: String, at now: Timestamp) -> Session? {
        entries.withLock { entries in
            guard case .session(let session) = entries[server] else { return nil }
            entries[server] = nil
            guard let earliest = session.peer.expiry, now < earliest else { return nil }
            return session
        }
    }

    /// What was offered was taken, and no new one came: with TLS 1.2 it may be offered again.
    func putBack(_ session: Session, for server: String) {
        entries.withLock { if $0[server] == nil { $0[server] = .session(session) } }
    }

    /// The server ended a handshake in which a session was offered: it gets whole ones from now on.
    func refuse(for server: String) { entries.withLock { $0[server] = .refused } }
}
