import BoardSupport
import ChargePointCore
import OCPP
import SimulatedBoard
import Units

// What drivers, vehicles, operators, the Central System and bad luck do.
extension World {
    func act() {
        let id = ConnectorId(1 + numbers.below(board.connectors.count))
        switch numbers.below(12) {
        case 0, 1, 2: plugOrUnplug(id)
        case 3, 4, 5:
            // One reader for all, or a reader at each connector.
            guard board.reader?.failure == nil else { break }
            presentCard(numbers.pick(SimulatedCentralSystem.cards), at: numbers.chance(0.2) ? [id] : nil)
        case 6:
            let wantsEnergy = numbers.chance(0.6)
            change(id) { $0.setVehicle(wantsEnergy: wantsEnergy) }
        case 7: askAsOperator(id)
        case 8: cutOrStall()
        case 9:
            let current: Amperes? = numbers.chance(0.5) ? 40 : nil
            change(id) { connector in
                do { try connector.setOverdraw(current) } catch { return [] }
                return []
            }
        default: break
        }
        if numbers.chance(troubles[.centralSystemRequest]) { askAsCentralSystem() }
        if changesCredentials, troubles[.centralSystemRequest] > 0, numbers.chance(0.02) { changeCredentials() }
        perhapsAskForFirmware()
        if numbers.chance(troubles[.garbage]) {
            sendToChargePoint(SimulatedCentralSystem.garbage(&numbers), connection: link.connection)
        }
        breakSomething(id)
        // Where there is none of it, nothing is drawn for it either.
        if troubles[.chargingProfile] > 0, numbers.chance(troubles[.chargingProfile]) { askForLimits() }
    }

    private func askForLimits() {
        guard link.state != .closed else { return }
        let time = clock.trueTime + centralSystem.clockError
        let text = centralSystem.smartChargingRequest(connectors: board.connectors.count, time: time, &numbers)
        sendToChargePoint(text, connection: link.connection)
    }

    private func plugOrUnplug(_ id: ConnectorId) {
        let isConnected = board.connectors[id.value - 1].vehicle.isConnected
        if isConnected { return change(id) { $0.unplug() } }
        change(id) { connector in
            // A locked outlet takes no plug.
            do { return try connector.plug() } catch { return [] }
        }
    }

    func presentCard(_ idTag: IdToken, at connectors: [ConnectorId]? = nil) {
        inbox.append(.cardPresented(idTag, lookUp(idTag), connectors: connectors))
    }

    private func askAsOperator(_ id: ConnectorId) {
        let idTag = numbers.pick(SimulatedCentralSystem.cards)
        let request: OperatorRequest
        if numbers.chance(0.03) { return inbox.append(.shutdown) }
        switch numbers.below(9) {
        case 0: request = .start(id, idTag, lookUp(idTag))
        case 1: request = .stop(id)
        case 2: request = .unlock(id)
        case 3: request = .changeAvailability(id, numbers.chance(0.3) ? .inoperative : .operative)
        case 4: request = .saveCard(OwnCard(idTag: idTag))
        case 5: request = .learnCard
        case 6: return resendParked()
        case 7: request = .start(9, idTag, lookUp(idTag))
        default:
            let (key, value) = SimulatedConfiguration.change(&numbers)
            request = .changeConfiguration(key: key, value: value)
        }
        ask(request)
    }

    func resendParked() {
        let entries: [QueueEntry]
        do { entries = try store.queueEntries(limit: 10_000) } catch { return trace.note("\(error)", at: clock.elapsed) }
        // A parked start takes its session along.
        for entry in entries where entry.isParked { ask(.resend(entry.id)) }
    }

    func ask(_ request: OperatorRequest) {
        operatorRequests += 1
        inbox.append(.requested(request, request: operatorRequests))
    }

    private func askAsCentralSystem() {
        guard link.state != .closed else { return }
        let (_, text) = centralSystem.nextRequest(
            connectors: board.connectors.count, time: clock.trueTime + centralSystem.clockError, &numbers)
        sendToChargePoint(text, connection: link.connection)
        if numbers.chance(troubles[.repeatedAnswer] * 0.2) { sendToChargePoint(text, connection: link.connection) }
    }

    private func cutOrStall() {
        if numbers.chance(troubles[.cut] * 5) { disconnect() }
        if numbers.chance(troubles[.halfOpen] * 5), link.state == .open {
            link.goHalfOpen()
            agenda.plan(.giveUp(connection: link.connection), at: clock.elapsed + numbers.seconds(60...300))
        }
    }

    private func breakSomething(_ id: ConnectorId) {
        let isOver = numbers.chance(0.6)
        if numbers.chance(troubles[.boardFault]) {
            let fault = BoardFault(numbers.pick(BoardFault.Kind.allCases), info: "simulated")
            setFault(numbers.chance(0.3) ? 0 : id.value, fault, isActive: !isOver)
        }
        if numbers.chance(troubles[.contactorFailure]) {
            let failure: SimulatedContactorFailure? = isOver ? nil : numbers.pick([.welded, .stuckOpen])
            change(id) { $0.setContactorFailure(failure) }
        }
        if numbers.chance(troubles[.lockFailure]) { setLock(id, isOver ? nil : numbers.pick([.stuck, .released])) }
        breakMeter(id, isOver: isOver)
        if numbers.chance(troubles[.readerFailure]) { setReader(isOver ? nil : numbers.pick([.gone, .hung])) }
        if numbers.chance(troubles[.pilotFault]) {
            let fault: SimulatedPilotFault? =
                isOver ? nil : numbers.pick([.diodeFault, .state(.e), .state(.f), .state(.a), .state(.d)])
            change(id) { $0.setPilot(fault) }
        }
        if numbers.chance(troubles[.clockJump]) { clock.jump(&numbers) }
    }

    /// The Central System changes with what it wants to be connected to.
    private func changeCredentials() {
        guard link.state == .open, let (id, change) = admission.nextChange(&numbers) else { return }
        let text = "[2,\"\(id)\",\"ChangeConfiguration\",\(Payload(change).text)]"
        sendToChargePoint(text, connection: link.connection)
    }

    private func breakMeter(_ id: ConnectorId, isOver: Bool) {
        let isInPlace = !meters[id.value - 1].isBeingReplaced
        if numbers.chance(troubles[.silentMeter]), isInPlace { setMeter(id, isSilent: !isOver) }
        if numbers.chance(troubles[.falseMeter]) {
            meters[id.value - 1].kind = isOver ? nil : numbers.pick(MeterTrouble.Kind.allCases)
        }
        if numbers.chance(troubles[.replacedMeter]), isInPlace { replaceMeter(id) }
    }

    private func setReader(_ failure: SimulatedReaderFailure?) {
        do { report(try board.setReader(failure)) } catch { trace.note("\(error)", at: clock.elapsed) }
    }

    func repairReader() { setReader(nil) }

    func setFault(_ number: Int, _ fault: BoardFault, isActive: Bool) {
        do { report(try board.setFault(connector: number, fault, isActive: isActive)) } catch {
            trace.note("\(error)", at: clock.elapsed)
        }
    }

    /// Where there is a lock.
    func setLock(_ id: ConnectorId, _ failure: SimulatedLockFailure?) {
        change(id) { connector in do { return try connector.setLock(failure) } catch { return [] } }
    }

    /// Where there is a meter.
    func setMeter(_ id: ConnectorId, isSilent: Bool) {
        change(id) { connector in
            do { try connector.setMeter(isSilent: isSilent, register: nil) } catch { return [] }
            return []
        }
    }
}
