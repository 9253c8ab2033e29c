import OCPP
import Units

// Sessions that were open when the supply failed: ended with PowerLoss, or resumed where the board and the operator allow it.
extension ChargePoint {
    mutating func restore(_ open: OpenTransaction) {
        let time = clock.recorded(now)
        var transaction = ActiveTransaction(
            start: open.start, transactionId: open.transactionId, parentIdTag: open.start.parentIdTag,
            sampling: ActiveTransaction.Sampling(
                nextSample: configuration.interval(.meterValueSampleInterval).map { now.uptime + $0 },
                nextAlive: now.uptime + Self.aliveInterval),
            isRestored: true, lastRegister: open.lastRegister, lastAlive: open.lastAlive, flags: [.powerLoss])
        if open.isDeauthorised { transaction.deauthorised = ActiveTransaction.Deauthorised(until: nil) }
        guard let index = index(open.start.connectorId), connectors[index].transaction == nil else {
            // The connector is gone, or two sessions claim it: the older one cannot go on.
            orphans.append(transaction)
            return
        }
        connectors[index].session = .active(transaction)
        if settings.afterPowerLoss == .stop { endRestored(index) }
        connectors[index].reporter = StatusReporter(connectors[index].report(storageFailure: nil), at: time)
    }

    private mutating func endRestored(_ index: Int) {
        guard let transaction = connectors[index].transaction else { return }
        connectors[index].transaction?.isRestored = false
        connectors[index].transaction?.ending = ActiveTransaction.Ending(
            reason: .powerLoss, time: transaction.lastAlive, isForced: true, statusBefore: .suspendedEVSE)
    }

    mutating func begin() {
        // Nobody knows how the process before ended.
        for connector in connectors { out.now.append(.openContactor(connector.id)) }
        report(
            .startupOfTheDevice, info: "start \(clock.boot)\(settings.identity.firmwareVersion.map { ", firmware \($0)" } ?? "")")
        for orphan in orphans {
            let end = TransactionEnd(
                session: orphan.start.session, meterStop: orphan.lastRegister, time: endTime(orphan.lastAlive, of: orphan),
                reason: .powerLoss, flags: orphan.flags.union([.meterEstimated]), isReported: orphan.start.isReported)
            record(.transactionEnded(end), queues: end.isReported)
            forgetProfiles(of: end.session)
        }
        orphans = []
        for id in voidReservations { record(.reservationEnded(id)) }
        voidReservations = []
        concludeUpdate()
        out.then.append(.setPingInterval(configuration.interval(.webSocketPingInterval)))
        for index in connectors.indices { readMeter(index) }
    }

    /// With `afterPowerLoss: resume` a session goes on once its vehicle and its meter are there again.
    mutating func resumeRestored(_ index: Int) {
        guard let transaction = connectors[index].transaction, transaction.isRestored else { return }
        if connectors[index].isConnected, connectors[index].meter.reading(within: Self.freshness, at: now.uptime) != nil {
            connectors[index].transaction?.isRestored = false
            connectors[index].usage = .preparing(since: now.uptime)
            log(.notice, "connector \(connectors[index].id): the session goes on after the power loss")
        } else if let until = restoredUntil, now.uptime >= until {
            endRestored(index)
        }
    }
}
