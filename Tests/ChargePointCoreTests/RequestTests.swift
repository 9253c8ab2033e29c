import ChargePointCore
import OCPP
import Testing
import Units

@Suite(.ocpp("5.2")) struct `ChangeAvailability requests` {
    @Test func `is Accepted at once without a transaction, and survives a restart`() throws {
        var world = try World.accepted(.test(.sockets(2)))

        #expect(world.changeAvailability(1, .inoperative) == .accepted)
        #expect(world.status(1) == .unavailable)
        #expect(world.status(2) == .available)
        let next = try World(.test(.sockets(2)), store: world.store)

        #expect(next.status(1) == .unavailable)
    }

    @Test func `is Scheduled while a transaction runs, however often it is asked for`() throws {
        var world = try World.accepted()
        world.charge()

        #expect(world.changeAvailability(1, .inoperative) == .scheduled)
        #expect(world.changeAvailability(1, .inoperative) == .scheduled)
        #expect(world.status() == .charging)
        world.present()
        world.advance(.seconds(5))

        #expect(world.status() == .unavailable)
        #expect(world.stops.count == 1)
    }

    @Test func `that was Scheduled can be taken back`() throws {
        var world = try World.accepted()
        world.charge()
        world.changeAvailability(1, .inoperative)

        #expect(world.changeAvailability(1, .operative) == .accepted)
        world.present()
        world.advance(.seconds(5))

        #expect(world.status() == .finishing)
    }

    @Test func `of connector 0 is everybody's`() throws {
        var world = try World.accepted(.test(.sockets(2)))
        world.charge(2)

        #expect(world.changeAvailability(0, .inoperative) == .scheduled)
        #expect([0, 1, 2].map { world.status($0) } == [.unavailable, .unavailable, .charging])
        #expect(world.changeAvailability(0, .operative) == .accepted)

        #expect([0, 1, 2].map { world.status($0) } == [.available, .available, .charging])
    }

    @Test func `is Accepted where it is so already, and Rejected for no connector`() throws {
        var world = try World.accepted()

        #expect(world.changeAvailability(1, .operative) == .accepted)
        #expect(world.changeAvailability(2, .inoperative) == .rejected)
    }

    @Test func `makes a plugged connector Preparing when it is back`() throws {
        var world = try World.accepted()
        world.plugIn()
        world.changeAvailability(1, .inoperative)
        world.forget()

        world.changeAvailability(1, .operative)

        #expect(world.statuses() == [.preparing])
    }

    @Test func `lets no card start`() throws {
        var world = try World.accepted()
        world.changeAvailability(1, .inoperative)

        world.charge()

        #expect(world.transaction() == nil)
    }
}

@Suite(.ocpp("5.18")) struct `UnlockConnector requests` {
    private func unlock(_ world: inout World, _ number: Int = 1) -> UnlockStatus? {
        let id = MessageId("unlock-\(world.reactions.count)")
        world.feed(.received(.call(id, .unlockConnector(UnlockConnector(connectorId: ConnectorId(number)))), CardLookup()))
        world.advance(.seconds(20))
        guard case .result(_, .unlockConnector(let confirmation))? = world.answer(to: id) else { return nil }
        return confirmation.status
    }

    @Test func `is Unlocked with and without a session`() throws {
        var world = try World.accepted()
        #expect(unlock(&world) == .unlocked)
        world.charge()

        #expect(unlock(&world) == .unlocked)
        #expect(world.chargePoint.view.connectors[0].lock == .unlocked)
    }

    @Test func `is UnlockFailed where the lock is stuck or says nothing`() throws {
        for lock in [Hardware.Lock.stuck, .silent] {
            var world = try World.accepted()
            world.charge()
            world.hardware[0].lock = lock

            #expect(unlock(&world) == .unlockFailed)
        }
    }

    @Test func `is UnlockFailed where the contactor is welded`() throws {
        var world = try World.accepted()
        world.charge()
        world.hardware[0].contactor = .welded

        #expect(unlock(&world) == .unlockFailed)
        #expect(world.chargePoint.view.connectors[0].lock == .locked)
    }

    @Test(.errata("3.87")) func `is NotSupported without a lock, or for no connector`() throws {
        var fixed = try World.accepted(.test(.cable))
        var world = try World.accepted()

        #expect(unlock(&fixed) == .notSupported)
        #expect(unlock(&world, 2) == .notSupported)
        #expect(unlock(&world, 0) == .notSupported)
    }
}

