import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

@Suite(.ocpp("5.16")) struct `SetChargingProfile requests` {
    @Test(
        .ocpp("3.13.1"), .ocpp("5.16.1"), .ocpp("5.16.4"),
        arguments: [
            // Purposes and where they belong (§3.13.1).
            (ChargingProfile.amperes(10, 1, .chargePointMaxProfile), 0, .accepted),
            (.amperes(10, 1, .chargePointMaxProfile), 1, .rejected),
            (.amperes(10, 1, .txDefaultProfile), 0, .accepted), (.amperes(10, 1, .txDefaultProfile), 2, .accepted),
            (.amperes(10, 1, .txProfile), 0, .rejected), (.amperes(10, 1, .txProfile), 1, .accepted),
            (.amperes(10, 1, .txProfile), 2, .rejected),
            // The transaction at connector 1 is number 1.
            (.test(id: 1, as: .txProfile, transactionId: 1, [(0, 10)]), 1, .accepted),
            (.test(id: 1, as: .txProfile, transactionId: 2, [(0, 10)]), 1, .rejected),
            (.test(id: 1, as: .txDefaultProfile, transactionId: 1, [(0, 10)]), 1, .rejected),
            // Schedules that can be executed, and others.
            (.test([(0, 10), (60, 0), (61, 32)]), 0, .accepted), (.test([(1, 10)]), 0, .rejected),
            (.test([(0, 10), (60, 8), (60, 6)]), 0, .rejected), (.test([(0, 10), (60, 8), (30, 6)]), 0, .rejected),
            (.test(for: 0, [(0, 10)]), 0, .rejected), (.test(for: 3_000_000_000, [(0, 10)]), 0, .rejected),
            (.test([(0, 10), (3_000_000_000, 6)]), 0, .rejected), (.test([(0, .infinity)]), 0, .rejected),
            (.test(phases: 0, [(0, 10)]), 0, .rejected), (.test(phases: 4, [(0, 10)]), 0, .rejected),
            (.test(phases: 1, [(0, 10)]), 0, .accepted), (.test(least: .infinity, [(0, 10)]), 0, .rejected),
            (.test(kind: .recurring, every: .daily, from: "2026-01-01T00:00:00Z", [(0, 10)]), 0, .accepted),
            (.test(kind: .recurring, from: "2026-01-01T00:00:00Z", [(0, 10)]), 0, .rejected),
            (.test(kind: .recurring, every: .weekly, [(0, 10)]), 0, .rejected),
            (.test(kind: .absolute, [(0, 10)]), 0, .accepted), (.test(kind: .relative, every: .daily, [(0, 10)]), 0, .accepted),
            // The world begins at 2026-11-22T09:00:00Z.
            (.test(validTo: "2026-11-22T09:00:00Z", [(0, 10)]), 0, .rejected),
            (.test(validTo: "2026-11-22T10:00:00Z", [(0, 10)]), 0, .accepted),
            (.test(validFrom: "2026-11-23T10:00:00Z", validTo: "2026-11-23T10:00:00Z", [(0, 10)]), 0, .rejected),
            (.test(kind: .absolute, from: "2026-11-22T08:00:00Z", for: 3600, [(0, 10)]), 0, .rejected),
            (.test(kind: .absolute, from: "2026-11-22T08:00:00Z", for: 86_400, [(0, 10)]), 0, .accepted),
        ] as [(ChargingProfile, Int, ChargingProfileStatus)])
    func `takes what can be obeyed and rejects the rest`(profile: ChargingProfile, connector: Int, status: ChargingProfileStatus)
        throws
    {
        var world = try World.accepted(.test(.sockets(2)))
        world.charge(1)

        #expect(world.set(profile, at: ConnectorId(connector)) == status)
        #expect(world.installed == (status == .accepted ? [1] : []))
    }

    @Test(.errata("3.39")) func `for a connector that does not exist is a PropertyConstraintViolation`() throws {
        var world = try World.accepted(.test(.sockets(2)))
        let request = SetChargingProfile(connectorId: 3, csChargingProfiles: .amperes(10))

        guard case .error(_, let error)? = world.ask(.setChargingProfile(request)) else {
            Issue.record("\(world.sent)")
            return
        }

        #expect(error.code == .propertyConstraintViolation)
    }

    @Test(
        .ocpp("9.4.1"), .ocpp("9.4.2"), .ocpp("9.4.3"),
        arguments: [
            (.chargeProfileMaxStackLevel, "3", .test(level: 3, [(0, 10)]), .accepted),
            (.chargeProfileMaxStackLevel, "3", .test(level: 4, [(0, 10)]), .rejected),
            (.chargingScheduleAllowedChargingRateUnit, "Current", .test(unit: .a, [(0, 10)]), .accepted),
            (.chargingScheduleAllowedChargingRateUnit, "Current", .test(unit: .w, [(0, 10)]), .rejected),
            (.chargingScheduleAllowedChargingRateUnit, "power", .test(unit: .a, [(0, 10)]), .rejected),
            (.chargingScheduleAllowedChargingRateUnit, "power", .test(unit: .w, [(0, 10)]), .accepted),
            (.chargingScheduleMaxPeriods, "2", .test([(0, 10), (60, 6)]), .accepted),
            (.chargingScheduleMaxPeriods, "2", .test([(0, 10), (60, 6), (120, 8)]), .rejected),
        ] as [(ConfigurationKey, String, ChargingProfile, ChargingProfileStatus)])
    func `keeps to its limits`(key: ConfigurationKey, value: String, profile: ChargingProfile, status: ChargingProfileStatus) throws
    {
        var world = try World.accepted(keys: [key: value])

        #expect(world.set(profile) == status)
    }

    @Test(.ocpp("9.4.5")) func `takes MaxChargingProfilesInstalled, a replacement or one for what is over among them`() throws {
        var world = try World.accepted(keys: [.maxChargingProfilesInstalled: "2"])
        world.set(.test(id: 1, level: 1, [(0, 10)]))
        world.set(.test(id: 2, level: 2, validTo: "2026-11-22T10:00:00Z", [(0, 10)]))

        #expect(world.set(.test(id: 3, level: 3, [(0, 10)])) == .rejected)
        #expect(world.set(.test(id: 3, level: 1, [(0, 8)])) == .accepted)
        #expect(world.installed == [2, 3])
        world.advance(.seconds(3600))
        #expect(world.set(.test(id: 4, level: 4, [(0, 10)])) == .accepted)
        #expect(world.installed == [3, 4])
    }

    @Test(.ocpp("5.16.3"), .ocpp("5.16.4"), .ocpp("3.13.2"))
    func `replaces what has the same id, or the same level and purpose on the same connector`() throws {
        var world = try World.accepted(.test(.sockets(2)))
        for (id, level, connector) in [(1, 0, 0), (2, 1, 0), (3, 0, 1), (4, 0, 2)] {
            #expect(world.set(.test(id: id, level: level, [(0, 16)]), at: ConnectorId(connector)) == .accepted)
        }
        #expect(world.set(.test(id: 5, as: .chargePointMaxProfile, level: 0, [(0, 16)])) == .accepted)

        world.set(.test(id: 6, level: 0, [(0, 8)]), at: 1)
        #expect(world.installed == [1, 2, 4, 5, 6])
        world.set(.test(id: 5, level: 7, [(0, 8)]), at: 0)
        #expect(world.installed == [1, 2, 4, 5, 6])
        #expect(world.chargePoint.chargingProfiles[3].profile.chargingProfilePurpose == .txDefaultProfile)
    }

    @Test func `of what is there already costs no write, unless it begins anew`() throws {
        var world = try World.accepted()
        world.set(.amperes(10, 1))
        world.set(.amperes(20, 2, .chargePointMaxProfile))
        world.forget()

        #expect(world.set(.amperes(10, 1)) == .accepted)
        #expect(world.records.isEmpty)
        #expect(world.set(.amperes(20, 2, .chargePointMaxProfile)) == .accepted)
        #expect(world.records.count == 1)
    }

    @Test func `is rejected while nothing can be recorded`() throws {
        var world = try World.accepted()
        world.storeFailure = "the disk is full"

        #expect(world.set(.amperes(10)) == .rejected)
        #expect(world.installed.isEmpty)
    }

    @Test(.errata("3.39"), arguments: ["Core,RemoteTrigger", "Core"])
    func `and all of smart charging is NotSupported where it is off`(profiles: String) throws {
        let store = MemoryRecordStore()
        var before = try World.accepted(store: store)
        before.set(.amperes(8))
        var world = try World.accepted(keys: [.supportedFeatureProfiles: profiles], store: store)
        let requests: [CentralSystemRequest] = [
            .setChargingProfile(SetChargingProfile(connectorId: 0, csChargingProfiles: .amperes(8))),
            .clearChargingProfile(ClearChargingProfile()),
            .getCompositeSchedule(GetCompositeSchedule(connectorId: 0, duration: 60)),
        ]
        for request in requests {
            guard case .error(_, let error)? = world.ask(request) else {
                Issue.record("\(request) is answered")
                continue
            }
            #expect(error.code == .notSupported)
        }
        // What was installed before waits, and limits nothing.
        world.charge()

        #expect(world.offer() == 16)
        #expect(world.installed == [1])
    }
}

