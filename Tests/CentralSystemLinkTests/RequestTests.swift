import CentralSystemLink
import Logging
import NIOCore
import Testing

extension OnLoopback {
    @Suite struct `The link on request` {
        @Test func `drops the connection, stays away and comes back`() async throws {
            let server = try await ScriptedServer()
            var seen = server.happenings.makeAsyncIterator()
            try await withLink(.quick(server)) { link, events in
                _ = try await events.connected()
                _ = try await seen.request()

                await link.disconnect(reason: "service")

                #expect(await !link.isConnected)
                guard case .close(1000) = await seen.next(), case .gone = await seen.next() else { throw Unexpected(nil) }
                #expect(try await events.disconnected().kind == .closedByUs("service"))

                await link.connect()

                // Only one more request ever came: none between the two calls.
                guard case .request = await seen.next() else { throw Unexpected(nil) }
                _ = try await events.connected()
            }
            try await server.close()
        }

        @Test func `is down within about a second even if the server never answers the close frame`() async throws {
            let server = try await ScriptedServer()
            var seen = server.happenings.makeAsyncIterator()
            try await withLink(.quick(server)) { link, events in
                _ = try await events.connected()
                let (_, peer) = try await seen.request()
                try await peer.channel.setOption(.autoRead, value: false).get()

                await link.disconnect()

                #expect(try await events.disconnected().kind == .closedByUs("disconnected on request"))
            }
            try await server.close()
        }

        @Test func `comes back at once, however long the wait would be`() async throws {
            let server = try await ScriptedServer { _, count in count == 0 ? .answer("503 Service Unavailable") : .accept() }
            var configuration = LinkConfiguration.quick(server)
            configuration.reconnect = Reconnect(minimum: .seconds(300))
            try await withLink(configuration) { link, events in
                #expect(try await events.refused().kind == .httpStatus(503))
                await link.connect()
                _ = try await events.connected()

                await link.reconnectNow()
                _ = try await events.disconnected()
                _ = try await events.connected()

                await link.disconnect()
                await link.connect()
                _ = try await events.disconnected()
                _ = try await events.connected()
            }
            try await server.close()
        }

        @Test func `takes a new password for the next attempt`() async throws {
            let server = try await ScriptedServer()
            var seen = server.happenings.makeAsyncIterator()
            var configuration = LinkConfiguration.quick(server)
            try await withLink(configuration) { link, events in
                _ = try await events.connected()
                configuration.password = .text("new")

                await link.reconfigure(configuration)
                await link.reconnectNow()

                _ = try await seen.request()
                #expect(try await seen.request().0.headers["authorization"] == "Basic Y3AwMDE6bmV3")
            }
            try await server.close()
        }

        @Test func `ends its run and its events when stopped`() async throws {
            let server = try await ScriptedServer()
            var seen = server.happenings.makeAsyncIterator()
            try await withLink(.quick(server)) { link, events in
                _ = try await events.connected()
                _ = try await seen.request()

                await link.stop()

                guard case .close(1001) = await seen.next() else { throw Unexpected(nil) }
                guard case .disconnected = await events.next() else { throw Unexpected(nil) }
                #expect(await events.next() == nil)
            }
            try await server.close()
        }

        @Test(arguments: [false, true]) func `ends when its task is cancelled`(isAway: Bool) async throws {
            let server = try await ScriptedServer()
            let configuration = LinkConfiguration.quick(server)
            let link = WebSocketLink(
                configuration: configuration, eventLoopGroup: server.channel.eventLoop,
                logger: .init(label: "quiet") { _ in SwiftLogNoOpLogHandler() }, clock: { .testNow })
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await link.run() }
                var events = link.events.makeAsyncIterator()
                _ = await events.next()
                if isAway { await link.disconnect() }

                group.cancelAll()
                await group.waitForAll()
            }
            #expect(await !link.isConnected)
            try await server.close()
        }
    }
}
