import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

@Suite(.ocpp("3.13.1"), .ocpp("3.13.3")) struct `Charging profiles in force` {
    @Test(.ocpp("3.13"), arguments: [(10.0, 10.0), (6, 6), (16, 16), (32, 16), (5.9, nil), (0, nil)] as [(Double, Double?)])
    func `limit the offer at once`(limit: Double, offer: Double?) throws {
        var world = try World.accepted()
        world.charge()

        world.set(.amperes(limit, 7))

        #expect(world.offer() == offer.map { Amperes($0) })
        #expect(world.status() == (offer == nil ? .suspendedEVSE : .charging))
        let view = world.chargePoint.view.connectors[0]
        #expect(view.offeredCurrent == offer.map { Amperes($0) })
        #expect(view.limitedBy == (limit < 16 ? "ChargingProfile 7" : "board rating 16 A"))
    }

    @Test func `below 6 A suspend, and let it charge again when they rise`() throws {
        var world = try World.accepted()
        world.charge()
        world.forget()

        world.set(.amperes(0, 7))
        world.advance(.seconds(10))
        #expect(world.hardware[0].isClosed == false)
        #expect(world.statuses() == [.suspendedEVSE])
        #expect(world.notifications.last?.info?.text == "ChargingProfile 7 allows less than 6 A")
        world.set(.amperes(8, 7))
        world.advance(.seconds(2))

        #expect(world.offer() == 8)
        #expect(world.hardware[0].isClosed)
        // Between the two the vehicle has an offer and does not ask yet.
        #expect(world.statuses() == [.suspendedEVSE, .suspendedEV, .charging])
        #expect(world.stops.isEmpty)
    }

    @Test func `change with their periods, in the very step`() throws {
        var world = try World.accepted()
        world.charge()
        let begin = try #require(world.transaction()).startedAt
        world.set(.test([(0, 16), (60, 10), (120, 0), (180, 13)]))
        world.advance(.seconds(59) - (world.time - begin))
        #expect(world.offer() == 16)

        for offer: Amperes? in [10, nil, 13] {
            world.advance(.seconds(1))
            #expect(world.offer() == offer)
            world.advance(.seconds(59))
            #expect(world.offer() == offer)
        }
    }

    @Test func `name the next change as a deadline`() throws {
        var world = try World.accepted()
        world.set(.test(kind: .absolute, from: "2026-11-22T09:00:00Z", [(0, 10), (90, 8)]))

        #expect(world.chargePoint.deadline.map { $0 <= world.uptime + .seconds(90) } ?? false)
    }

    @Test(.errata("3.8")) func `for transactions by default apply to one that runs, and cease when they are cleared`() throws {
        var world = try World.accepted()
        world.charge()

        world.set(.amperes(10))
        #expect(world.offer() == 10)
        world.set(.amperes(8, 2))
        #expect(world.offer() == 8)
        world.clear()

        #expect(world.offer() == 16)
    }

    @Test func `for one connector come before those for all, level by level`() throws {
        var world = try World.accepted(.test(.sockets(2)))
        world.charge(1)
        world.charge(2, .other)
        world.set(.test(id: 1, level: 0, [(0, 8)]), at: 0)
        world.set(.test(id: 2, level: 0, [(0, 12)]), at: 1)
        #expect(world.offer(1) == 12)
        #expect(world.offer(2) == 8)

        world.set(.test(id: 3, level: 1, [(0, 10)]), at: 0)

        #expect(world.offer(1) == 10)
        #expect(world.offer(2) == 10)
    }

    @Test(.ocpp("5.16.1")) func `for a transaction overrule the default and end with it`() throws {
        var world = try World.accepted()
        world.set(.amperes(8, 1))
        world.charge()

        world.set(.amperes(14, 2, .txProfile), at: 1)
        #expect(world.offer() == 14)
        world.present()
        world.advance(.seconds(10))
        #expect(world.installed == [1])
        #expect(try world.store.begin().chargingProfiles.map(\.id) == [1])
        world.unplug()
        world.charge()

        #expect(world.offer() == 8)
    }

    @Test(.errata("3.69")) func `in W are for all phases that the vehicle uses`() throws {
        var world = try World.accepted()
        world.charge()

        // The vehicle is seen on two phases, although the limit is meant for one.
        world.set(.test(unit: .w, phases: 1, [(0, 3220)]))
        world.advance(.seconds(2))

        #expect(world.offer() == 7)
        #expect(world.composite(1, for: 60)?.chargingSchedule?.chargingSchedulePeriod.first?.limit == 7)
    }

    @Test func `do not lift what cable and board say`() throws {
        var world = try World.accepted(.test(.cable))
        world.charge()

        world.set(.amperes(63, 1, .chargePointMaxProfile))

        #expect(world.offer() == 32)
    }

    @Test(.ocpp("3.13.6")) func `stay in force without a connection`() throws {
        var world = try World.accepted()
        world.charge()
        world.set(.amperes(10, 1))
        world.set(.amperes(7, 2, .txProfile), at: 1)

        world.disconnect()
        world.advance(.seconds(60))

        #expect(world.offer() == 7)
    }
}

