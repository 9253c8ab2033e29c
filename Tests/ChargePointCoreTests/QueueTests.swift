import ChargePointCore
import OCPP
import Testing
import Units

@Suite(.ocpp("3.7")) struct `Transaction messages` {
    private static let keys: [ConfigurationKey: String] = [
        .transactionMessageAttempts: "3", .transactionMessageRetryInterval: "10", .messageTimeout: "30",
        .meterValueSampleInterval: "60",
        .heartbeatInterval: "86400", .allowOfflineTxForUnknownId: "true",
    ]

    /// A session of 150 s while there was no connection: start, two meter values, stop.
    private func worldWithBacklog(_ keys: [ConfigurationKey: String] = [:]) throws -> World {
        var world = try World.accepted(keys: Self.keys.merging(keys) { _, new in new })
        world.disconnect()
        world.charge()
        world.advance(.seconds(148))
        world.present()
        world.advance(.seconds(10))
        world.unplug()
        world.forget()
        return world
    }

    private func transactionCalls(_ world: World) -> [ChargePointRequest] {
        world.calls.filter { [.startTransaction, .meterValues, .stopTransaction].contains($0.action) }
    }

    @Test(.ocpp("3.5.4")) func `made offline arrive in the order of events, with the transactionId that was learnt`() throws {
        var world = try worldWithBacklog()
        world.central.replies[.startTransaction] = [.start(42)]

        world.connect()

        #expect(transactionCalls(world).map(\.action) == [.startTransaction, .meterValues, .meterValues, .stopTransaction])
        #expect(world.meterValues.map(\.transactionId) == [42, 42])
        #expect(world.stops.map(\.transactionId) == [42])
        #expect(world.chargePoint.view.queue == QueueCounts(queued: 0, parked: 0))
    }

    @Test(.ocppJ("4.1.1")) func `wait for the answer of the one before`() throws {
        var world = try worldWithBacklog()
        world.central.replies[.startTransaction] = [.silence]

        world.connect()

        #expect(transactionCalls(world).map(\.action) == [.startTransaction])
    }

    @Test(.ocpp("3.7.1"), .ocpp("9.1.32"), arguments: ["error", "unusable", "silence"])
    func `are repeated after interval × attempt, the same bytes under a new id`(failure: String) throws {
        var world = try worldWithBacklog()
        let reply: Reply =
            ["error": .error(.internalError), "unusable": .answer("{\"transactionId\":\"x\"}"), "silence": .silence][failure]
            ?? .silence
        world.central.replies[.startTransaction] = [reply, reply]
        let answerTime = Duration.seconds(failure == "silence" ? 30 : 0)
        world.connect()

        world.advance(answerTime + .seconds(9))
        #expect(world.starts.count == 1)
        world.advance(.seconds(1))
        #expect(world.starts.count == 2)
        world.advance(answerTime + .seconds(19))
        #expect(world.starts.count == 2)
        world.advance(.seconds(1))

        #expect(world.starts.count == 3)
        #expect(Set(world.calls(.startTransaction).map { $0.payloadJSON() }).count == 1)
        #expect(Set(world.callIds).count == world.callIds.count)
        #expect(world.stops.count == 1)
    }

    @Test(.ocpp("3.7.1"), .ocpp("9.1.31"), .errata("3.18"))
    func `are parked after the last attempt, and the session's others go with −1`() throws {
        var world = try worldWithBacklog()
        world.central.replies[.startTransaction] = [.error(.internalError), .error(.internalError), .error(.internalError)]

        world.connect()
        world.advance(.seconds(100))

        #expect(world.starts.count == 3)
        #expect(world.meterValues.map(\.transactionId) == [-1, -1])
        #expect(world.stops.map(\.transactionId) == [-1])
        #expect(world.chargePoint.view.queue.parked == 1)
    }

    @Test(.errata("3.18")) func `of a parked start are known by −1, a triggered one and a remote stop too`() throws {
        var world = try World.accepted(keys: [.transactionMessageAttempts: "1"])
        world.central.replies[.startTransaction] = [.error(.internalError)]
        world.charge()
        world.forget()

        world.trigger(.meterValues, 1)
        #expect(world.meterValues.map(\.transactionId) == [-1])
        world.ask(.remoteStopTransaction(RemoteStopTransaction(transactionId: -1)))
        world.advance(.seconds(10))

        #expect(world.stops.map(\.transactionId) == [-1])
        #expect(world.stops.first?.reason == .remote)
    }

    @Test func `of a parked start are all sent again when it is`() throws {
        var world = try worldWithBacklog()
        world.central.replies[.startTransaction] = [.error(.internalError), .error(.internalError), .error(.internalError)]
        world.connect()
        world.advance(.seconds(100))
        world.forget()
        let parked = try #require(world.queueEntries.first { $0.isParked })

        world.feed(.requested(.resend(parked.id), request: 1))
        world.advance(.seconds(1))

        #expect(transactionCalls(world).map(\.action) == [.startTransaction, .meterValues, .meterValues, .stopTransaction])
        #expect(world.stops.map(\.transactionId) == [1])
        #expect(world.chargePoint.view.queue == QueueCounts())
    }

    @Test func `that are sent again do not take the answer of the one that is on its way`() throws {
        var world = try worldWithBacklog()
        world.central.replies[.startTransaction] = [.error(.internalError), .error(.internalError), .error(.internalError)]
        world.central.replies[.stopTransaction] = [.silence]
        world.connect()
        world.advance(.seconds(35))
        let id = try #require(world.outstanding?.id)
        let parked = try #require(world.queueEntries.first { $0.isParked })

        world.feed(.requested(.resend(parked.id), request: 1))
        world.feed(.received(.result(id, Payload(text: "{}")), CardLookup()))
        world.advance(.seconds(1))

        #expect(world.starts.count == 4)
        #expect(world.sessions.first?.transactionId == 1)
        #expect(world.chargePoint.view.queue == QueueCounts())
    }

    @Test func `lose no attempt with the connection`() throws {
        var world = try worldWithBacklog()
        world.central.replies[.startTransaction] = Array(repeating: .silence, count: 10)

        for _ in 0..<10 {
            world.connect()
            world.advance(.seconds(20))
            world.disconnect()
        }
        world.connect()

        #expect(world.starts.count == 11)
        #expect(world.chargePoint.view.queue == QueueCounts())
    }

    @Test func `on a connection that shows no life count no attempt, and it is dropped`() throws {
        var world = try worldWithBacklog()
        world.central.replies[.startTransaction] = [.silence]
        world.central.isAlive = false
        world.connect()
        world.advance(.seconds(39))
        #expect(world.isLinkOpen)
        world.forget()

        world.advance(.seconds(2))

        #expect(!world.isLinkOpen)
        #expect(world.calls.isEmpty)
        #expect(!world.records.contains { if case .messageAttempted = $0 { true } else { false } })
    }

    @Test func `are completed by a late answer to any attempt`() throws {
        var world = try worldWithBacklog()
        world.central.replies[.startTransaction] = [.silence, .silence]
        world.connect()
        let first = try #require(world.callIds.last)
        world.advance(.seconds(45))
        #expect(world.starts.count == 2)

        let answer = Payload(StartTransaction.Confirmation(idTagInfo: IdTagInfo(status: .accepted), transactionId: 88))
        world.feed(.received(.result(first, answer), CardLookup()))
        #expect(world.sessions.first?.transactionId == 88)
        let repetition = try #require(world.outstanding?.id)
        world.feed(.received(.result(repetition, answer), CardLookup()))

        #expect(world.starts.count == 2)
        #expect(world.stops.map(\.transactionId) == [88])
    }

    @Test func `that were tried before are not held against their own first attempt`() throws {
        var world = try World.accepted(keys: Self.keys)
        world.central.replies[.startTransaction] = [.silence, .start(5, .concurrentTx)]
        world.charge()
        world.disconnect()

        world.connect()
        world.advance(.seconds(10))

        #expect(world.status() == .charging)
        #expect(world.stops.isEmpty)
    }

    @Test func `keep sessions apart where the Central System gives one transactionId twice`() throws {
        var world = try World.accepted(.test(.sockets(2)))
        world.central.replies[.startTransaction] = [.start(3), .start(3)]
        world.charge(1, .card)
        world.charge(2, .other)

        world.present(.other)
        world.advance(.seconds(10))

        #expect(world.stops.map(\.transactionId) == [3])
        #expect(world.status(1) == .charging)
    }

    @Test func `go on after a restart`() throws {
        let first = try worldWithBacklog()
        var world = try World(keys: Self.keys, store: first.store)
        world.feed(.started)

        world.connect()

        #expect(transactionCalls(world).map(\.action) == [.startTransaction, .meterValues, .meterValues, .stopTransaction])
    }

    @Test func `wait while nothing can be recorded`() throws {
        var world = try worldWithBacklog()
        world.feed(.storageFailed("disk full"))
        world.connect()
        #expect(transactionCalls(world).isEmpty)

        world.feed(.storageRecovered)

        #expect(transactionCalls(world).count == 4)
    }

    @Test func `of a standalone charge point are none`() throws {
        var settings = ChargePointSettings.test()
        settings.hasCentralSystem = false
        var world = try World(settings)
        world.feed(.started)
        world.feed(.requested(.saveCard(OwnCard(idTag: .card)), request: 1))

        world.charge()
        world.present()
        world.advance(.seconds(5))

        #expect(world.sessions.first?.delivery == .standalone)
        #expect(world.chargePoint.view.queue == QueueCounts())
    }
}

