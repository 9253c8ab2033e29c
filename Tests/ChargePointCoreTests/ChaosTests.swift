import ChargePointCore
import OCPP
import Testing
import Units

/// Random worlds. What may never happen is judged in `World.feed`: statuses outside §4.9's table, closing before the record, two
/// CALLs at once, a second answer, a deadline that has passed, ticks without end.
@Suite struct `Whatever happens` {
    private static let cards: [IdToken] = [.card, .other, .colleague]

    private func act(_ world: inout World, _ numbers: inout SeededNumbers) {
        let number = Int.random(in: 1...2, using: &numbers)
        let isYes = Bool.random(using: &numbers)
        switch Int.random(in: 0..<24, using: &numbers) {
        case 0, 1: world.plugIn(number)
        case 2: world.unplug(number)
        case 3: world.unplugVehicle(number)
        case 4...7: world.present(Self.cards.randomElement(using: &numbers) ?? .card)
        case 8: world.setPilot(number, VehicleState.allCases.randomElement(using: &numbers) ?? .a)
        case 9: world.fault(BoardFault.Kind.allCases.randomElement(using: &numbers) ?? .otherError, at: isYes ? number : 0)
        case 10, 11: for kind in BoardFault.Kind.allCases { world.fault(kind, at: isYes ? number : 0, isActive: false) }
        case 12: world.changeAvailabilityIfConnected(isYes ? number : 0, .inoperative)
        case 13: world.changeAvailabilityIfConnected(isYes ? number : 0, .operative)
        case 14: if world.isLinkOpen { world.disconnect() }
        case 15, 16: if !world.isLinkOpen { world.connect() }
        case 17: if world.isLinkOpen { world.remoteStart(isYes ? number : nil) }
        case 18: if world.isLinkOpen, let id = world.transaction(number)?.transactionId { world.remoteStop(id) }
        case 19: if world.isLinkOpen { world.ask(.unlockConnector(UnlockConnector(connectorId: ConnectorId(number)))) }
        case 20: world.hardware[number - 1].meter = isYes ? .working : .silent
        case 21: world.central.isAnswering = isYes
        case 22: world.hardware[number - 1].obeysWithdrawal = isYes
        default: world.advance(.seconds(Int.random(in: 1...150, using: &numbers)))
        }
    }

    @Test(arguments: 1...30) func `the rules hold`(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let board = seed.isMultiple(of: 3) ? BoardProfile(model: "Test", connectors: [.cable(1), .cable(2)]) : .sockets(2)
        var world = try World.accepted(
            .test(board), keys: [.allowOfflineTxForUnknownId: "true", .meterValueSampleInterval: "30"], seed: seed)
        for _ in 0..<60 { act(&world, &numbers) }

        // Trouble ends: everything heals, and nothing is left over.
        world.central.isAnswering = true
        for number in 1...2 { world.hardware[number - 1].meter = .working }
        for number in 0...2 { for kind in BoardFault.Kind.allCases { world.fault(kind, at: number, isActive: false) } }
        if !world.isLinkOpen { world.connect() }
        for number in 1...2 { world.unplug(number) }
        world.changeAvailability(0, .operative)
        world.advance(.seconds(600))

        #expect([1, 2].map { world.status($0) } == [.available, .available])
        #expect(world.chargePoint.view.queue.queued == 0)
        #expect(world.judge.unanswered.isEmpty)
        #expect(world.sessions.allSatisfy { $0.stoppedAt != nil })
    }

    @Test(arguments: 1...5) func `the same seed is the same run`(seed: UInt64) throws {
        func run() throws -> [Reaction] {
            var numbers = SeededNumbers(seed: seed)
            var world = try World.accepted(.test(.sockets(2)), seed: seed)
            for _ in 0..<20 { act(&world, &numbers) }
            return world.reactions
        }

        #expect(try run() == run())
    }

    @Test(arguments: 1...15) func `no input traps`(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        var chargePoint = try World.accepted(.test(.sockets(2, hasLamp: true)), seed: seed).chargePoint
        var uptime = Duration.seconds(1000)
        for _ in 0..<400 {
            uptime += .milliseconds(Int.random(in: 0...20_000, using: &numbers))
            let moment = Moment(
                uptime: uptime, systemTime: Timestamp(seconds: Int64.random(in: -1_000_000_000...4_000_000_000, using: &numbers)),
                systemClock: Bool.random(using: &numbers) ? .synchronised : .unsynchronised, entropy: numbers.next())
            _ = chargePoint.handle(Strange.input(&numbers), at: moment)
            if let deadline = chargePoint.deadline { #expect(deadline > uptime) }
            _ = chargePoint.view
        }
    }
}

extension World {
    mutating func changeAvailabilityIfConnected(_ number: Int, _ type: AvailabilityType) {
        if isLinkOpen { changeAvailability(number, type) }
    }
}

/// Inputs that no shell should make.
private enum Strange {
    static let integers = [Int.min, -1, 0, 1, 2, 3, 1000, Int.max]
    static let doubles = [-Double.infinity, -1, 0, 3.14159, 1e300, .infinity, .nan]

