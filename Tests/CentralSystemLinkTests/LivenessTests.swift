@testable import CentralSystemLink
import NIOCore
import Testing

extension OnLoopback {
    @Suite struct `Liveness of a connection` {
        @Test func `shows in pongs`() async throws {
            let server = try await ScriptedServer()
            try await withLink(.quick(server, ping: .milliseconds(200))) { _, events in
                _ = try await events.connected()
                for _ in 0..<3 { #expect(await events.next() == .pong) }
            }
            try await server.close()
        }

        @Test func `is missing within two intervals where nothing comes back`() async throws {
            let server = try await ScriptedServer(onPing: { _ in [] })
            let clock = ContinuousClock()
            let begin = clock.now
            try await withLink(.quick(server, ping: .milliseconds(100))) { _, events in
                _ = try await events.connected()
                let failure = try await events.disconnected()

                #expect(failure.kind == .pongMissed(within: .milliseconds(100)))
                #expect(clock.now - begin >= .milliseconds(150))
                _ = try await events.connected()
            }
            try await server.close()
        }

        @Test func `of a server that talks but ignores pings is not doubted`() async throws {
            // After each of three pings it says something, then it leaves three without any sign.
            let server = try await ScriptedServer(onPing: { count in
                switch count {
                case ..<3: textFrame("\(count)")
                case 6: textFrame("still there")
                default: []
                }
            })
            try await withLink(.quick(server, ping: .milliseconds(150))) { _, events in
                _ = try await events.connected()

                for number in 0..<3 { #expect(try await events.text() == "\(number)") }
                #expect(try await events.text() == "still there")
            }
            try await server.close()
        }

        @Test(.ocpp("9.1.34")) func `can be switched on while the connection stands`() async throws {
            let server = try await ScriptedServer()
            try await withLink(.quick(server)) { link, events in
                _ = try await events.connected()

                await link.setPingInterval(.milliseconds(200))

                #expect(await events.next() == .pong)
            }
            try await server.close()
        }

        @Test func `is asked for as often as was set while the connection was being opened`() async throws {
            let server = try await ScriptedServer { _, _ in .silence }
            var seen = server.happenings.makeAsyncIterator()
            try await withLink(.quick(server)) { link, events in
                let (request, peer) = try await seen.request()
                await link.setPingInterval(.milliseconds(200))
                peer.send(acceptance(of: request))

                _ = try await events.connected()
                #expect(try await events.disconnected().kind == .pongMissed(within: .milliseconds(200)))
            }
            try await server.close()
        }

        @Test func `is asked for as before when other credentials are to be used`() async throws {
            let server = try await ScriptedServer()
            try await withLink(.quick(server)) { link, events in
                _ = try await events.connected()
                await link.setPingInterval(.milliseconds(200))

                await link.reconfigure(.quick(server))
                await link.reconnectNow()

                _ = try await events.disconnected()
                _ = try await events.connected()
                #expect(await events.next() == .pong)
            }
            try await server.close()
        }

        @Test func `lost fails what waits to be sent`() async throws {
            let server = try await ScriptedServer(onPing: { _ in [] })
            var seen = server.happenings.makeAsyncIterator()
            let heavy = String(repeating: "x", count: 1_000_000)
            try await withLink(.quick(server, ping: .milliseconds(300))) { link, events in
                _ = try await events.connected()
                let (_, peer) = try await seen.request()
                try await peer.channel.setOption(.autoRead, value: false).get()

                let failure = await #expect(throws: LinkFailure.self) {
                    for _ in 0..<40 { try await link.send(heavy) }
                }
                let reason = try await events.disconnected()
                #expect(reason.kind == .pongMissed(within: .milliseconds(300)))
                // The second where the end fell between two messages.
                #expect(failure == reason || failure == LinkFailure(.notConnected))
            }
            try await server.close()
        }
    }
}

@Suite struct `What counts as a sign of life` {
    @Test func `a pong, and only one that was asked for is reported`() {
        var liveness = Liveness()

        let early = liveness.pongReceived()
        liveness.pingSent()
        let answer = liveness.pongReceived()
        let again = liveness.pongReceived()

        #expect([early, answer, again] == [false, true, false])
        #expect(!liveness.isDead)
    }

    @Test func `anything else that arrives`() {
        var liveness = Liveness()
        liveness.pingSent()
        #expect(liveness.isDead)

        liveness.heard()

        #expect(!liveness.isDead)
    }

    @Test(arguments: [(0, true), (1, true), (2, false), (3, false)])
    func `silence is none, unless two pings were passed over in conversation`(passedOver: Int, isDead: Bool) {
        var liveness = Liveness()
        for _ in 0..<passedOver {
            liveness.pingSent()
            liveness.heard()
        }

        liveness.pingSent()
        liveness.pingSent()

        #expect(liveness.isDead == isDead)
    }

    @Test func `silence is none from a server that ever answered a ping`() {
        var liveness = Liveness()
        liveness.pingSent()
        _ = liveness.pongReceived()
        for _ in 0..<5 {
            liveness.pingSent()
            liveness.heard()
        }

        liveness.pingSent()

        #expect(liveness.isDead)
    }
}