@Suite(.ocpp("5.17")) struct `TriggerMessage requests` {
    @Test func `answer first and send then`() throws {
        var world = try World.accepted()
        world.forget()

        world.trigger(.heartbeat)

        guard case .result? = world.sent.first, case .call(_, .heartbeat)? = world.sent.last else {
            Issue.record("\(world.sent)")
            return
        }
    }

    @Test(arguments: [(nil, [0, 1, 2]), (0, [0]), (2, [2])]) func `for statuses name their connectors`(number: Int?, told: [Int])
        throws
    {
        var world = try World.accepted(.test(.sockets(2)))
        world.forget()

        #expect(world.trigger(.statusNotification, number) == .accepted)

        #expect(world.notifications.map(\.connectorId.value) == told)
    }

    @Test(.errata("3.46")) func `for meter values send what MeterValuesSampledData names, as a trigger`() throws {
        var world = try World.accepted(keys: [.meterValuesSampledData: "Energy.Active.Import.Register,Voltage.L1"])
        world.charge()
        world.forget()

        #expect(world.trigger(.meterValues, 1) == .accepted)

        let values = try #require(world.meterValues.first)
        #expect(values.transactionId == 1)
        #expect(values.meterValue[0].sampledValue.map(\.measurand) == [.energyActiveImportRegister, .voltage])
        #expect(values.meterValue[0].sampledValue.allSatisfy { $0.context == .trigger })
    }

    @Test func `for meter values that do not exist are Rejected`() throws {
        var silent = try World.accepted()
        silent.hardware[0].meter = .silent
        silent.advance(.seconds(10))
        var empty = try World.accepted(keys: [.meterValuesSampledData: ""])

        #expect(silent.trigger(.meterValues) == .rejected)
        #expect(empty.trigger(.meterValues) == .rejected)
    }

    @Test func `for what has nothing to do with connectors ignore the one that is named`() throws {
        var world = try World.accepted()
        world.forget()

        #expect(world.trigger(.heartbeat, 99) == .accepted)

        #expect(world.calls.map(\.action) == [.heartbeat])
    }

    @Test func `for an unknown message are NotImplemented`() throws {
        var world = try World.accepted()
        world.forget()
        let frame = IncomingFrame.parse(#"[2,"7","TriggerMessage",{"requestedMessage":"Nonsense"}]"#)

        world.feed(.received(frame, CardLookup()))

        #expect(world.sent == [.result("7", .triggerMessage(.init(status: .notImplemented)))])
    }

    @Test func `for no connector are Rejected, for a profile that is off NotImplemented`() throws {
        var world = try World.accepted(keys: [.supportedFeatureProfiles: "Core,RemoteTrigger"])

        #expect(world.trigger(.statusNotification, 2) == .rejected)
        #expect(world.trigger(.meterValues, 2) == .rejected)
        #expect(world.trigger(.diagnosticsStatusNotification) == .notImplemented)
        #expect(world.trigger(.firmwareStatusNotification) == .notImplemented)
    }
}

@Suite struct `Other requests` {
    @Test(.ocpp("3.12"), .ocpp("4.3"), .ocpp("5.6")) func `DataTransfer is of an unknown vendor`() throws {
        var world = try World.accepted()

        #expect(
            world.confirmed(.dataTransfer(DataTransfer(vendorId: "com.example"))) == .dataTransfer(.init(status: .unknownVendorId)))
    }

    @Test(.ocpp("5.4"), .errata("3.23"), arguments: [("true", ClearCacheStatus.accepted), ("false", .rejected)])
    func `ClearCache needs a cache`(isEnabled: String, status: ClearCacheStatus) throws {
        var world = try World.accepted(keys: [.authorizationCacheEnabled: isEnabled])

        #expect(world.confirmed(.clearCache(ClearCache())) == .clearCache(.init(status: status)))
        #expect(world.records.contains(.cacheCleared) == (status == .accepted))
    }

    @Test(.ocpp("3.3"), .ocpp("9.1.29")) func `of a profile that the configuration switched off are NotSupported`() throws {
        var world = try World.accepted(keys: [.supportedFeatureProfiles: "Core"])

        guard case .error(_, let error)? = world.ask(.triggerMessage(TriggerMessage(requestedMessage: .heartbeat))) else {
            Issue.record("answered otherwise")
            return
        }

        #expect(error.code == .notSupported)
    }

    @Test func `that nobody understands get the CALLERROR that the parser found`() throws {
        var world = try World.accepted()
        world.forget()

        world.feed(.received(.refused("y", CallError(code: .notImplemented)), CardLookup()))

        #expect(world.sent == [.error("y", CallError(code: .notImplemented))])
    }

    @Test func `of the operator are answered under their number, once`() throws {
        var world = try World.accepted(.test(.sockets(2)))
        world.feed(.requested(.start(1, .card, CardLookup()), request: 7))
        world.feed(.requested(.start(9, .card, CardLookup()), request: 8))
        world.feed(.requested(.stop(1), request: 9))
        world.feed(.requested(.changeAvailability(2, .inoperative), request: 10))
        world.feed(.requested(.changeConfiguration(key: "HeartbeatInterval", value: "x"), request: 11))
        world.feed(.requested(.learnCard, request: 12))
        world.advance(.seconds(31))

        let numbers: [Int] = world.effects.compactMap { effect in
            if case .answer(_, let number) = effect { number } else { nil }
        }
        #expect(numbers == [7, 8, 9, 10, 11, 12])
    }

    @Test func `of the operator do not wait long for the Central System, whose word decides all the same`() throws {
        var world = try World.accepted()
        world.central.replies[.authorize] = [.silence]
        world.plugIn()
        world.feed(.requested(.start(1, .card, CardLookup()), request: 7))
        world.advance(.seconds(1))
        #expect(world.answers.isEmpty)
        world.advance(.seconds(1))
        #expect(world.answers == [.waiting])

        let id = try #require(world.outstanding?.id)
        let info = Payload(Authorize.Confirmation(idTagInfo: IdTagInfo(status: .accepted)))
        world.feed(.received(.result(id, info), CardLookup()))
        world.advance(.seconds(10))

        #expect(world.answers == [.waiting])
        #expect(world.starts.count == 1)
    }

    @Test func `of the operator are answered when the connection breaks meanwhile`() throws {
        var world = try World.accepted()
        world.central.replies[.authorize] = [.silence]
        world.feed(.requested(.start(1, .card, CardLookup()), request: 7))
        #expect(world.answers.isEmpty)

        world.connect()

        #expect(world.answers.count == 1)
    }

    @Test func `to learn a card take the next one`() throws {
        var world = try World.accepted()
        world.plugIn()
        world.feed(.requested(.learnCard, request: 3))

        world.present()

        #expect(world.answers == [.learnt(.card)])
        #expect(world.records.contains(.ownCardSaved(OwnCard(idTag: .card))))
        #expect(world.starts.isEmpty)
    }
}