@Suite(.ocpp("3.13.4"), .ocpp("3.13.3")) struct `A limit for the charge point as a whole` {
    static func charging(limit: Double) throws -> World {
        var world = try World.accepted(.test(.sockets(2)))
        world.charge(1)
        world.charge(2, .other)
        world.set(.amperes(limit, 3, .chargePointMaxProfile))
        world.advance(.seconds(6))
        return world
    }

    @Test func `is shared evenly`() throws {
        let world = try Self.charging(limit: 20)

        #expect(world.offer(1) == 10)
        #expect(world.offer(2) == 10)
        #expect(world.chargePoint.view.connectors.map(\.limitedBy) == Array(repeating: "ChargingProfile 3, shared", count: 2))
    }

    @Test func `that is too low for two serves the one that came first`() throws {
        let world = try Self.charging(limit: 11)

        #expect(world.offer(1) == 11)
        #expect(world.offer(2) == nil)
        #expect(world.status(2) == .suspendedEVSE)
        #expect(world.notifications.last?.info?.text == "ChargingProfile 3: others charge first")
    }

    @Test func `goes to the other one when the first leaves`() throws {
        var world = try Self.charging(limit: 11)

        world.unplug(1)
        world.advance(.seconds(10))

        #expect(world.offer(2) == 11)
        #expect(world.status(2) == .charging)
    }

    @Test func `goes to the one that waits when the first stops asking`() throws {
        var world = try Self.charging(limit: 11)

        world.hardware[0].wantsEnergy = false
        world.setPilot(1, .b)
        world.advance(.seconds(10))

        #expect(world.offer(1) == nil)
        #expect(world.offer(2) == 11)
    }

    @Test func `does not come and go with a vehicle that asks and stops at every turn`() throws {
        var world = try Self.charging(limit: 11)
        world.hardware[0].wantsEnergy = false
        world.setPilot(1, .b)
        world.advance(.seconds(10))

        world.setPilot(1, .c)
        #expect(world.offer(1) == nil)
        #expect(world.offer(2) == 11)
        world.advance(.seconds(60))

        #expect(world.offer(1) == 11)
        #expect(world.offer(2) == nil)
    }

    @Test func `is given to a newcomer when the others have followed theirs down`() throws {
        var world = try World.accepted(.test(.sockets(2)))
        world.set(.amperes(16, 3, .chargePointMaxProfile))
        world.charge(1)
        #expect(world.offer(1) == 16)

        world.plugIn(2)
        world.present(.other)
        #expect(world.offer(1) == 8)
        #expect(world.offer(2) == nil)
        world.advance(.seconds(5))

        #expect(world.offer(1) == 8)
        #expect(world.offer(2) == 8)
    }

    @Test func `leaves a connector's own limit in force`() throws {
        var world = try Self.charging(limit: 24)

        world.set(.amperes(9, 4), at: 1)
        world.advance(.seconds(6))

        #expect(world.offer(1) == 9)
        #expect(world.offer(2) == 15)
        #expect(world.chargePoint.view.connectors[0].limitedBy == "ChargingProfile 4")
    }

    @Test func `without a start of its own begins when it comes, and again when it comes again`() throws {
        var world = try World.accepted()
        world.charge()
        let profile = ChargingProfile.test(id: 3, as: .chargePointMaxProfile, for: 60, [(0, 10)])
        world.set(profile)
        world.advance(.seconds(59))
        #expect(world.offer() == 10)

        world.set(profile)
        world.advance(.seconds(59))
        #expect(world.offer() == 10)
        world.advance(.seconds(1))

        #expect(world.offer() == 16)
    }
}

@Suite(.ocpp("5.16.2"), .errata("3.42")) struct `A remote start with a profile` {
    static func start(_ world: inout World, _ profile: ChargingProfile) -> RemoteStartStopStatus? {
        let request = RemoteStartTransaction(connectorId: 1, idTag: .card, chargingProfile: profile)
        guard case .remoteStartTransaction(let confirmation)? = world.confirmed(.remoteStartTransaction(request)) else {
            return nil
        }
        return confirmation.status
    }

    @Test(arguments: [false, true]) func `limits its transaction from the beginning`(isAuthorised: Bool) throws {
        var world = try World.accepted(keys: [.authorizeRemoteTxRequests: "\(isAuthorised)"])
        world.set(.amperes(13, 1))

        #expect(Self.start(&world, .amperes(9, 5, .txProfile)) == .accepted)
        #expect(world.installed == [1])
        world.plugIn()
        world.advance(.seconds(2))

        #expect(world.offer() == 9)
        #expect(world.effects.contains(.offer(1, 9)))
        #expect(!world.effects.contains(.offer(1, 16)) && !world.effects.contains(.offer(1, 13)))
        #expect(world.installed == [1, 5])
    }

    @Test func `is replaced by one with the transactionId and the same level, and stacked with others`() throws {
        var world = try World.accepted()
        _ = Self.start(&world, .amperes(9, 5, .txProfile))
        world.plugIn()
        world.advance(.seconds(2))

        world.set(.test(id: 6, as: .txProfile, level: 0, transactionId: 1, [(0, 12)]), at: 1)
        #expect(world.installed == [6])
        world.set(.test(id: 7, as: .txProfile, level: 1, transactionId: 1, [(0, 7)]), at: 1)
        #expect(world.installed == [6, 7])

        #expect(world.offer() == 7)
    }

    @Test(
        .errata("3.41"),
        arguments: [
            ChargingProfile.amperes(9, 5, .txDefaultProfile), .amperes(9, 5, .chargePointMaxProfile),
            .test(id: 5, as: .txProfile, transactionId: 3, [(0, 9)]), .test(id: 5, as: .txProfile, level: 99, [(0, 9)]),
            .test(id: 5, as: .txProfile, [(5, 9)]),
        ])
    func `is Rejected where its limit could not be kept`(profile: ChargingProfile) throws {
        var world = try World.accepted()

        #expect(Self.start(&world, profile) == .rejected)
        world.plugIn()

        #expect(world.starts.isEmpty)
    }
}
