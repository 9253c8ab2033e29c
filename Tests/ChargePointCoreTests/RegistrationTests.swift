import ChargePointCore
import OCPP
import Testing
import Units

@Suite(.ocpp("4.2")) struct `Registration` {
    /// Started and connected; the Central System answers BootNotification so.
    private func world(_ replies: Reply..., keys: [ConfigurationKey: String] = [:]) throws -> World {
        var world = try World(keys: keys)
        world.central.replies[.bootNotification] = replies
        world.feed(.started)
        world.feed(.linkOpened)
        return world
    }

    @Test func `begins with BootNotification and nothing else`() throws {
        let world = try world(.silence)

        #expect(world.calls.map(\.action) == [.bootNotification])
    }

    @Test(.ocpp("3.8"), .errata("3.22")) func `is followed by the status of connectors 0 to n`() throws {
        let world = try World.accepted(.test(.sockets(2)))

        let actions: [Action] = [
            .bootNotification, .statusNotification, .statusNotification, .statusNotification, .securityEventNotification,
        ]
        #expect(world.calls.map(\.action) == actions)
        #expect(world.notifications.map(\.connectorId) == [0, 1, 2])
        #expect(world.notifications.allSatisfy { $0.status == .available && $0.errorCode == .noError })
    }

    @Test func `tells the true status, also when it began in use`() throws {
        var world = try world(.silence, .boot(.accepted, interval: 300))
        world.plugIn()
        world.advance(.seconds(61))

        #expect(world.statuses() == [.preparing])
    }

    @Test(arguments: [RegistrationStatus.pending, .rejected])
    func `waits for the interval before it asks again`(status: RegistrationStatus) throws {
        var world = try world(.boot(status, interval: 100))

        world.advance(.seconds(99))
        #expect(world.calls.count == 1)
        world.advance(.seconds(2))

        #expect(world.calls(.bootNotification).count == 2)
        #expect(world.chargePoint.view.registration == .accepted)
    }

    @Test(arguments: [RegistrationStatus.pending, .rejected])
    func `with interval 0 chooses its own and does not hammer`(status: RegistrationStatus) throws {
        var world = try world(.boot(status, interval: 0), .boot(status, interval: 0), .boot(status, interval: -5))

        world.advance(.seconds(29))
        #expect(world.calls.count == 1)
        world.advance(.seconds(60))

        #expect((2...4).contains(world.calls(.bootNotification).count))
    }

    @Test(arguments: [Int.max, 2_147_483_647]) func `lives with any interval`(interval: Int) throws {
        var world = try world(.boot(.pending, interval: interval))
        world.advance(.seconds(10))
        var accepted = try self.world(.boot(.accepted, interval: interval))
        accepted.advance(.seconds(10))

        #expect(world.calls.count == 1)
        #expect(accepted.chargePoint.deadline != nil)
    }

    @Test func `repeats a BootNotification that failed`() throws {
        var world = try world(.error(.internalError), .answer("{\"status\":\"Perhaps\"}"), .silence)

        world.advance(.seconds(31))
        world.advance(.seconds(31))
        world.advance(.seconds(61))

        #expect(world.calls(.bootNotification).count == 4)
        #expect(world.chargePoint.view.registration == .accepted)
    }

    @Test func `lets nothing out before Accepted, not even of a session`() throws {
        var settings = ChargePointSettings.test()
        settings.chargeBeforeFirstAccepted = true
        var world = try World(settings, keys: [.allowOfflineTxForUnknownId: "true"])
        world.central.replies[.bootNotification] = [.boot(.pending, interval: 1000)]
        world.feed(.started)
        world.feed(.linkOpened)

        world.charge()
        world.advance(.seconds(600))
        #expect(world.status() == .charging)
        #expect(world.calls.map(\.action) == [.bootNotification])
        world.advance(.seconds(500))

        #expect(world.starts.count == 1)
    }

    @Test(.ocpp("4.2.1")) func `nothing is sold before a Central System ever accepted`() throws {
        var world = try World(keys: [.allowOfflineTxForUnknownId: "true"])
        world.feed(.started)

        world.charge()

        #expect(world.transaction() == nil)
    }

    @Test func `once accepted, a restart without a connection goes on selling`() throws {
        let first = try World.accepted()
        var world = try World(keys: [.allowOfflineTxForUnknownId: "true"], store: first.store)
        world.feed(.started)

        world.charge()

        #expect(world.status() == .charging)
    }

    @Test func `while Pending requests are answered, remote start and stop Rejected`() throws {
        var world = try world(.boot(.pending, interval: 1000))

        #expect(world.changeConfiguration("HeartbeatInterval", "77") == .accepted)
        #expect(world.remoteStart(1) == .rejected)
        #expect(world.remoteStop(1) == .rejected)
        #expect(world.calls.count == 1)
    }

    @Test func `while Pending a trigger sends what it names and nothing else`() throws {
        var world = try world(.boot(.pending, interval: 1000))
        world.plugIn()

        #expect(world.trigger(.statusNotification, 1) == .accepted)
        #expect(world.trigger(.heartbeat) == .accepted)

        #expect(world.calls.map(\.action) == [.bootNotification, .statusNotification, .heartbeat])
        #expect(world.statuses() == [.preparing])
    }

    @Test func `while Pending a trigger brings BootNotification before the interval ends`() throws {
        var world = try world(.boot(.pending, interval: 1000))

        #expect(world.trigger(.bootNotification) == .accepted)

        #expect(world.chargePoint.view.registration == .accepted)
    }

    @Test func `while Rejected nothing is answered and nothing sent`() throws {
        var world = try world(.boot(.rejected, interval: 1000))
        world.forget()

        world.ask(.clearCache(ClearCache()))
        world.feed(.received(.refused("x", CallError(code: .notImplemented)), CardLookup()))
        world.advance(.seconds(900))

        #expect(world.sent.isEmpty)
    }

    @Test func `Rejected lasts until the interval ends, over a reconnection too`() throws {
        var world = try world(.boot(.rejected, interval: 1000))
        world.disconnect()
        world.connect()
        world.forget()

        world.ask(.triggerMessage(TriggerMessage(requestedMessage: .heartbeat)))
        world.advance(.seconds(900))

        #expect(world.sent.isEmpty)
    }

    @Test(.ocpp("4.9"), .ocppJ("5.4")) func `a reconnection needs no BootNotification and tells all statuses`() throws {
        var world = try World.accepted()
        world.disconnect()
        world.plugIn()
        world.forget()

        world.connect()

        #expect(world.calls(.bootNotification).isEmpty)
        #expect(world.notifications.map(\.status) == [.available, .preparing])
    }

    @Test func `with SendBootNotificationOnReconnect every connection begins with one`() throws {
        var world = try World.accepted(keys: [.sendBootNotificationOnReconnect: "true"])
        world.disconnect()
        world.forget()
        world.connect()

        #expect(world.calls.map(\.action) == [.bootNotification, .statusNotification, .statusNotification])
    }

    @Test(.errata("3.35")) func `a triggered BootNotification after Accepted is Rejected, unless this connection saw none`()
        throws
    {
        var world = try World.accepted()
        #expect(world.trigger(.bootNotification) == .rejected)

        world.disconnect()
        world.connect()

        #expect(world.trigger(.bootNotification) == .accepted)
        #expect(world.calls(.bootNotification).count == 2)
        #expect(world.trigger(.bootNotification) == .rejected)
    }

    @Test(.ocpp("9.1.10")) func `the interval of Accepted becomes HeartbeatInterval`() throws {
        let world = try world(.boot(.accepted, interval: 123))

        #expect(world.chargePoint.configuration.text(.heartbeatInterval) == "123")
    }

    @Test func `a connection lost before the answer begins anew`() throws {
        var world = try world(.silence)
        world.disconnect()

        world.connect()

        #expect(world.chargePoint.view.registration == .accepted)
    }
}