@Suite(.ocpp("5.5"), .errata("3.25")) struct `ClearChargingProfile requests` {
    static func world() throws -> World {
        var world = try World.accepted(.test(.sockets(2)))
        world.charge(1)
        world.set(.test(id: 1, as: .chargePointMaxProfile, level: 0, [(0, 32)]), at: 0)
        world.set(.test(id: 2, as: .txDefaultProfile, level: 0, [(0, 32)]), at: 0)
        world.set(.test(id: 3, as: .txDefaultProfile, level: 1, [(0, 32)]), at: 0)
        world.set(.test(id: 4, as: .txDefaultProfile, level: 0, [(0, 32)]), at: 1)
        world.set(.test(id: 5, as: .txDefaultProfile, level: 1, [(0, 32)]), at: 2)
        world.set(.test(id: 6, as: .txProfile, level: 0, [(0, 32)]), at: 1)
        return world
    }

    @Test(
        arguments: [
            (ClearChargingProfile(), []), (ClearChargingProfile(id: 3), [1, 2, 4, 5, 6]),
            // "If id is specified, then all other fields are ignored."
            (ClearChargingProfile(id: 3, connectorId: 2, chargingProfilePurpose: .txProfile, stackLevel: 9), [1, 2, 4, 5, 6]),
            (ClearChargingProfile(connectorId: 0), [4, 5, 6]), (ClearChargingProfile(connectorId: 1), [1, 2, 3, 5]),
            (ClearChargingProfile(chargingProfilePurpose: .txDefaultProfile), [1, 6]),
            (ClearChargingProfile(stackLevel: 1), [1, 2, 4, 6]),
            (ClearChargingProfile(connectorId: 0, chargingProfilePurpose: .txDefaultProfile), [1, 4, 5, 6]),
            (ClearChargingProfile(connectorId: 0, chargingProfilePurpose: .txDefaultProfile, stackLevel: 1), [1, 2, 4, 5, 6]),
            (ClearChargingProfile(connectorId: 1, stackLevel: 0), [1, 2, 3, 5]),
        ] as [(ClearChargingProfile, [Int])])
    func `removes what matches all that is said`(request: ClearChargingProfile, left: [Int]) throws {
        var world = try Self.world()

        #expect(world.clear(request) == .accepted)
        #expect(world.installed == left)
        #expect(try world.store.begin().chargingProfiles.map(\.id) == left)
    }

    @Test(arguments: [
        ClearChargingProfile(id: 9), ClearChargingProfile(connectorId: 9), ClearChargingProfile(stackLevel: 2),
        ClearChargingProfile(connectorId: 2, chargingProfilePurpose: .txProfile),
    ])
    func `of what is not there is Unknown`(request: ClearChargingProfile) throws {
        var world = try Self.world()

        #expect(world.clear(request) == .unknown)
        #expect(world.installed == [1, 2, 3, 4, 5, 6])
    }

    @Test func `of nothing at all is Unknown`() throws {
        var world = try World.accepted()

        #expect(world.clear() == .unknown)
    }
}

