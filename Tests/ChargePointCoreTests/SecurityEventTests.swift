import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

@Suite(.whitepaper("A04")) struct `Security events` {
    private static let keys: [ConfigurationKey: String] = [
        .transactionMessageAttempts: "3", .transactionMessageRetryInterval: "10", .heartbeatInterval: "86400",
    ]

    private func log(_ world: World) throws -> [SecurityLogEntry] { try world.store.securityLog(from: nil, to: nil) }
    private func told(_ world: World) -> [String] { world.securityEvents.map(\.type.text) }

    @Test func `of every kind have the whitepaper's name and criticality`() {
        let critical: Set<String> = [
            "FirmwareUpdated", "SettingSystemTime", "StartupOfTheDevice", "ResetOrReboot", "SecurityLogWasCleared",
            "MemoryExhaustion",
            "TamperDetectionActivated",
        ]

        #expect(SecurityEvent.allCases.count == 18)
        #expect(Set(SecurityEvent.allCases.filter(\.isCritical).map(\.rawValue)) == critical)
    }

    @Test(.whitepaper("A04.FR.01")) func `that are critical go to the Central System once it has accepted the charge point`() throws
    {
        var world = try World(keys: Self.keys)
        world.central.replies[.bootNotification] = [.boot(.pending, interval: 60)]
        world.feed(.started)
        world.feed(.linkOpened)
        #expect(told(world).isEmpty)

        world.advance(.seconds(61))

        #expect(told(world) == ["StartupOfTheDevice"])
        #expect(try log(world).map(\.event) == [.startupOfTheDevice])
        #expect(try log(world).allSatisfy { !$0.isWaiting })
    }

    @Test(.whitepaper("A04.FR.04")) func `that are not critical are in the log alone`() throws {
        var world = try World.accepted(keys: Self.keys)
        world.forget()

        world.feed(.observed(.invalidTLSVersion, "TLS 1.0 alone"))

        #expect(told(world).isEmpty)
        #expect(try log(world).last?.event == .invalidTLSVersion)
        #expect(try log(world).last?.info == "TLS 1.0 alone")
    }

    @Test(arguments: [
        ("All", SecurityEvent.invalidTLSVersion, true), ("Critical", .invalidTLSVersion, false), ("None", .memoryExhaustion, false),
        ("Critical", .memoryExhaustion, true), ("Critical", .invalidFirmwareSignature, true),
        ("Critical", .invalidFirmwareSigningCertificate, true), ("Critical", .invalidChargePointCertificate, false),
    ])
    func `are told as SecurityEventNotifications says`(reach: String, event: SecurityEvent, isTold: Bool) throws {
        var world = try World.accepted(keys: Self.keys.merging([.securityEventNotifications: reach]) { _, new in new })
        world.forget()

        world.feed(.observed(event, "x"))

        #expect(told(world) == (isTold ? [event.rawValue] : []))
        #expect(try log(world).last?.event == event)
    }

    @Test(.whitepaper("A04.FR.02")) func `wait over an outage and a restart, and arrive once and in order`() throws {
        let store = MemoryRecordStore()
        var world = try World(keys: Self.keys, store: store)
        world.feed(.started)
        world.feed(.observed(.memoryExhaustion, "first"))
        world.feed(.observed(.memoryExhaustion, "second"))

        var next = try World(keys: Self.keys, store: store)
        next.feed(.started)
        next.feed(.linkOpened)

        #expect(told(next) == ["StartupOfTheDevice", "MemoryExhaustion", "MemoryExhaustion", "StartupOfTheDevice"])
        #expect(next.securityEvents.compactMap(\.techInfo?.text) == ["start 1", "first", "second", "start 2"])
        next.forget()
        next.disconnect()
        next.connect()
        #expect(told(next).isEmpty)
    }

    @Test func `go behind transaction messages`() throws {
        var world = try World.accepted(keys: Self.keys.merging([.allowOfflineTxForUnknownId: "true"]) { _, new in new })
        world.disconnect()
        world.feed(.observed(.memoryExhaustion, "x"))
        world.charge()
        world.forget()

        world.connect()

        let actions = world.calls.map(\.action)
        let (start, event) = (actions.firstIndex(of: .startTransaction), actions.firstIndex(of: .securityEventNotification))
        #expect(start != nil && event != nil && start ?? 0 < event ?? 0, "\(actions)")
    }

    @Test func `are repeated when they are answered with an error, and do not hold up those behind them`() throws {
        var world = try World.accepted(keys: Self.keys)
        world.forget()
        world.central.replies[.securityEventNotification] = [
            .error(.internalError), .error(.internalError), .error(.internalError),
        ]
        world.feed(.observed(.memoryExhaustion, "first"))
        world.feed(.observed(.tamperDetectionActivated, "second"))
        #expect(told(world) == ["MemoryExhaustion"])

        world.advance(.seconds(31))

        #expect(told(world) == ["MemoryExhaustion", "MemoryExhaustion", "MemoryExhaustion", "TamperDetectionActivated"])
        world.forget()
        world.disconnect()
        world.connect()
        #expect(told(world) == ["MemoryExhaustion"])
    }

    @Test func `wait for another connection when the Central System does not know the message`() throws {
        var world = try World.accepted(keys: Self.keys)
        world.forget()
        world.central.replies[.securityEventNotification] = [.error(.notImplemented)]
        world.feed(.observed(.memoryExhaustion, "x"))
        world.advance(.seconds(90))
        #expect(told(world) == ["MemoryExhaustion"])

        world.disconnect()
        world.connect()

        #expect(told(world) == ["MemoryExhaustion", "MemoryExhaustion"])
        #expect(try log(world).allSatisfy { !$0.isWaiting })
    }

    @Test func `that are not answered before the connection breaks are sent again on the next`() throws {
        var world = try World.accepted(keys: Self.keys)
        world.forget()
        world.central.replies[.securityEventNotification] = [.silence]
        world.feed(.observed(.memoryExhaustion, "x"))
        world.disconnect()
        world.connect()

        #expect(told(world) == ["MemoryExhaustion", "MemoryExhaustion"])
    }

    @Test func `of one kind are counted when they come too often`() throws {
        var world = try World.accepted(keys: Self.keys)
        for number in 1...30 { world.feed(.observed(.invalidMessages, "\(number)")) }
        #expect(try log(world).filter { $0.event == .invalidMessages }.count == 10)

        world.advance(.seconds(301))
        world.feed(.observed(.invalidMessages, "late"))

        #expect(try log(world).last?.info == "late; 20 more before it were not recorded")
    }

    @Test func `that wait are never more than 500, and what repeats gives way`() throws {
        var world = try World(keys: Self.keys)
        world.meterPolling = nil
        world.feed(.started)
        for number in 1...520 {
            world.pass(.seconds(301))
            world.feed(.observed(.memoryExhaustion, "\(number)"))
        }

        let waiting = try log(world).filter(\.isWaiting)

        #expect(waiting.count == 500)
        #expect(waiting.first?.event == .startupOfTheDevice)
        #expect(waiting.dropFirst().first?.info == "22")
    }

    @Test func `are told with the time that is right when it is known at last`() throws {
        var world = try World(keys: Self.keys, systemTime: Timestamp(seconds: 0))
        world.feed(.started)
        world.pass(.seconds(100))
        world.feed(.linkOpened)

        #expect(told(world) == ["StartupOfTheDevice", "SettingSystemTime"])
        #expect(world.securityEvents.map(\.timestamp) == [.begin, .begin + .seconds(100)])
        #expect(try log(world).map(\.time.time) == [.begin, .begin + .seconds(100)])
    }

    @Test(arguments: [59, 61, -59, -61]) func `tell of a clock that is set by more than a minute`(seconds: Int) throws {
        var world = try World.accepted(keys: Self.keys)
        world.forget()
        world.central.replies[.heartbeat] = [.answer("{\"currentTime\":\"\(world.time + .seconds(seconds))\"}")]

        world.trigger(.heartbeat)

        #expect(told(world) == (abs(seconds) > 60 ? ["SettingSystemTime"] : []))
    }

    @Test func `tell of a reset before it happens`() throws {
        var world = try World.accepted(keys: Self.keys)
        world.forget()

        world.ask(.reset(Reset(type: .soft)))

        #expect(told(world) == ["ResetOrReboot"])
    }

    @Test(arguments: [(BoardFault.doorOpen, true), (.tilted, true), (.water, false)])
    func `tell of an open door and of a fall, once`(fault: BoardFault, isTamper: Bool) throws {
        var world = try World.accepted(keys: Self.keys)
        world.forget()

        for _ in 0..<3 { world.feed(.board(.fault(connector: 0, fault, isActive: true))) }

        #expect(told(world) == (isTamper ? ["TamperDetectionActivated"] : []))
    }

    @Test func `are logged for a changed key without its value`() throws {
        var world = try World.accepted(keys: Self.keys)

        world.changeConfiguration("AuthorizationKey", "correct-horse-battery")

        let entry = try #require(try log(world).last)
        #expect(entry.event == .reconfigurationOfSecurityParameters)
        #expect(entry.info?.text == "AuthorizationKey was changed")
    }

    @Test func `are logged for messages that are none, and for requests that come twice`() throws {
        var world = try World.accepted(keys: Self.keys)
        world.feed(.received(IncomingFrame.parse("[2,\"1\",\"Reset\",{\"type\":\"Perhaps\"}]"), CardLookup()))
        world.feed(.received(IncomingFrame.parse("nonsense"), CardLookup()))
        world.feed(.received(IncomingFrame.parse("[2,\"2\",\"Nonsense\",{}]"), CardLookup()))
        for _ in 0..<2 { world.feed(.received(.call("3", .clearCache(ClearCache())), CardLookup())) }

        #expect(
            try log(world).map(\.event) == [.startupOfTheDevice, .invalidMessages, .invalidMessages, .attemptedReplayAttacks])
    }

    @Test func `are cleared by an operator, who leaves a trace, and never what waits`() throws {
        var world = try World(keys: Self.keys)
        world.feed(.started)
        world.feed(.observed(.invalidTLSVersion, "x"))

        world.feed(.requested(.clearSecurityLog, request: 1))

        #expect(try log(world).map(\.event) == [.startupOfTheDevice, .securityLogWasCleared])
        #expect(world.answers.last == .accepted)
    }

    @Test func `reach a Central System even while nothing can be recorded`() throws {
        var world = try World.accepted(keys: Self.keys)
        world.forget()
        world.storeFailure = "disk full"

        world.feed(.observed(.memoryExhaustion, "the disk is full"))

        #expect(told(world) == ["MemoryExhaustion"])
        world.storeFailure = nil
        world.feed(.storageRecovered)
        #expect(try log(world).last?.isWaiting == false)
    }
}
