import ChargePointCore
import OCPP
import Testing
import Units

@Suite(.ocpp("5.14"), .errata("3.36")) struct `Reset requests` {
    private func restarts(_ world: World) -> [ResetType] {
        world.effects.compactMap { effect in
            if case .restart(let type) = effect { type } else { nil }
        }
    }

    @Test(arguments: [ResetType.soft, .hard]) func `without a transaction restarts at once, after the answer`(type: ResetType)
        throws
    {
        var world = try World.accepted()
        world.forget()

        let answer = world.confirmed(.reset(Reset(type: type)))

        #expect(answer == .reset(.init(status: .accepted)))
        #expect(restarts(world) == [type])
        guard case .send? = world.effects.first else {
            Issue.record("the answer comes first, not \(world.effects)")
            return
        }
    }

    @Test func `soft ends the session gently and waits until it is delivered`() throws {
        var world = try World.accepted()
        world.hardware[0].obeysWithdrawal = false
        world.charge()
        world.forget()

        world.ask(.reset(Reset(type: .soft)))
        #expect(world.hardware[0].isClosed)
        #expect(restarts(world).isEmpty)
        world.advance(.seconds(10))

        #expect(world.stops.map(\.reason) == [.softReset])
        #expect(restarts(world) == [.soft])
    }

    @Test func `hard opens at once`() throws {
        var world = try World.accepted()
        world.charge()
        world.forget()

        world.ask(.reset(Reset(type: .hard)))

        #expect(world.reactions[0].now.contains(.openContactor(1)))
        world.advance(.seconds(4))
        #expect(world.stops.map(\.reason) == [.hardReset])
        #expect(restarts(world) == [.hard])
    }

    @Test func `hard overtakes a soft one that waits`() throws {
        var world = try World.accepted()
        world.hardware[0].obeysWithdrawal = false
        world.charge()
        world.ask(.reset(Reset(type: .soft)))
        world.forget()

        world.ask(.reset(Reset(type: .hard)))

        #expect(!world.hardware[0].isClosed)
        world.advance(.seconds(4))
        #expect(restarts(world) == [.hard])
    }

    @Test func `waits for delivery no longer than it promised`() throws {
        var world = try World.accepted()
        world.central.replies[.stopTransaction] = [.silence]
        world.charge()
        world.ask(.reset(Reset(type: .soft)))

        world.advance(.seconds(19))
        #expect(restarts(world).isEmpty)
        world.advance(.seconds(2))

        #expect(restarts(world) == [.soft])
    }

    @Test(.ocpp("9.1.22"), arguments: [0, 2]) func `that does not happen is tried again ResetRetries times, then is a fault`(
        retries: Int
    ) throws {
        var world = try World.accepted(keys: [.resetRetries: "\(retries)"])
        world.ask(.reset(Reset(type: .soft)))

        world.advance(.seconds(200))

        #expect(restarts(world).count == retries + 1)
        #expect(world.notifications.last?.errorCode == .resetFailure)
        #expect(world.status(0) == .available)
        world.charge()
        #expect(world.status() == .charging)
    }

    @Test func `lets nothing start while it waits`() throws {
        var world = try World.accepted(.test(.sockets(2)))
        world.central.replies[.stopTransaction] = [.silence]
        world.charge(1)
        world.ask(.reset(Reset(type: .soft)))

        #expect(world.remoteStart(2) == .rejected)
        world.plugIn(2)
        world.present(.other)

        #expect(world.starts.count == 1)
    }
}

@Suite struct `Shutdown` {
    private func stopped(_ world: World) -> Bool { world.effects.contains(.stopped) }

    @Test func `opens contactors before anything else, records and delivers`() throws {
        var world = try World.accepted()
        world.charge()
        world.forget()

        world.feed(.shutdown)

        #expect(world.reactions[0].now == [.openContactor(1)])
        #expect(world.stops.map(\.reason) == [.reboot])
        #expect(stopped(world))
    }

    @Test func `does not wait where nobody can be told`() throws {
        var world = try World.accepted()
        world.charge()
        world.disconnect()

        world.feed(.shutdown)

        #expect(stopped(world))
        #expect(world.sessions.first?.reason == .reboot)
    }

    @Test func `waits 3 s for an answer and no longer`() throws {
        var world = try World.accepted()
        world.central.replies[.stopTransaction] = [.silence]
        world.charge()
        world.feed(.shutdown)

        world.advance(.milliseconds(2900))
        #expect(!stopped(world))
        world.advance(.milliseconds(200))

        #expect(stopped(world))
    }

    @Test func `says once that it may end`() throws {
        var world = try World.accepted()
        world.feed(.shutdown)
        world.advance(.seconds(60))

        #expect(world.effects.count { $0 == .stopped } == 1)
    }
}