@Suite(.ocpp("4.6")) struct `Heartbeat` {
    @Test func `goes out when nothing else did for HeartbeatInterval`() throws {
        var world = try World.accepted(keys: [.heartbeatInterval: "300"])
        world.forget()

        world.advance(.seconds(299))
        #expect(world.calls.isEmpty)
        world.advance(.seconds(1))

        #expect(world.calls.map(\.action) == [.heartbeat])
    }

    @Test func `waits while other messages show that we are alive`() throws {
        var world = try World.accepted(keys: [.meterValueSampleInterval: "60"])
        world.charge()
        world.forget()

        world.advance(.seconds(1200))

        #expect(world.calls(.heartbeat).isEmpty)
    }

    @Test func `is sent once a day where the interval is 0`() throws {
        var world = try World.accepted()
        world.changeConfiguration("HeartbeatInterval", "0")
        world.meterPolling = nil
        world.forget()

        world.advance(.seconds(2 * 86_400 + 100))

        #expect(world.calls(.heartbeat).count == 2)
    }

    @Test func `follows a new interval at once`() throws {
        var world = try World.accepted()
        world.advance(.seconds(10))
        world.forget()

        world.changeConfiguration("HeartbeatInterval", "20")
        world.advance(.seconds(11))

        #expect(world.calls(.heartbeat).count == 1)
    }
}
