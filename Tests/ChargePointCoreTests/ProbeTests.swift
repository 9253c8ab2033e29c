import ChargePointCore
import OCPP
import Testing
import Units

/// MessageTimeout has passed: does the other side not answer, or is the connection dead?
@Suite(.errata("3.83")) struct `Silence after a CALL` {
    private func worldWithStart(_ keys: [ConfigurationKey: String] = [:]) throws -> World {
        let keys = keys.merging([.messageTimeout: "30", .heartbeatInterval: "86400", .meterValueSampleInterval: "0"]) { own, _ in
            own
        }
        var world = try World.accepted(keys: keys)
        world.meterPolling = nil
        world.central.isAlive = false
        world.central.replies[.startTransaction] = [.silence, .start(1)]
        world.plugIn()
        world.present()
        world.forget()
        return world
    }

    private func attempts(_ world: World) -> Int {
        world.records.count { if case .messageAttempted = $0 { true } else { false } }
    }

    @Test func `without a sign of life asks for one`() throws {
        var world = try worldWithStart()

        world.advance(.milliseconds(29_900))
        #expect(!world.effects.contains(.ping))
        world.advance(.milliseconds(100))

        #expect(world.effects.filter { $0 == .ping }.count == 1)
        #expect(attempts(world) == 0)
        #expect(world.isLinkOpen)
        #expect(world.chargePoint.deadline == world.uptime + .seconds(10))
    }

    @Test func `that a pong follows is the other side's: the attempt counts at once`() throws {
        var world = try worldWithStart()
        world.advance(.seconds(30))
        world.advance(.seconds(4))

        world.feed(.linkAlive)

        #expect(attempts(world) == 1)
        #expect(world.isLinkOpen)
        #expect(world.effects.filter { $0 == .ping }.count == 1)
    }

    @Test func `that no pong follows is the connection's: it is made anew, and no attempt counts`() throws {
        var world = try worldWithStart()
        world.advance(.milliseconds(39_900))
        #expect(world.isLinkOpen)

        world.advance(.milliseconds(100))

        #expect(!world.isLinkOpen)
        #expect(world.effects.contains { if case .reconnect = $0 { true } else { false } })
        #expect(attempts(world) == 0)
        world.central.isAlive = true
        world.connect()
        #expect(world.starts.count == 1)
        #expect(world.chargePoint.view.queue == QueueCounts())
    }

    @Test func `on a connection that has shown life counts at once, without a question`() throws {
        var world = try worldWithStart()
        world.advance(.seconds(10))
        world.feed(.linkAlive)

        world.advance(.seconds(20))

        #expect(attempts(world) == 1)
        #expect(!world.effects.contains(.ping))
    }

    @Test func `during which the other side asks something is the other side's`() throws {
        var world = try worldWithStart()
        world.advance(.seconds(10))
        world.ask(.clearCache(ClearCache()))

        world.advance(.seconds(20))

        #expect(attempts(world) == 1)
        #expect(!world.effects.contains(.ping))
    }

    @Test(.ocpp("9.1.34")) func `with WebSocketPingInterval 0 counts at once: nobody sends pings`() throws {
        var world = try worldWithStart([.webSocketPingInterval: "0"])

        world.advance(.seconds(30))

        #expect(attempts(world) == 1)
        #expect(world.isLinkOpen)
        #expect(!world.effects.contains(.ping))
    }

    @Test func `that the answer ends after all counts nothing`() throws {
        var world = try worldWithStart()
        world.advance(.seconds(35))
        let id = try #require(world.outstanding?.id)

        let answer = Payload(StartTransaction.Confirmation(idTagInfo: IdTagInfo(status: .accepted), transactionId: 5))
        world.feed(.received(.result(id, answer), CardLookup()))
        world.advance(.seconds(20))

        #expect(attempts(world) == 0)
        #expect(world.isLinkOpen)
        #expect(world.sessions.first?.transactionId == 5)
    }

    @Test func `is asked about once for each CALL`() throws {
        var world = try worldWithStart([.transactionMessageRetryInterval: "5"])
        world.central.replies[.startTransaction] = [.silence, .silence]
        world.advance(.seconds(31))
        world.feed(.linkAlive)
        world.advance(.seconds(5))
        #expect(world.starts.count == 1)

        world.advance(.seconds(30))

        #expect(world.effects.filter { $0 == .ping }.count == 2)
    }

    @Test func `of BootNotification is tried again on the next connection`() throws {
        var world = try World(keys: [.messageTimeout: "30"])
        world.central.isAlive = false
        world.central.replies[.bootNotification] = [.silence]
        world.meterPolling = nil
        world.feed(.started)
        world.connect()

        world.advance(.seconds(41))
        #expect(!world.isLinkOpen)
        world.central.isAlive = true
        world.connect()
        world.advance(.seconds(31))

        #expect(world.chargePoint.view.registration == .accepted)
    }
}