@Suite(.ocpp("5.7")) struct `GetCompositeSchedule requests` {
    @Test func `says from now on what a connector may have`() throws {
        var world = try World.accepted()
        world.set(.test(kind: .absolute, from: "2026-11-22T08:59:00Z", for: 600, [(0, 10), (90, 8.5)]))

        let told = world.composite(1, for: 3600)
        let answer = try #require(told)

        #expect(answer.status == .accepted)
        #expect(answer.connectorId == 1)
        #expect(answer.scheduleStart == .begin)
        #expect(
            answer.chargingSchedule
                == ChargingSchedule(
                    duration: 3600, chargingRateUnit: .a,
                    chargingSchedulePeriod: [
                        ChargingSchedulePeriod(startPeriod: 0, limit: 10, numberPhases: 3),
                        ChargingSchedulePeriod(startPeriod: 30, limit: 8.5, numberPhases: 3),
                        ChargingSchedulePeriod(startPeriod: 540, limit: 16, numberPhases: 3),
                    ]))
    }

    @Test(.errata("3.30"), arguments: [(ChargingRateUnitType.a, 20.0), (.w, 13_800)])
    func `for connector 0 says what the charge point may draw from the grid`(unit: ChargingRateUnitType, limit: Double) throws {
        var world = try World.accepted(.test(.sockets(2)))
        world.set(.amperes(4, 1), at: 1)
        world.set(.amperes(30, 2, .chargePointMaxProfile))

        let told = world.composite(0, for: 60, in: unit)
        let answer = try #require(told)

        #expect(answer.chargingSchedule?.chargingSchedulePeriod.map(\.limit) == [limit])
    }

    @Test(arguments: [(3, 60), (1, 0), (1, -5), (0, 0)] as [(ConnectorId, Int)])
    func `for what is not there, or for no time, is Rejected`(connector: ConnectorId, duration: Int) throws {
        var world = try World.accepted(.test(.sockets(2)))

        #expect(world.composite(connector, for: duration) == .init(status: .rejected))
    }

    @Test func `without any profile says what the board carries`() throws {
        var world = try World.accepted()

        let told = world.composite(1, for: 2_000_000_000_000, in: .w)
        let answer = try #require(told)

        #expect(answer.chargingSchedule?.chargingSchedulePeriod.map(\.limit) == [11_040])
        #expect(answer.chargingSchedule?.duration == 2_147_483_647)
    }
}
