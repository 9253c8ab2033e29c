import OCPP
import Units

// The connection, BootNotification and what goes out next. One CALL at a time; before Accepted only what §4.2 allows.
extension ChargePoint {
    /// Where the Central System leaves the interval to the charge point (interval 0), or does not answer a BootNotification at all.
    static let ownBootInterval = Duration.seconds(30)
    /// A year, in seconds: a longer wait is a mistake, and overflows clocks.
    static let longestBootInterval = 31_536_000
    /// Heartbeats are due at least once a day for the clock's sake, whatever HeartbeatInterval says (OCPP 1.6 §4.6).
    static let longestHeartbeatInterval = Duration.seconds(86_400)

    /// Accepted, and the connection stands: the Central System can be asked.
    var isOnline: Bool { link.isOpen && registration.status == .accepted }

    mutating func linkOpened() {
        // A new connection means that the old one is gone, whether or not somebody said so.
        linkClosed()
        link.isOpen = true
        link.lastCall = now.uptime
        link.requests = []
        security.connectionBegan()
        registration.wasSent = false
        trialConnected()
        registration.isBootDue =
            registration.status != .accepted || configuration.boolean(.sendBootNotificationOnReconnect) || trial.fallback != nil
        if !registration.isBootDue { return tellEverything() }
        // A refusal lasts until its interval ends, whatever connection stands.
        if registration.status != .rejected { registration.status = nil }
    }

    mutating func linkClosed() {
        guard link.isOpen else { return }
        link.isOpen = false
        // Let in and sent away again is as good as refused.
        if registration.status == nil { linkRefused() }
        certificates.asked = [:]
        signingRequestLost()
        // Whoever asked over this connection hears no answer; another connection knows nothing of the question.
        unlocks.removeAll { if case .centralSystem = $0.asker { true } else { false } }
        dropFirmwareQuestions()
        for request in calls.connectionLost() { decideOffline(request) }
    }

    /// After Accepted, and after each reconnection: the true status of connector 0 to n (errata 3.22).
    private mutating func tellEverything() {
        reporter.forget()
        for index in connectors.indices { connectors[index].reporter.forget() }
    }

    mutating func bootConfirmed(_ confirmation: BootNotification.Confirmation) {
        registration.status = confirmation.status
        registration.isBootDue = confirmation.status != .accepted
        defer { trialAnswered(confirmation.status) }
        trust(confirmation.currentTime)
        guard confirmation.status == .accepted else {
            registration.nextBoot =
                now.uptime
                + (confirmation.interval > 0
                    ? .seconds(min(confirmation.interval, Self.longestBootInterval)) : Self.ownBootInterval)
            // What was asked before is not answered any more, and nothing is begun on the strength of it.
            if confirmation.status == .rejected { dropFirmwareQuestions() }
            log(.notice, "BootNotification: \(confirmation.status.rawValue), next one not before \(confirmation.interval) s")
            return
        }
        log(.notice, "BootNotification: Accepted")
        if confirmation.interval > 0, confirmation.interval != configuration.integer(.heartbeatInterval) {
            keep(ConfigurationKey.heartbeatInterval.rawValue, String(confirmation.interval))
        }
        if !wasEverAccepted {
            wasEverAccepted = true
            record(.registrationAccepted)
        }
        tellEverything()
    }

    mutating func bootFailed() { registration.nextBoot = now.uptime + Self.ownBootInterval }

    mutating func trust(_ time: Timestamp) {
        if let warning = clock.centralSystemSaid(time, at: now) { log(.warning, warning) }
    }