@Suite(.ocppJ("4.1.1")) struct `A CALL` {
    @Test func `that is not answered gives way after MessageTimeout`() throws {
        var world = try World.accepted(keys: [.messageTimeout: "10"])
        world.central.replies[.heartbeat] = [.silence]
        world.trigger(.heartbeat)
        world.plugIn()
        world.forget()

        world.advance(.seconds(10))

        #expect(world.statuses() == [.preparing])
    }

    @Test func `of a status that was not answered is repeated after a while, and not for ever`() throws {
        var world = try World.accepted(keys: [.messageTimeout: "10", .connectionTimeOut: "0"])
        world.central.replies[.statusNotification] = Array(repeating: .silence, count: 10)
        world.forget()
        world.plugIn()
        #expect(world.statuses() == [.preparing])
        world.forget()

        world.advance(.seconds(69))
        #expect(world.statuses().isEmpty)
        world.advance(.seconds(1))
        #expect(world.statuses() == [.preparing])
        world.advance(.seconds(1000))
        #expect(world.statuses() == [.preparing, .preparing])

        world.unplug()
        world.advance(.seconds(1))
        #expect(world.statuses().last == .available)
    }

    @Test func `of a transaction is held up by no Central System that is silent to statuses`() throws {
        var world = try World.accepted(.test(.sockets(2)), keys: [.messageTimeout: "10"])
        world.central.replies[.statusNotification] = Array(repeating: .silence, count: 100)
        world.plugIn()
        world.present()
        world.advance(.seconds(30))
        #expect(world.starts.count == 1)

        world.present()
        world.advance(.seconds(30))

        #expect(world.stops.count == 1)
        #expect(world.chargePoint.view.queue == QueueCounts())
    }

    @Test func `of a transaction goes before the statuses that came after it`() throws {
        var world = try World.accepted()
        world.charge()
        world.central.replies[.heartbeat] = [.silence]
        world.trigger(.heartbeat)
        world.forget()

        world.unplug()
        world.advance(.seconds(40))

        let told = world.calls.map(\.action).filter { $0 == .stopTransaction || $0 == .statusNotification }
        #expect(told.first == .stopTransaction)
        #expect(told.count > 1)
    }

    @Test func `with an answer that nobody asked for is ignored`() throws {
        var world = try World.accepted()
        let before = world.chargePoint

        world.feed(.received(.result("nobody", Payload(text: "{}")), CardLookup()))
        world.feed(.received(.error("nobody", CallError(code: .internalError)), CardLookup()))

        #expect(world.chargePoint.view == before.view)
    }

    @Test func `of a driver who waits goes before notifications`() throws {
        var world = try World.accepted(.test(.sockets(4)))
        world.central.replies[.heartbeat] = [.silence]
        world.trigger(.heartbeat)
        for number in 1...4 { world.fault(.weakSignal, at: number) }
        world.feed(.cardPresented(.card, CardLookup(), connectors: nil))
        world.forget()

        world.advance(.seconds(31))

        #expect(world.calls.first?.action == .authorize)
    }
}
