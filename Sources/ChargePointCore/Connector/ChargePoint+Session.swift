import OCPP
import Units

// A session's way: authorised → the vehicle is there → on disk → energy → ending → on disk.
extension ChargePoint {
    /// How long the closing register is waited for before the last known one counts.
    static let closingReadingTimeOut = Duration.seconds(3)
    /// The same after a start: a meter may need its time to boot.
    static let restoredReadingTimeOut = Duration.seconds(30)
    /// How long a restored session waits for its vehicle before it is ended.
    static let restoredVehicleTimeOut = Duration.seconds(10)

    /// Why no session can begin here now; nil: one can.
    func mayStart(_ index: Int) -> Refusal? {
        let connector = connectors[index]
        if processEnd != nil { return Refusal(.shuttingDown, "the charge point is about to restart") }
        if let storageFailure { return Refusal(.storageFailing, "nothing can be recorded: \(storageFailure)") }
        if connector.transaction != nil { return Refusal(.occupied, "connector \(connector.id) has a transaction") }
        if connector.lockedFor != nil { return Refusal(.occupied, "connector \(connector.id) keeps a cable for its driver") }
        if connector.availability == .inoperative { return Refusal(.unavailable, "connector \(connector.id) is set Inoperative") }
        if connector.isHeldForUpdate { return Refusal(.unavailable, "new firmware is about to be installed") }
        if let fault = connector.blockingFault {
            return Refusal(.faulted, "connector \(connector.id) is Faulted (\(fault.kind.rawValue))")
        }
        return nil
    }

    mutating func expirePreparation(_ index: Int) {
        guard case .preparing(let since) = connectors[index].usage, connectors[index].transaction == nil,
            let timeOut = configuration.interval(.connectionTimeOut), now.uptime >= since + timeOut
        else { return }
        connectors[index].session = .none
        // B6 (errata 3.20): a cable that nobody authorised is Finishing, so that a later card for the next connector does not start it.
        connectors[index].usage = connectors[index].isPlugged ? .ended : .idle
        log(.notice, "connector \(connectors[index].id): nothing began within ConnectionTimeOut")
    }

    mutating func startIfReady(_ index: Int) {
        let connector = connectors[index]
        guard let authorisation = connector.authorisation else { return }
        let claimant = Claimant(authorisation)
        if let refusal = mayStart(index, claimant) {
            log(.notice, "authorisation dropped: \(refusal)")
            connectors[index].session = .none
            connectors[index].usage = connector.isPlugged ? .ended : .idle
            return
        }
        guard connector.isConnected else { return }
        guard connector.profile.meter != nil else { return start(index, authorisation, register: 0, reading: nil) }
        let signing = signing(index, .begin, authorisation.idTag)
        // A meter that has just missed may be about to fail: nothing is sold on what it said before.
        guard let reading = connector.meter.reading(within: Self.freshness, at: now.uptime), !connector.meter.isAwaited,
            connector.meter.misses == 0, reading.answers(signing)
        else { return readMeter(index, signing: signing) }
        start(index, authorisation, register: reading.energyImport, reading: reading)
    }

    private mutating func start(_ index: Int, _ authorisation: Authorisation, register: WattHours, reading: MeterReading?) {
        let time = clock.recorded(now)
        let reservation = useReservation(index, Claimant(authorisation))
        let start = TransactionStart(
            session: SessionId(identifiers.uuid()), connectorId: connectors[index].id, idTag: authorisation.idTag,
            parentIdTag: authorisation.parentIdTag, meterStart: register, reservationId: reservation?.id, time: time,
            isReported: settings.hasCentralSystem)
        let sampling = ActiveTransaction.Sampling(
            nextSample: configuration.interval(.meterValueSampleInterval).map { now.uptime + $0 },
            nextAlive: now.uptime + Self.aliveInterval, intervalBegin: reading, alignedBegin: reading)
        var transaction = ActiveTransaction(
            start: start, parentIdTag: authorisation.parentIdTag, sampling: sampling, lastRegister: register, lastAlive: time)
        if authorisation.isOffline { transaction.flags.insert(.offlineStart) }
        connectors[index].session = .active(transaction)
        connectors[index].lockedFor = nil
        record(.transactionBegan(start), queues: start.isReported)
        if let profile = authorisation.chargingProfile {
            install(InstalledProfile(profile: profile, connectorId: start.connectorId, session: start.session, installedAt: time))
        }
        sampleBegin(index)
        log(
            .notice,
            "connector \(connectors[index].id): session \(start.session) of card \(start.idTag.masked) begins at \(register)")
    }

