import OCPP
import Units

// What the hardware says becomes facts here; what follows from the facts is decided elsewhere.
extension ChargePoint {
    mutating func take(_ event: BoardEvent) {
        switch event {
        case .cable(let number, let isPlugged): update(number) { $0.isPlugged = isPlugged }
        case .pilot(let number, let state): update(number) { $0.vehicle = state }
        case .proximity(let number, let rating): update(number) { $0.cable = rating }
        case .contactor(let number, let state): contactorSaid(number, state)
        case .lock(let number, let state): lockSaid(number, state)
        case .meter(let number, let reading): meterRead(number, reading)
        case .meterFailed(let number, let reason): meterFailed(number, reason)
        case .fault(let number, let fault, let isActive): faultChanged(number, fault, isActive)
        case .reader(let failure):
            readerFailure = failure
            set(BoardFault(.readerFailure, info: failure), isActive: failure != nil, in: &faults)
            log(failure == nil ? .notice : .error, failure.map { "card reader: \($0)" } ?? "the card reader is back")
        case .button(let number): stopAtButton(number)
        case .card:
            // The shell looks a card up first and hands it in as `cardPresented`.
            break
        }
    }

    /// Changes plug or pilot and draws the consequences of a vehicle that came or went.
    private mutating func update(_ number: Int, _ change: (inout Connector) -> Void) {
        guard let id = ConnectorId(exactly: number), let index = index(id) else { return }
        let before = connectors[index]
        change(&connectors[index])
        let after = connectors[index]
        if !before.isPlugged && after.isPlugged && after.usage == .idle && after.transaction == nil {
            connectors[index].usage = .preparing(since: now.uptime)
        }
        if before.vehicle.asksForEnergy != after.vehicle.asksForEnergy, after.command.offer != nil {
            connectors[index].transaction?.contentSince = after.vehicle.asksForEnergy ? nil : now.uptime
        }
        if !before.isConnected && after.isConnected { vehicleCame(index) }
        if before.isConnected && !after.isConnected { vehicleWent(index) }
        if before.isPlugged && !after.isPlugged { plugLeft(index) }
    }

    private mutating func vehicleCame(_ index: Int) {
        if connectors[index].transaction == nil {
            // A register may be set at plug-in: a session begins with one that was read after it.
            connectors[index].meter.isAwaited = false
            readMeter(index)
        }
        guard case .none = connectors[index].session else { return }
        let id = connectors[index].id
        if connectors[index].usage == .idle { connectors[index].usage = .preparing(since: now.uptime) }
        // A card was accepted for any of several connectors: the one where the plug comes is meant.
        if mayStart(index) == nil,
            let waiting = connectors.firstIndex(where: { connector in
                guard let authorisation = connector.authorisation, !connector.isConnected else { return false }
                return authorisation.connectors.contains(id) && connectorRefusal(index, Claimant(authorisation)) == nil
            })
        {
            connectors[index].session = connectors[waiting].session
            connectors[waiting].session = .none
            connectors[waiting].usage = connectors[waiting].isPlugged ? .ended : .idle
        } else {
            vendFreely(index)
        }
    }

    mutating func vendFreely(_ index: Int) {
        guard let idTag = settings.freeVendIdTag, situation != .neverAccepted,
            mayStart(index, Claimant(idTag, group: .decided(nil))) == nil
        else { return }
        connectors[index].session = .authorised(
            Authorisation(idTag: idTag, parentIdTag: nil, isOffline: situation != .online, connectors: [connectors[index].id]))
    }

    /// The cable was pulled at the vehicle, or with it at the charge point.
    private mutating func vehicleWent(_ index: Int) {
        openContactor(index)
        connectors[index].faults.removeAll { $0.vendorErrorCode == BoardFault.overdraw.vendorErrorCode }
        switch connectors[index].session {
        case .none: break
        case .authorised:
            // B1: the plug went before anything began; whoever comes next needs a card of their own.
            connectors[index].session = .none
            connectors[index].usage = connectors[index].isPlugged ? .ended : .idle
        case .active(let transaction):
            guard transaction.ending == nil, !transaction.isRestored else { return }
            // "When set to true, the Charge Point SHALL administratively stop the transaction when the cable is unplugged from the EV."
            if configuration.boolean(.stopTransactionOnEVSideDisconnect) { stop(index, .evDisconnected) }
        }
    }

