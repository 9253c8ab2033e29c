import OCPP
import Units

// Reservations (OCPP 1.6 §3.11, §5.1, §5.13). One of a connector is a fact of that connector; those of connector 0 keep as many
// connectors free as there are of them. Expiry is wall-clock time, looked at anew in every step: before the clock is known its
// guess counts, which is never before the last record, so a reservation lasts at most as long as it had left then.
extension ChargePoint {
    var reservations: [Reservation] { connectors.compactMap(\.reservation) + commonReservations }

    mutating func reserveNow(_ request: ReserveNow, _ id: MessageId) {
        let status = reservationStatus(request)
        if status == .accepted {
            drop(request.reservationId)
            let reservation = Reservation(request)
            if let index = index(request.connectorId) {
                connectors[index].reservation = reservation
            } else {
                commonReservations.append(reservation)
            }
            record(.reservationMade(reservation))
            log(.notice, "connector \(request.connectorId) is reserved until \(request.expiryDate)")
        }
        reply(id, .reserveNow(.init(status: status)))
    }

    mutating func cancelReservation(_ request: CancelReservation, _ id: MessageId) {
        guard let reservation = reservations.first(where: { $0.id == request.reservationId }) else {
            return reply(id, .cancelReservation(.init(status: .rejected)))
        }
        reply(id, .cancelReservation(.init(status: .accepted)))
        end(reservation, "is cancelled")
    }

    // MARK: Whether one can be made

    private func reservationStatus(_ request: ReserveNow) -> ReservationStatus {
        guard request.expiryDate > clock.now(now), request.connectorId == .chargePoint || index(request.connectorId) != nil else {
            return .rejected
        }
        // "If the reservationId in the request matches a reservation in the Charge Point, then the Charge Point SHALL replace that
        // reservation": what it kept is free for the new one.
        var charger = self
        charger.drop(request.reservationId)
        let isRenewed = reservations.contains { $0.id == request.reservationId && $0.connectorId == request.connectorId }
        guard let index = index(request.connectorId) else { return charger.commonReservationStatus(isRenewed: isRenewed) }
        switch charger.status(index) {
        case .faulted: return .faulted
        case .unavailable: return .unavailable
        case .available:
            return charger.spare(without: index) >= charger.commonReservations.count || isRenewed ? .accepted : .occupied
        // "SHALL also return 'Occupied' when the Charge Point or connector has been reserved for the same or another idTag."
        case .preparing, .charging, .suspendedEV, .suspendedEVSE, .finishing, .reserved: return isRenewed ? .accepted : .occupied
        }
    }

    private func commonReservationStatus(isRenewed: Bool) -> ReservationStatus {
        guard configuration.boolean(.reserveConnectorZeroSupported) else { return .rejected }
        if ownReport.status == .faulted { return .faulted }
        if ownReport.status == .unavailable { return .unavailable }
        if isRenewed || spare() > commonReservations.count { return .accepted }
        let statuses = connectors.indices.map(status)
        if statuses.allSatisfy({ $0 == .faulted }) { return .faulted }
        return statuses.allSatisfy { $0 == .faulted || $0 == .unavailable } ? .unavailable : .occupied
    }

    private func status(_ index: Int) -> ChargePointStatus { connectors[index].report(storageFailure: storageFailure).status }

    /// How many connectors somebody who comes now could take.
    private func spare(without taken: Int? = nil) -> Int { connectors.indices.count { $0 != taken && status($0) == .available } }

    // MARK: Who may charge

    /// Why this connector is not for the claimant; nil: no reservation stands in the way.
    ///
    /// "it SHALL refuse charging for all incoming idTags on the reserved connector, except when the incoming idTag or the parent idTag
    /// match the idTag or parent idTag of the reservation."
    func reservationRefusal(_ index: Int, _ claimant: Claimant) -> Refusal? {
        if let refusal = connectorRefusal(index, claimant) { return refusal }
        if connectors[index].reservation != nil || commonReservations.contains(where: claimant.matches) { return nil }
        // "SHALL make sure that at any time during the validity of the reservation, one connector remains available".
        guard spare(without: index) < commonReservations.count else { return nil }
        return Refusal(.reserved, "the connectors that are free are kept for reservations of connector 0")
    }

    /// As far as the connector's own reservation goes.
    func connectorRefusal(_ index: Int, _ claimant: Claimant) -> Refusal? {
        guard let reservation = connectors[index].reservation, !claimant.matches(reservation) else { return nil }
        return Refusal(
            .reserved, "connector \(connectors[index].id) is reserved for another identifier until \(reservation.expiryDate)")
    }

    /// The reservation that a transaction here uses up: "SHALL send the reservationId in the StartTransaction.req PDU".
    mutating func useReservation(_ index: Int, _ claimant: Claimant) -> Reservation? {
        let candidates = (connectors[index].reservation.map { [$0] } ?? []) + commonReservations
        guard let reservation = candidates.first(where: claimant.matches) else { return nil }
        drop(reservation.id)
        record(.reservationEnded(reservation.id))
        return reservation
    }

    // MARK: Ends

    /// "(2) when the time specified in expiryDate is reached, or (3) when the Charge Point or connector are set to Faulted or
    /// Unavailable."
    mutating func endReservations() {
        let time = clock.now(now)
        for reservation in reservations {
            let status = index(reservation.connectorId).map(status) ?? ownReport.status
            if reservation.expiryDate <= time {
                end(reservation, "has expired")
            } else if status == .faulted || status == .unavailable {
                end(reservation, "ends: \(status.rawValue)")
            }
        }
    }

    private mutating func end(_ reservation: Reservation, _ reason: String) {
        drop(reservation.id)
        record(.reservationEnded(reservation.id))
        log(.notice, "connector \(reservation.connectorId): reservation \(reservation.id) \(reason)")
        for index in index(reservation.connectorId).map({ [$0] }) ?? Array(connectors.indices) {
            admit(index, wasReserved: reservation.connectorId != .chargePoint)
        }
    }

    /// Whoever has a cable in may go on from here; at a connector that was Reserved as if it had just been plugged in.
    private mutating func admit(_ index: Int, wasReserved: Bool) {
        guard case .none = connectors[index].session, connectors[index].isPlugged else { return }
        if wasReserved { connectors[index].usage = .preparing(since: now.uptime) }
        if case .preparing = connectors[index].usage, connectors[index].isConnected { vendFreely(index) }
    }

    private mutating func drop(_ id: Int) {
        commonReservations.removeAll { $0.id == id }
        for index in connectors.indices where connectors[index].reservation?.id == id { connectors[index].reservation = nil }
    }

    /// At the start: the board or the configuration file may have changed since it was made.
    mutating func restore(_ reservation: Reservation, at time: RecordedTime) {
        guard enabledProfiles.contains(.reservation) else { return voidReservations.append(reservation.id) }
        if let index = index(reservation.connectorId), connectors[index].reservation == nil {
            connectors[index].reservation = reservation
            connectors[index].reporter = StatusReporter(connectors[index].report(storageFailure: nil), at: time)
        } else if reservation.connectorId == .chargePoint, configuration.boolean(.reserveConnectorZeroSupported) {
            commonReservations.append(reservation)
        } else {
            voidReservations.append(reservation.id)
        }
    }
}
