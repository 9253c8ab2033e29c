/// Judges whether the other side still lives (OCPP-J 1.6 §5.3, errata 3.11).
///
/// Whatever arrives is a sign of life, not only a pong. A server that talks but has left two pings unanswered, and never
/// answered any on this connection, does not know pings: its silence then proves nothing, and unanswered calls must decide.
struct Liveness: Equatable {
    private var pongEver = false
    private var awaitsPong = false
    private var heardSincePing = true
    private var ignoredPings = 0

    var serverIgnoresPings: Bool { !pongEver && ignoredPings >= 2 }

    mutating func pingSent() {
        if awaitsPong && heardSincePing { ignoredPings += 1 }
        awaitsPong = true
        heardSincePing = false
    }

    mutating func heard() { heardSincePing = true }

    /// Whether this pong answers a ping of ours.
    mutating func pongReceived() -> Bool {
        heardSincePing = true
        defer { awaitsPong = false }
        if awaitsPong { pongEver = true }
        return awaitsPong
    }

    /// Whether the connection is dead, now that the time for a pong has passed.
    var isDead: Bool { !heardSincePing && !serverIgnoresPings }
}