    /// Begins the way out of a transaction; once only.
    mutating func stop(_ index: Int, _ reason: Reason, idTag: IdToken? = nil, isForced: Bool = false) {
        guard let transaction = connectors[index].transaction else { return }
        guard transaction.ending == nil else {
            if isForced { connectors[index].transaction?.ending?.isForced = true }
            return
        }
        let status = connectors[index].report(storageFailure: nil).status
        connectors[index].transaction?.isRestored = false
        connectors[index].transaction?.ending = ActiveTransaction.Ending(
            reason: reason, idTag: idTag, time: clock.recorded(now), isForced: isForced,
            // A fault that ends the session hides the status that it had; energy no longer flows.
            statusBefore: status == .faulted ? .suspendedEVSE : status)
    }

    mutating func finishIfReady(_ index: Int) {
        guard let transaction = connectors[index].transaction, let ending = transaction.ending, isDead(index) else { return }
        guard connectors[index].profile.meter != nil else { return finish(index, ending, register: transaction.lastRegister) }
        guard let since = ending.readingSince else {
            connectors[index].transaction?.ending?.readingSince = now.uptime
            connectors[index].meter.isAwaited = false
            readMeter(index, signing: signing(index, .end(SigningRequest.End(ending.reason)), transaction.start.idTag))
            return
        }
        let signing = signing(index, .end(SigningRequest.End(ending.reason)), transaction.start.idTag)
        let reading = connectors[index].meter.readAt >= since ? connectors[index].meter.latest : nil
        if !connectors[index].meter.isAwaited, let reading, reading.answers(signing) {
            finish(index, ending, register: max(reading.energyImport, transaction.start.meterStart))
        } else if now.uptime >= since + closingTimeOut(index, ending) {
            connectors[index].meter.isAwaited = false
            if signing != nil { connectors[index].transaction?.flags.insert(.unsigned) }
            if reading == nil { connectors[index].transaction?.flags.insert(.meterEstimated) }
            // A reading that came without its signature is still the true register.
            finish(
                index, ending,
                register: reading.map { max($0.energyImport, transaction.start.meterStart) } ?? transaction.lastRegister)
        } else if !connectors[index].meter.isFailed {
            readMeter(index, signing: signing)
        }
    }

    func closingTimeOut(_ index: Int, _ ending: ActiveTransaction.Ending) -> Duration {
        if ending.reason == .powerLoss { return Self.restoredReadingTimeOut }
        return isStopSigned(index) ? Self.signingTimeOut : Self.closingReadingTimeOut
    }

    private mutating func finish(_ index: Int, _ ending: ActiveTransaction.Ending, register: WattHours) {
        sampleEnd(index)
        guard let transaction = connectors[index].transaction else { return }
        let end = TransactionEnd(
            session: transaction.start.session, idTag: ending.idTag, meterStop: register,
            time: endTime(ending.time, of: transaction),
            reason: ending.reason, flags: transaction.flags, isReported: transaction.start.isReported)
        connectors[index].session = .none
        connectors[index].usage = connectors[index].isPlugged ? .ended : .idle
        connectors[index].endReason = ending.reason
        record(.transactionEnded(end), queues: end.isReported)
        forgetProfiles(of: end.session)
        holdOrReleaseLock(index, transaction, ending.reason)
        let energy = register - transaction.start.meterStart
        log(.notice, "connector \(connectors[index].id): session \(end.session) ended, \(ending.reason.rawValue), \(energy)")
    }

    func endTime(_ time: RecordedTime, of transaction: ActiveTransaction) -> RecordedTime {
        clock.settled(time).notBefore(clock.settled(transaction.start.time))
    }

    private mutating func holdOrReleaseLock(_ index: Int, _ transaction: ActiveTransaction, _ reason: Reason) {
        let isHeld: Bool
        switch reason {
        // "it SHOULD keep the Charging Cable locked until the same identifier … is presented" (errata 3.5).
        case .deAuthorized: isHeld = true
        case .evDisconnected: isHeld = !configuration.boolean(.unlockConnectorOnEVSideDisconnect)
        default: isHeld = false
        }
        guard isHeld, connectors[index].isPlugged, connectors[index].lock != nil else { return }
        connectors[index].lockedFor = Connector.LockHolder(
            idTag: transaction.start.idTag, parentIdTag: transaction.parentIdTag)
    }

    /// Adds a record; one that queues a message counts it.
    mutating func record(_ record: Record, queues: Bool = false) {
        out.record.append(record)
        if queues { queue.queued() }
    }
}
