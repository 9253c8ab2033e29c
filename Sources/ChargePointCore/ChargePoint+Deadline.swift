import OCPP
import Units

extension ChargePoint {
    /// Uptime at which `handle(.tick)` is due; nil: only an input can change anything.
    ///
    /// There are no timers: whatever waits names its instant here, and the shell sleeps until the earliest.
    public var deadline: Duration? {
        var earliest: Duration?
        // What is due already was looked at in this very step: it waits for something else than time.
        func consider(_ instant: Duration?) {
            guard let instant, instant > now.uptime else { return }
            earliest = min(earliest ?? instant, instant)
        }
        for index in connectors.indices { considerConnector(index, consider) }
        consider(nextLimitChange)
        if let interval = configuration.interval(.clockAlignedDataInterval) {
            consider(clock.nextAligned(every: interval, after: now).uptime)
        }
        consider(calls.outstanding?.deadline)
        for unlock in unlocks { consider(unlock.deadline) }
        consider(learning?.until)
        for start in awaitedStarts { consider(start.until) }
        if case .waiting(let until)? = logUploads.running?.step { consider(until) }
        if let processEnd, processEnd.attempts == 0 || processEnd.kind != .shutdown {
            consider(processEnd.deliverUntil > now.uptime ? processEnd.deliverUntil : processEnd.deadline)
        }
        for reservation in reservations { consider(now.uptime + (reservation.expiryDate - clock.now(now))) }
        considerFirmware(consider)
        considerLink(consider)
        considerCertificates(consider)
        return earliest
    }

    private func considerConnector(_ index: Int, _ consider: (Duration?) -> Void) {
        let connector = connectors[index]
        if case .preparing(let since) = connector.usage, connector.transaction == nil {
            consider(configuration.interval(.connectionTimeOut).map { since + $0 })
        }
        if isOnline { consider(connector.reporter.due(minimum: configuration.seconds(.minimumStatusDuration))) }
        consider(connector.command.withdrawnAt.map { $0 + Self.withdrawTimeOut })
        if let instant = connector.command.closeNotBefore, instant > now.uptime { consider(instant) }
        guard let transaction = connector.transaction else { return }
        if let ending = transaction.ending {
            if let since = ending.readingSince {
                consider(since + closingTimeOut(index, ending))
            }
            if connector.contactor == .closed { consider(connector.command.openedAt.map { $0 + Self.openFeedbackTimeOut }) }
        } else if transaction.isRestored {
            consider(restoredUntil)
        } else if storageFailure == nil {
            consider(transaction.sampling.nextSample)
            // A sample that is due may wait so long for its signature.
            consider(transaction.sampling.nextSample.map { $0 + Self.signingTimeOut })
            consider(transaction.sampling.nextAlive)
        }
    }

    private func considerLink(_ consider: (Duration?) -> Void) {
        guard link.isOpen, calls.outstanding == nil else { return }
        if registration.isBootDue { consider(registration.nextBoot) }
        guard isOnline else { return }
        consider(reporter.due(minimum: configuration.seconds(.minimumStatusDuration)))
        if storageFailure == nil { consider(queue.head?.notBefore) }
        if security.next != nil { consider(security.notBefore) }
        consider(heartbeatDue)
    }
}
