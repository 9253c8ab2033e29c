import OCPP
import Units

// An update's way: its time → the file → verified where it is signed → no session runs → installed → the new version runs.
extension ChargePoint {
    /// How often a download is tried when the Central System leaves it to us: once and three times more.
    static let ownRetries = 3
    /// Seconds between them when it is left to us.
    static let ownRetryInterval = 60
    /// How long a restart of the machine, which is not in our hands, may take to come.
    static let rebootTimeOut = Duration.seconds(600)
    /// A status that the Central System says nothing to, although the connection lives, is told so many times.
    static let firmwareStatusAttempts = 3

    private var runningVersion: String { settings.identity.firmwareVersion?.text ?? "" }

    /// Takes the place of whatever update there was.
    mutating func beginUpdate(_ update: FirmwareUpdate) {
        if firmware.update?.isUnderWay ?? false {
            log(.notice, "firmware: another update takes the place of the one that was under way")
            out.then.append(.discardFirmware)
        }
        firmware.isBusy = false
        firmware.retryAt = nil
        firmware.silences = 0
        firmware.update = update
        if retrieval > now.uptime { firmware.update?.enter(.scheduled, .downloadScheduled) }
        recordUpdate()
        log(
            .notice,
            "firmware: an update\(update.signed == nil ? "" : ", signed,") was asked for, to be fetched at \(update.retrieveAt)")
    }

    /// Uptime at which fetching may begin, by the clock as it is known now.
    private var retrieval: Duration { firmware.update.map { uptime(of: $0.retrieveAt) } ?? .zero }
    private var installation: Duration { firmware.update?.installAt.map(uptime(of:)) ?? .zero }

    private func uptime(of time: Timestamp) -> Duration { now.uptime + (time - clock.now(now)) }

    private mutating func recordUpdate() {
        if let update = firmware.update { record(.firmwareUpdateChanged(update)) }
    }

    private mutating func enter(_ stage: FirmwareUpdate.Stage, _ status: FirmwareStatusEnumType? = nil) {
        firmware.update?.enter(stage, status)
        recordUpdate()
    }

    /// The end of an update, for better or worse.
    private mutating func endUpdate(_ status: FirmwareStatusEnumType, _ reason: String) {
        firmware.isBusy = false
        firmware.rebootDue = nil
        enter(.ended, status)
        log(status == .installed ? .notice : .error, "firmware: \(status.rawValue): \(reason)")
        if status == .installed { report(.firmwareUpdated, info: reason) }
        out.then.append(.discardFirmware)
    }

    /// Moves the update on as far as the facts allow.
    mutating func advanceFirmware() {
        holdConnectorsForUpdate()
        guard let update = firmware.update, storageFailure == nil, processEnd == nil, !firmware.isBusy else { return }
        switch update.stage {
        case .scheduled:
            if now.uptime >= retrieval { enter(.downloading, .downloading) }
        case .paused:
            if firmware.retryAt.map({ now.uptime >= $0 }) ?? true { enter(.downloading, .downloading) }
        case .downloading: work(.fetchFirmware(update))
        case .downloaded:
            if update.signed != nil { work(.verifyFirmware(update)) } else { enter(.ready) }
        case .ready:
            guard now.uptime >= installation else {
                if update.status != .installScheduled { enter(.ready, .installScheduled) }
                return
            }
            // "The Charge Point SHALL wait until all transactions have ended, before commencing installation." (L01.FR.06)
            guard isIdle else { return }
            log(.notice, "firmware: the installation begins")
            enter(.installing, .installing)
        case .installing: work(.installFirmware(update))
        case .restarting:
            if let due = firmware.rebootDue, now.uptime < due { return }
            if firmware.rebootDue != nil {
                firmware.rebootDue = nil
                log(.warning, "firmware: the machine was not restarted; the process starts anew instead")
                return end(.reset(.soft), because: "new firmware wants to start")
            }
            // The end of the process was asked for, tried, and given up.
            endUpdate(.installationFailed, "the charge point did not restart")
        case .ended: break
        }
    }

    private mutating func work(_ effect: Effect) {
        firmware.isBusy = true
        out.then.append(effect)
    }

