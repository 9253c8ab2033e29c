import CentralSystemLink
import Testing

extension OnLoopback {
    @Suite struct `A connection` {
        @Test func `carries text both ways, masked`() async throws {
            let server = try await ScriptedServer()
            var seen = server.happenings.makeAsyncIterator()
            let long = String(repeating: "Ladesäule ", count: 20_000)
            try await withLink(.quick(server)) { link, events in
                _ = try await events.connected()
                let (_, peer) = try await seen.request()

                for text in ["", "[2,\"1\",\"Heartbeat\",{}]", long] {
                    try await link.send(text)
                    guard case .text(let arrived) = await seen.next() else { throw Unexpected(nil) }
                    #expect(arrived == text)
                    peer.send(textFrame(text))
                    #expect(try await events.text() == text)
                }
                #expect(await link.silence != nil)
            }
            try await server.close()
        }

        @Test func `puts fragments together, with control frames between them`() async throws {
            let server = try await ScriptedServer()
            var seen = server.happenings.makeAsyncIterator()
            try await withLink(.quick(server)) { _, events in
                _ = try await events.connected()
                let (_, peer) = try await seen.request()

                // The fragments cut the letter ä in two.
                peer.send(frame(1, [0x53, 0xC3], fin: false) + frame(9, [1, 2]) + frame(0, [0xA4], fin: false) + frame(0, [0x65]))

                #expect(try await events.text() == "Säe")
                guard case .pong(let data) = await seen.next() else { throw Unexpected(nil) }
                #expect(data == [1, 2])
            }
            try await server.close()
        }

        @Test func `ignores binary messages`() async throws {
            let server = try await ScriptedServer { _, _ in
                .accept(then: frame(2, [1], fin: false) + frame(0, [2]) + frame(2, [3]) + textFrame("after"))
            }
            try await withLink(.quick(server)) { _, events in
                _ = try await events.connected()
                #expect(try await events.text() == "after")
            }
            try await server.close()
        }

        @Test func `takes a message of the limit, fragments together`() async throws {
            let part = [UInt8](repeating: 0x61, count: 50)
            let server = try await ScriptedServer { _, _ in .accept(then: frame(1, part, fin: false) + frame(0, part)) }
            try await withLink(.quick(server, maximumFrameSize: 100)) { _, events in
                _ = try await events.connected()
                #expect(try await events.text() == String(repeating: "a", count: 100))
            }
            try await server.close()
        }

        private static let part = [UInt8](repeating: 0x61, count: 60)
        private static let violations: [([UInt8], Int)] = [
            (frame(1, part + part), 1009), (frame(1, part, fin: false) + frame(0, part), 1009),
            (frame(2, part, fin: false) + frame(0, part), 1009),
            (frame(1, [0xC3]), 1007), (frame(1, [0x61], masked: true), 1002), (frame(0, [0x61]), 1002),
            (textFrame("a", fin: false) + textFrame("b"), 1002), (frame(0x41, [0x61]), 1002), (frame(3, []), 1002),
            (frame(9, [], fin: false), 1002),
            (frame(8, [3]), 1002),
        ]
        @Test(arguments: violations)
        func `is closed with the fitting code when the server breaks the rules`(bytes: [UInt8], code: Int) async throws {
            let server = try await ScriptedServer()
            var seen = server.happenings.makeAsyncIterator()
            try await withLink(.quick(server, maximumFrameSize: 100)) { _, events in
                _ = try await events.connected()
                let (_, peer) = try await seen.request()

                peer.send(bytes)

                guard case .close(let sent) = await seen.next() else { throw Unexpected(nil) }
                #expect(sent == code)
                let kind = try await events.disconnected().kind
                switch code {
                case 1009: #expect(kind == .tooBig(limit: 100))
                case 1007: #expect(kind == .notText)
                default: guard case .protocolError = kind else { throw Unexpected(.disconnected(LinkFailure(kind))) }
                }
            }
            try await server.close()
        }

        @Test func `reports how the server closed it, and comes back`() async throws {
            let server = try await ScriptedServer()
            var seen = server.happenings.makeAsyncIterator()
            try await withLink(.quick(server)) { _, events in
                _ = try await events.connected()
                try await seen.request().1.send(closeFrame(1008, "already connected"))
                #expect(try await events.disconnected().kind == .closedByPeer(code: 1008, reason: "already connected"))
                guard case .close(1008) = await seen.next() else { throw Unexpected(nil) }

                _ = try await events.connected()
                try await seen.request().1.hangUp()
                guard case .connectionLost = try await events.disconnected().kind else { throw Unexpected(nil) }

                _ = try await events.connected()
            }
            try await server.close()
        }

        @Test func `with a server that accepts and at once closes is retried ever more slowly`() async throws {
            let server = try await ScriptedServer { _, _ in .accept(then: closeFrame(1011)) }
            let clock = ContinuousClock()
            let begin = clock.now
            try await withLink(.quick(server)) { _, events in
                for _ in 0..<6 {
                    _ = try await events.connected()
                    _ = try await events.disconnected()
                }

                // 10 + 20 + 40 + 80 + 100 ms between six connections
                #expect(clock.now - begin >= .milliseconds(250))
            }
            try await server.close()
        }

        @Test func `stops reading while the reader is slow, without doubting the server, and loses nothing`() async throws {
            let server = try await ScriptedServer()
            var seen = server.happenings.makeAsyncIterator()
            let text = String(repeating: "x", count: 100_000)
            try await withLink(.quick(server, ping: .milliseconds(100))) { link, events in
                _ = try await events.connected()
                let (_, peer) = try await seen.request()
                let message = textFrame(text)
                for _ in 0..<300 { peer.send(message) }
                peer.send(textFrame("last"))
                // Pings go out, and none of their answers is read.
                while try #require(await link.silence) < .milliseconds(350) {
                    guard case .ping = await seen.next() else { throw Unexpected(nil) }
                }

                var texts: [String: Int] = [:]
                while texts["last"] == nil {
                    if case .text(let arrived) = await events.next() { texts[arrived, default: 0] += 1 }
                }
                #expect(texts == [text: 300, "last": 1])
            }
            try await server.close()
        }

        @Test func `refuses to send while there is none`() async throws {
            let server = try await ScriptedServer { _, _ in .silence }
            try await withLink(.quick(server)) { link, _ in
                let failure = await #expect(throws: LinkFailure.self) { try await link.send("x") }
                #expect(failure?.kind == .notConnected)
            }
            try await server.close()
        }
    }
}