    private mutating func plugLeft(_ index: Int) {
        connectors[index].lockedFor = nil
        connectors[index].cable = .noCable
        if connectors[index].transaction == nil {
            // B1, also for a card that was accepted before the cable had a vehicle.
            connectors[index].session = .none
            connectors[index].usage = .idle
        }
        clearContactorFault(index)
    }

    private mutating func contactorSaid(_ number: Int, _ state: ContactorState) {
        guard let id = ConnectorId(exactly: number), let index = index(id) else { return }
        let isNews = connectors[index].contactor != state
        connectors[index].contactor = state
        switch state {
        case .open:
            if connectors[index].command.isClosed { interlockOpened(index) }
            if !connectors[index].isPlugged { clearContactorFault(index) }
        case .closed: if !connectors[index].command.isClosed { openContactor(index) }
        case .welded:
            // Said again it changes nothing: each opening is answered like this.
            guard isNews else { return }
            faultChanged(number, BoardFault(.powerSwitchFailure, info: "contactor welded: the outlet may be live"), true)
        case .stuckOpen:
            connectors[index].command.isClosed = false
            faultChanged(number, BoardFault(.powerSwitchFailure, info: "contactor does not close"), true)
        }
    }

    /// A contactor that failed stays locked out until it is proven open and the vehicle is gone: no retry, no flapping.
    private mutating func clearContactorFault(_ index: Int) {
        guard connectors[index].contactor == .open else { return }
        connectors[index].faults.removeAll(where: \.isOfContactor)
    }

    private mutating func lockSaid(_ number: Int, _ state: LockState) {
        guard let id = ConnectorId(exactly: number), let index = index(id) else { return }
        let before = connectors[index].lock
        connectors[index].lock = state
        // A bolt that was stuck and moves again, or moved by itself, is where nobody wants it: the motor is told once more.
        if state != before && state != .stuck && before != (connectors[index].command.isLocked ? .unlocked : .locked) {
            connectors[index].command.isLocked = state == .locked
        }
        let fault = BoardFault(.connectorLockFailure, info: "the plug lock does not follow")
        set(fault, isActive: state == .stuck, in: &connectors[index].faults)
    }

    /// Who stands at the charge point may always stop what it does (Reason Local, OCPP 1.6 §7.36), as the emergency stop shows.
    private mutating func stopAtButton(_ number: Int) {
        for index in connectors.indices where number == 0 || connectors[index].id.value == number { stop(index, .local) }
    }

    mutating func faultChanged(_ number: Int, _ fault: BoardFault, _ isActive: Bool) {
        guard let id = ConnectorId(exactly: number) else { return }
        let isTamper = fault.isTamper && isActive && !isKnown(fault, id)
        if isTamper { report(.tamperDetectionActivated, info: fault.info ?? fault.vendorErrorCode) }
        if id == .chargePoint {
            set(fault, isActive: isActive, in: &faults)
            // What strikes the whole charge point strikes every connector, and is not mixed up with the connector's own.
            for index in connectors.indices where fault.isBlocking || fault.suspends {
                set(fault, isActive: isActive, in: &connectors[index].commonFaults)
                if isActive { faultBegan(index, fault) }
            }
        } else if let index = index(id) {
            set(fault, isActive: isActive, in: &connectors[index].faults)
            if isActive { faultBegan(index, fault) }
        }
        log(
            isActive ? .error : .notice,
            "connector \(number): \(fault.kind.rawValue) \(isActive ? "occurred" : "is over")\(fault.info.map { ": \($0)" } ?? "")")
    }

    private func isKnown(_ fault: BoardFault, _ id: ConnectorId) -> Bool {
        let known = id == .chargePoint ? faults : index(id).map { connectors[$0].faults } ?? []
        return known.contains { $0.kind == fault.kind && $0.vendorErrorCode == fault.vendorErrorCode }
    }

    private mutating func faultBegan(_ index: Int, _ fault: BoardFault) {
        guard fault.isBlocking || fault.suspends else { return }
        if connectors[index].isFaulted || connectors[index].isSuspendedByFault { openContactor(index) }
        if let reason = fault.stopReason { stop(index, reason, isForced: true) }
    }

    /// Kind and vendor's code tell faults apart; what ends without a code ends with any. What the contactor said only the contactor
    /// ends.
    private func set(_ fault: BoardFault, isActive: Bool, in faults: inout [BoardFault]) {
        faults.removeAll { old in
            old.kind == fault.kind && old.isOfContactor == fault.isOfContactor
                && (old.vendorErrorCode == fault.vendorErrorCode || !isActive && fault.vendorErrorCode == nil)
        }
        if isActive { faults.append(fault) }
    }
}