    /// No session runs, and no contactor is closed.
    private var isIdle: Bool {
        connectors.allSatisfy { $0.transaction == nil && !$0.command.isClosed }
    }

    /// "Until the firmware is installed, any connector that becomes available SHALL be set to UNAVAILABLE." (L01.FR.07, OCPP 1.6 §5.19)
    private mutating func holdConnectorsForUpdate() {
        let isHeld: Bool
        switch firmware.update?.stage {
        case .ready: isHeld = now.uptime >= installation
        case .installing, .restarting: isHeld = true
        case .scheduled, .downloading, .paused, .downloaded, .ended, nil: isHeld = false
        }
        for index in connectors.indices where connectors[index].isHeldForUpdate != isHeld {
            connectors[index].isHeldForUpdate = isHeld
            if !isHeld, connectors[index].transaction == nil, connectors[index].isPlugged {
                connectors[index].usage = .preparing(since: now.uptime)
            }
        }
    }

    // MARK: What comes of it

    mutating func take(_ outcome: FirmwareOutcome, ofUpdate id: String) {
        guard let update = firmware.update, update.id == id, firmware.isBusy else { return }
        firmware.isBusy = false
        switch (update.stage, outcome) {
        case (.downloading, .fetched): enter(.downloaded, .downloaded)
        case (.downloading, .notFetched(let reason, let isWorthRetrying)): notFetched(update, reason, isWorthRetrying)
        case (.downloaded, .verified): enter(.ready, .signatureVerified)
        case (.downloaded, .notVerified(let reason)):
            endUpdate(.invalidSignature, reason)
            report(.invalidFirmwareSignature, info: reason)
        case (.installing, .installed(let version, let restart)): installed(version, restart)
        case (.installing, .notInstalled(let reason, let isImageUnfit)):
            endUpdate(isImageUnfit && update.signed != nil ? .installVerificationFailed : .installationFailed, reason)
        default: log(.warning, "firmware: \(outcome) while \(update.stage.rawValue): ignored")
        }
    }

    private mutating func notFetched(_ update: FirmwareUpdate, _ reason: String, _ isWorthRetrying: Bool) {
        guard update.triesLeft > 1, isWorthRetrying else { return endUpdate(.downloadFailed, reason) }
        log(.warning, "firmware: not fetched, \(update.triesLeft - 1) tries left: \(reason)")
        firmware.update?.triesLeft -= 1
        firmware.retryAt = now.uptime + .seconds(update.retryInterval)
        enter(.paused, update.signed == nil ? nil : .downloadPaused)
    }

    private mutating func installed(_ version: String?, _ restart: FirmwareOutcome.Restart) {
        firmware.installed(version)
        switch restart {
        case .none: endUpdate(.installed, "version \(version ?? runningVersion)")
        case .process:
            enter(.restarting, .installRebooting)
            log(.notice, "firmware: installed; the process starts anew")
            end(.reset(.soft), because: "new firmware wants to start")
        case .machine:
            enter(.restarting, .installRebooting)
            firmware.rebootDue = now.uptime + Self.rebootTimeOut
            log(.notice, "firmware: installed; the machine is to be restarted")
        }
    }

    /// The first thing that a new process does: whoever runs now is the outcome.
    mutating func concludeUpdate() {
        guard let update = firmware.update else { return }
        switch update.stage {
        case .installing, .restarting:
            if update.isInstalled(running: runningVersion) {
                endUpdate(.installed, "version \(runningVersion) runs")
            } else {
                let expected = update.expectedVersion.map { "\($0) was expected" } ?? "another one was expected"
                endUpdate(.installationFailed, "version \(runningVersion) runs, \(expected)")
            }
        case .scheduled, .downloading, .paused, .downloaded, .ready, .ended: break
        }
    }

    func considerFirmware(_ consider: (Duration?) -> Void) {
        guard let update = firmware.update, storageFailure == nil else { return }
        switch update.stage {
        case .scheduled: consider(retrieval)
        case .paused: consider(firmware.retryAt)
        case .ready: consider(installation)
        case .restarting: consider(firmware.rebootDue)
        case .downloading, .downloaded, .installing, .ended: break
        }
    }
}
