import CentralSystemLink
import Logging
import NIOPosix
import Testing

/// What runs on the loopback: one after the other, for one test's heavy work must not look like another test's dead server.
@Suite(.serialized, .timeLimit(.minutes(1))) enum OnLoopback {}

/// A link that runs beside a test, and what it reports, one event at a time.
func withLink(
    _ configuration: LinkConfiguration, _ body: (WebSocketLink, inout AsyncStream<LinkEvent>.Iterator) async throws -> Void
) async throws {
    let quiet = Logger(label: "link") { _ in SwiftLogNoOpLogHandler() }
    let link = WebSocketLink(
        configuration: configuration, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: quiet, clock: { .testNow })
    let outcome: Result<Void, any Error> = await withTaskGroup { tasks in
        tasks.addTask { await link.run() }
        var events = link.events.makeAsyncIterator()
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(link, &events)) } catch { outcome = .failure(error) }
        await link.stop()
        await tasks.waitForAll()
        return outcome
    }
    try outcome.get()
}

extension LinkConfiguration {
    /// Quick enough for a test: waits of 10 to 100 ms, no pings unless asked for.
    static func quick(_ url: String, ping: Duration? = nil, maximumFrameSize: Int = 4 * 1024 * 1024) -> LinkConfiguration {
        LinkConfiguration(
            url: url, identity: "cp001",
            reconnect: Reconnect(minimum: .milliseconds(10), maximum: .milliseconds(100), random: .zero),
            pingInterval: ping, maximumFrameSize: maximumFrameSize)
    }

    static func quick(_ server: ScriptedServer, ping: Duration? = nil, maximumFrameSize: Int = 4 * 1024 * 1024) -> LinkConfiguration
    {
        quick(server.url, ping: ping, maximumFrameSize: maximumFrameSize)
    }
}

extension AsyncStream<LinkEvent>.Iterator {
    mutating func connected() async throws -> LinkInfo {
        let event = await next()
        guard case .connected(let info) = event else { throw Unexpected(event) }
        return info
    }
    mutating func refused() async throws -> LinkFailure {
        let event = await next()
        guard case .refused(let failure) = event else { throw Unexpected(event) }
        return failure
    }
    mutating func disconnected() async throws -> LinkFailure {
        let event = await next()
        guard case .disconnected(let failure) = event else { throw Unexpected(event) }
        return failure
    }
    mutating func text() async throws -> String {
        let event = await next()
        guard case .text(let text) = event else { throw Unexpected(event) }
        return text
    }
}

extension AsyncStream<ScriptedServer.Happening>.Iterator {
    mutating func request() async throws -> (ScriptedServer.Request, ScriptedServer.Peer) {
        while let happening = await next() {
            if case .request(let request, let peer) = happening { return (request, peer) }
        }
        throw Unexpected(nil)
    }
    /// The next happening that is not a ping.
    mutating func other() async -> ScriptedServer.Happening? {
        while let happening = await next() {
            if case .ping = happening { continue }
            return happening
        }
        return nil
    }
}

struct Unexpected: Error, CustomStringConvertible {
    var description: String
    init(_ event: LinkEvent?) { description = "came instead: " + (event.map { "\($0)" } ?? "the end") }
}