    static func input(_ numbers: inout SeededNumbers) -> Input {
        func pick<T>(_ values: [T], _ numbers: inout SeededNumbers) -> T { values[Int.random(in: values.indices, using: &numbers)] }
        let number = Int.random(in: 0..<4, using: &numbers) == 0 ? pick(integers, &numbers) : Int.random(in: 0...2, using: &numbers)
        let connector = ConnectorId(exactly: number) ?? 9
        switch Int.random(in: 0..<20, using: &numbers) {
        case 0: return .started
        case 1: return .board(.cable(connector: number, isPlugged: Bool.random(using: &numbers)))
        case 2, 3: return .board(.pilot(connector: number, pick(VehicleState.allCases, &numbers)))
        case 4: return .board(.contactor(connector: number, pick([.open, .closed, .welded, .stuckOpen], &numbers)))
        case 5: return .board(.lock(connector: number, pick([.unlocked, .locked, .stuck], &numbers)))
        case 6:
            let reading = MeterReading(
                energyImport: WattHours(pick(integers, &numbers)), energyExport: WattHours(pick(integers, &numbers)),
                power: Watts(pick(doubles, &numbers)), current: [Amperes(pick(doubles, &numbers)), 0, 0, 0, 0],
                voltage: [Volts(pick(doubles, &numbers))], stateOfCharge: pick(doubles, &numbers))
            return .board(.meter(connector: number, reading))
        case 7: return .board(.meterFailed(connector: number, reason: ""))
        case 8:
            let fault = BoardFault(pick(BoardFault.Kind.allCases, &numbers), info: String(repeating: "é", count: 300))
            return .board(.fault(connector: number, fault, isActive: Bool.random(using: &numbers)))
        case 9:
            return .cardPresented(
                pick([.card, .other, ""], &numbers), CardLookup(), connectors: pick([nil, [], [9], [1]], &numbers))
        case 10: return .linkOpened
        case 11: return .linkClosed
        case 12: return .linkAlive
        case 13: return .queueHead(nil, QueueCounts(queued: pick([-1, 0, 5], &numbers), parked: 0))
        case 14: return pick([.storageFailed(""), .storageRecovered], &numbers)
        case 15: return .requested(.start(connector, .card, CardLookup()), request: number)
        case 16:
            return .requested(pick([.learnCard, .stop(connector), .unlock(connector), .resend(Int64.max)], &numbers), request: 1)
        case 17: return pick([.shutdown, .tick, .tick, .tick], &numbers)
        case 18: return .received(.call("x", pick(requests(connector), &numbers)), CardLookup())
        default: return .received(IncomingFrame.parse("[3,\"x\",{}]"), CardLookup())
        }
    }

    static func requests(_ connector: ConnectorId) -> [CentralSystemRequest] {
        [
            .reset(Reset(type: .soft)), .changeAvailability(ChangeAvailability(connectorId: connector, type: .inoperative)),
            .unlockConnector(UnlockConnector(connectorId: connector)), .getConfiguration(GetConfiguration()),
            .remoteStartTransaction(RemoteStartTransaction(connectorId: connector, idTag: "")),
            .remoteStopTransaction(RemoteStopTransaction(transactionId: Int.min)),
            .triggerMessage(TriggerMessage(requestedMessage: .meterValues, connectorId: connector)),
            .reserveNow(
                ReserveNow(
                    connectorId: connector, expiryDate: Timestamp(seconds: 253_402_300_799), idTag: .other, reservationId: Int.min)),
            .cancelReservation(CancelReservation(reservationId: Int.min)), .getLocalListVersion(GetLocalListVersion()),
            .sendLocalList(
                SendLocalList(
                    listVersion: Int.max, localAuthorizationList: [AuthorizationData(idTag: "", idTagInfo: nil)],
                    updateType: .differential)),
            .changeConfiguration(ChangeConfiguration(key: "ClockAlignedDataInterval", value: "1")),
            .changeConfiguration(ChangeConfiguration(key: "MeterValueSampleInterval", value: "2147483647")),
        ]
    }
}