    /// Sends what may go next.
    mutating func pump() {
        guard link.isOpen else { return }
        // What is being sent is answered first.
        if queue.isOutdated, calls.outstanding == nil { queue.reconsider() }
        if isOnline, storageFailure == nil, queue.wantsHead {
            queue.startLoading()
            out.then.append(.loadQueueHead)
        }
        guard calls.outstanding == nil else { return }
        if registration.isBootDue, now.uptime >= registration.nextBoot {
            registration.isBootDue = false
            registration.wasSent = true
            return send(.bootNotification(settings.identity), .boot)
        }
        // Statuses and transaction messages take turns: neither holds up the other, and the end of a session is told before its connector
        // is free.
        if isOnline, calls.isStatusNext, !calls.lastWasTransaction, sendQueueHead() { return }
        // "The Charge Point SHALL NOT send request messages to the Central System unless it has been instructed … with a TriggerMessage.req."
        if registration.status != .rejected, let call = calls.next(onlyTriggered: !isOnline) {
            return send(render(call), call.purpose)
        }
        guard isOnline else { return }
        if sendLogStatus() || sendQueueHead() || sendSecurityEvent() { return }
        if now.uptime >= heartbeatDue { send(.heartbeat(Heartbeat()), .heartbeat) }
    }

    var heartbeatDue: Duration {
        let interval = configuration.interval(.heartbeatInterval) ?? Self.longestHeartbeatInterval
        return link.lastCall + min(interval, Self.longestHeartbeatInterval)
    }

    private mutating func sendQueueHead() -> Bool {
        guard let head = queue.head, storageFailure == nil, now.uptime >= head.notBefore else { return false }
        send(render(head.message), .transaction(head.message.id))
        return true
    }

    /// A transaction message in the words of the protocol, the same at every repeat (OCPP 1.6 §3.7.1).
    private func render(_ message: QueuedMessage) -> ChargePointRequest {
        let transactionId: Int?
        switch message.transactionId {
        case .known(let id): transactionId = id
        case .pending: transactionId = nil
        case .startParked: transactionId = -1
        }
        func values(_ samples: [MeterSample]) -> [MeterValue] {
            samples.map { MeterValue(timestamp: clock.corrected($0.time), sampledValue: $0.values) }
        }
        switch message.content {
        case .start(let start):
            return .startTransaction(
                StartTransaction(
                    connectorId: start.connectorId, idTag: start.idTag, meterStart: start.meterStart,
                    reservationId: start.reservationId,
                    timestamp: clock.corrected(start.time)))
        case .meterValues(let connector, let samples):
            return .meterValues(
                MeterValues(connectorId: connector, transactionId: transactionId ?? -1, meterValue: values(samples)))
        case .stop(let end, let samples):
            return .stopTransaction(
                StopTransaction(
                    idTag: end.idTag, meterStop: end.meterStop, timestamp: clock.corrected(end.time),
                    transactionId: transactionId ?? -1,
                    reason: end.reason, transactionData: samples.isEmpty ? nil : values(samples)))
        }
    }

    /// What was asked for before BootNotification was answered says the right time nevertheless; as long as nobody knows it, a status
    /// is from the time of its receipt (OCPP 1.6 §6.47).
    private func render(_ call: CallSequencer.Waiting) -> ChargePointRequest {
        guard let time = call.time.map(clock.corrected) else { return call.request }
        switch call.request {
        case .statusNotification(var notification):
            notification.timestamp = clock.source == .unset ? nil : time
            return .statusNotification(notification)
        case .meterValues(var values):
            for index in values.meterValue.indices { values.meterValue[index].timestamp = time }
            return .meterValues(values)
        default: return call.request
        }
    }

    mutating func send(_ request: ChargePointRequest, _ purpose: CallSequencer.Purpose) {
        let id = MessageId(identifiers.uuid())
        calls.lastWasTransaction = false
        if case .transaction = purpose {
            queue.sent(as: id)
            calls.lastWasTransaction = true
        }
        calls.outstanding = CallSequencer.Outstanding(
            id: id, purpose: purpose, deadline: now.uptime + configuration.seconds(.messageTimeout))
        link.lastCall = now.uptime
        out.then.append(.send(.call(id, request)))
    }
}
