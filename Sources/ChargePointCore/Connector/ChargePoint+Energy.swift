import OCPP
import Units

// Offer, lock and contactor follow the facts. Opening comes first and waits for nothing; closing needs everything to hold.
extension ChargePoint {
    /// How long a vehicle may take to stop drawing before the contactor opens under load (IEC 61851-1: 3 s, with a margin).
    static let withdrawTimeOut = Duration.seconds(6)
    /// Without the auxiliary contact's answer for so long after opening, the end no longer waits for it.
    static let openFeedbackTimeOut = Duration.seconds(2)
    /// How long after the interlock's veto closing is tried again.
    static let recloseDelay = Duration.seconds(10)

    mutating func driveEnergy(_ index: Int) {
        offer(index, currentToOffer(index))
        lockOrUnlock(index)
        if mustOpen(index) { openContactor(index) } else if mayClose(index) { closeContactor(index) }
        signalFault(index)
    }

    /// Whether a session runs here that may have energy, as far as anything but the amount is concerned.
    func mayOffer(_ index: Int) -> Bool {
        let connector = connectors[index]
        guard let transaction = connector.transaction, transaction.ending == nil, !transaction.isRestored, !connector.isFaulted,
            !connector.isSuspendedByFault, processEnd == nil, connector.rating != nil
        else { return false }
        guard let deauthorised = transaction.deauthorised else { return true }
        return deauthorised.until.map { transaction.lastRegister < $0 } ?? false
    }

    /// Current that the connector may offer now, the lowest of cable, board and charging profiles; nil: none.
    private func currentToOffer(_ index: Int) -> Amperes? {
        guard mayOffer(index) else { return nil }
        if let allotment = connectors[index].allotment { return allotment.current }
        return connectors[index].rating?.current
    }

    private mutating func offer(_ index: Int, _ current: Amperes?) {
        guard connectors[index].command.offer != current else { return }
        noteLowering(index, to: current)
        connectors[index].command.offer = current
        connectors[index].overdrawSince = nil
        connectors[index].command.withdrawnAt = current == nil && connectors[index].command.isClosed ? now.uptime : nil
        // State F offers nothing either, and an offer would end it.
        if current == nil, connectors[index].isFaulted { return }
        connectors[index].command.isFaultSignalled = false
        out.then.append(.offer(connectors[index].id, current))
    }

    /// What the vehicle may still take while it follows the lower offer.
    private mutating func noteLowering(_ index: Int, to current: Amperes?) {
        let command = connectors[index].command
        guard command.isClosed, let before = command.offer, current ?? 0 < before else { return }
        let earlier = command.eased.map { now.uptime < $0.until ? $0.current : 0 } ?? 0
        connectors[index].command.eased = Connector.Command.Eased(
            current: max(before, earlier), until: now.uptime + Self.followTime)
    }

    private mutating func lockOrUnlock(_ index: Int) {
        let connector = connectors[index]
        guard connector.lock != nil else { return }
        let wanted = connector.transaction != nil || (connector.lockedFor != nil && connector.isPlugged)
        if wanted && !connector.command.isLocked {
            connectors[index].command.isLocked = true
            out.then.append(.lock(connector.id))
        } else if !wanted && connector.command.isLocked && connector.isProvenOpen {
            // Unlocked only when proven open: a weld keeps the plug.
            connectors[index].command.isLocked = false
            out.then.append(.unlock(connector.id))
        }
    }

    /// The outlet carries no voltage as far as anybody can tell.
    func isDead(_ index: Int) -> Bool {
        let connector = connectors[index]
        if connector.command.isClosed { return false }
        switch connector.contactor {
        case .open, .stuckOpen: return true
        // The end of the session is recorded nevertheless; the lock and the connector stay shut.
        case .welded: return connector.transaction?.ending != nil
        case .closed: return connector.command.openedAt.map { now.uptime >= $0 + Self.openFeedbackTimeOut } ?? false
        }
    }

    private func mustOpen(_ index: Int) -> Bool {
        let connector = connectors[index]
        guard connector.command.isClosed else { return false }
        guard let transaction = connector.transaction, connector.asksForEnergy, connector.isPlugged, connector.isPlugHeld,
            !connector.isFaulted, !(transaction.ending?.isForced ?? false)
        else { return true }
        guard let withdrawnAt = connector.command.withdrawnAt else { return false }
        if now.uptime >= withdrawnAt + Self.withdrawTimeOut { return true }
        // "open at zero current": the reading must be from after the withdrawal.
        guard connector.meter.readAt > withdrawnAt, let power = connector.meter.latest?.power else { return false }
        return power <= 0
    }

    /// Everything that closing requires: a durable transaction (its record goes before this in the same reaction), a vehicle that asks,
    /// the lock confirmed, the contactor proven open before, no fault. A cable whose rating is not known, and availability before the
    /// session, are in the offer. The residual-current device's self-test is the driver's: it closes only after that has passed.
    private func mayClose(_ index: Int) -> Bool {
        let connector = connectors[index]
        return connector.transaction != nil && connector.command.offer != nil && !connector.command.isClosed
            && connector.asksForEnergy && connector.isPlugged && connector.isPlugHeld
            && connector.contactor == .open && !connector.isFaulted && now.uptime >= connector.command.closeNotBefore ?? .zero
    }

    mutating func openContactor(_ index: Int) {
        out.now.append(.openContactor(connectors[index].id))
        // A close that is still in this reaction must not follow the opening.
        out.then.removeAll { $0 == .closeContactor(connectors[index].id) }
        let isClosed = connectors[index].command.isClosed
        if isClosed || connectors[index].command.openedAt == nil { connectors[index].command.openedAt = now.uptime }
        connectors[index].command.isClosed = false
        connectors[index].command.withdrawnAt = nil
        connectors[index].command.closeNotBefore = nil
    }

    /// Nobody here told it to: the interlock opened the contactor, or did not let it close. What it senses and nobody reports may pass,
    /// so closing is tried again, but not at once.
    mutating func interlockOpened(_ index: Int) {
        connectors[index].command.isClosed = false
        connectors[index].command.openedAt = now.uptime
        connectors[index].command.withdrawnAt = nil
        connectors[index].command.closeNotBefore = now.uptime + Self.recloseDelay
        log(.warning, "connector \(connectors[index].id): the contactor is open although it was told to close")
    }

    private mutating func closeContactor(_ index: Int) {
        connectors[index].command.closeNotBefore = nil
        connectors[index].command.isClosed = true
        connectors[index].command.openedAt = nil
        out.then.append(.closeContactor(connectors[index].id))
    }

    /// State F tells the vehicle of a fault; the next offer ends it.
    private mutating func signalFault(_ index: Int) {
        let connector = connectors[index]
        if connector.isFaulted && !connector.command.isFaultSignalled {
            connectors[index].command.isFaultSignalled = true
            out.now.append(.signalFault(connector.id))
        } else if !connector.isFaulted && connector.command.isFaultSignalled {
            connectors[index].command.isFaultSignalled = false
            out.then.append(.offer(connector.id, connector.command.offer))
        }
    }
}
