import ChargePointCore
import OCPP
import SimulatedBoard
import Units

// The second half of a world's life: everything works again, and what was promised has to come true.
extension World {
    /// - Throws: `.violation` when something that should happen by now does not.
    func heal() throws(Interruption) {
        trace.note("everything is in order from here", at: clock.elapsed)
        repair()
        try demandLink()
        try pass(.seconds(120))
        try observe(.calm)
        cancelReservations()
        for connector in board.connectors { ask(.changeAvailability(ConnectorId(connector.id), .operative)) }
        ask(.changeAvailability(.chargePoint, .operative))
        try pass(.seconds(60))
        try clearProfiles()
        try demandEnergy()
        try endSessions()
        try deliver()
        for connector in board.connectors { try demandService(ConnectorId(connector.id)) }
        try deliver()
        try observe(.healed)
    }

    /// Whatever was changed, refused, lost or cut off: with some of its credentials it is let in again.
    private func demandLink() throws(Interruption) {
        guard settings.hasCentralSystem else { return }
        let isBack = { self.view.isLinkOpen && self.view.registration == .accepted }
        try pass(.seconds(1800), until: isBack)
        guard isBack() else {
            throw .violation(
                Violation("link", "the charge point does not come back: it tries \(credentials), allowed are \(admission)"))
        }
    }

    private func repair() {
        troubles = .none
        centralSystem.troubles = .none
        clock.synchronise()
        disconnect()
        repairReader()
        // Without it a card that nobody follows up would keep its connector for ever.
        ask(.changeConfiguration(key: "ConnectionTimeOut", value: "30"))
        for number in 0...board.connectors.count {
            for kind in BoardFault.Kind.allCases { setFault(number, BoardFault(kind), isActive: false) }
        }
        for connector in board.connectors {
            let id = ConnectorId(connector.id)
            change(id) { $0.setContactorFailure(nil) }
            change(id) { $0.setPilot(nil) }
            change(id) { $0.setVehicle(wantsEnergy: true) }
            // A vehicle that goes on drawing more than it is offered is cut off, and rightly gets nothing.
            change(id) { connector in
                do { try connector.setOverdraw(nil) } catch { return [] }
                return []
            }
            setLock(id, nil)
            setMeter(id, isSilent: false)
            meters[connector.id - 1] = MeterTrouble()
        }
    }

    /// What limits is taken away before energy is demanded.
    private func clearProfiles() throws(Interruption) {
        for _ in 0..<20 where !ledger.profiles.isEmpty {
            sendToChargePoint(centralSystem.call(ClearChargingProfile()).text, connection: link.connection)
            try pass(.seconds(30)) { ledger.profiles.isEmpty }
        }
        guard ledger.profiles.isEmpty else {
            throw .violation(Violation("liveness", "charging profiles are not cleared: \(ledger.profiles.map(\.id))"))
        }
        try pass(.seconds(30))
    }

    /// Whoever a connector is kept for does not come.
    private func cancelReservations() {
        for reservation in view.reservations {
            let (_, text) = centralSystem.call(CancelReservation(reservationId: reservation.id))
            sendToChargePoint(text, connection: link.connection)
        }
    }

    /// A vehicle that asks, in a transaction that offers, gets energy.
    private func demandEnergy() throws(Interruption) {
        for (connector, view) in zip(board.connectors, view.connectors) {
            guard view.status == .suspendedEV, connector.vehicleState.asksForEnergy else { continue }
            // A contactor that failed is locked out until its vehicle has gone, and says so.
            throw .violation(Violation("liveness", "connector \(view.id) gives no energy although all is in order: \(view)"))
        }
    }

    private func endSessions() throws(Interruption) {
        for connector in board.connectors { change(ConnectorId(connector.id)) { $0.unplug() } }
        try pass(.seconds(60)) { isFree }
        for view in view.connectors where view.transaction != nil { ask(.stop(view.id)) }
        try pass(.seconds(60)) { isFree }
        // Plugs that are held for somebody's card.
        for connector in board.connectors where connector.isPlugged { ask(.unlock(ConnectorId(connector.id))) }
        try pass(.seconds(60)) { isFree }
        try settleFirmware()
        for view in view.connectors where view.transaction != nil || view.status != .available {
            throw .violation(Violation("liveness", "connector \(view.id) does not become free: \(view)"))
        }
    }

    /// An update that is under way comes to an end, or waits for a time that is far away.
    private func settleFirmware() throws(Interruption) {
        var isSettled: Bool {
            switch view.firmware?.stage {
            case .scheduled, .ended, nil: true
            case .downloading, .paused, .downloaded, .ready, .installing, .restarting: false
            }
        }
        try pass(.seconds(7200)) { isSettled }
        // A machine that restarts may stay away for as long as that.
        try pass(.seconds(600)) { isSettled }
        guard isSettled else { throw .violation(Violation("firmware", "an update is stuck: \(String(describing: view.firmware))")) }
        try pass(.seconds(60)) { isFree }
    }

    private var isFree: Bool { view.connectors.allSatisfy { $0.transaction == nil && $0.status == .available } }

    /// Every message gets through, parked ones once somebody asks for it.
    private func deliver() throws(Interruption) {
        resendParked()
        for _ in 0..<60 {
            try pass(.seconds(30)) { ledger.head == nil }
            guard ledger.head != nil else { return }
        }
        throw .violation(Violation("liveness", "the queue is not delivered: \(view.queue), link open \(view.isLinkOpen)"))
    }

    /// Whoever comes now can charge and leave again.
    private func demandService(_ id: ConnectorId) throws(Interruption) {
        ask(.saveCard(OwnCard(idTag: "CARD-3")))
        change(id) { connector in do { return try connector.plug() } catch { return [] } }
        try pass(.seconds(5))
        ask(.start(id, "CARD-3", lookUp("CARD-3")))
        try pass(.seconds(90)) { view.connectors[id.value - 1].status == .charging }
        try pass(.seconds(15))
        let connector = view.connectors[id.value - 1]
        guard connector.status == .charging, board.connectors[id.value - 1].contactor.state == .closed else {
            throw .violation(Violation("liveness", "a new session at connector \(id) does not charge: \(connector)"))
        }
        ask(.stop(id))
        try pass(.seconds(30)) { view.connectors[id.value - 1].transaction == nil }
        change(id) { $0.unplug() }
        try pass(.seconds(10))
        let after = view.connectors[id.value - 1]
        guard after.status == .available, after.transaction == nil else {
            throw .violation(Violation("liveness", "connector \(id) is not free after a session: \(after)"))
        }
    }
}
