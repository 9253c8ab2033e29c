import OCPP
import Units

// Security events (security whitepaper, use case A04): into the log all of them, to the Central System what it has to know, once and in
// order, whatever lies between: "Security event notifications MUST be queued with a guaranteed delivery".
extension ChargePoint {
    /// Writes a security event down, and lets it wait for the Central System if it is one that has to be told.
    ///
    /// Many of one kind at once are counted instead (`SecurityEventQueue.burst`).
    /// - Parameter info: in words what happened, at most 255 characters; never a secret and never an idTag.
    mutating func report(_ event: SecurityEvent, info: String? = nil) {
        guard let spared = security.admit(event, at: now.uptime) else { return }
        let counted = spared > 0 ? "\(spared) more before it were not recorded" : nil
        let words = [info, counted].compactMap { $0 }
        let reach = SecurityEventReach(rawValue: configuration.text(.securityEventNotifications)) ?? .critical
        let entry = SecurityLogEntry(
            number: security.nextNumber(), event: event, time: clock.recorded(now),
            info: words.isEmpty ? nil : LimitedString(truncating: words.joined(separator: "; ")),
            isWaiting: settings.hasCentralSystem && reach.includes(event))
        record(.securityEvent(entry))
        log(.notice, "security event \(event.rawValue)\(entry.info.map { ": \($0)" } ?? "")")
        guard entry.isWaiting, let givenUp = security.append(entry) else { return }
        record(.securityEventSettled(givenUp.number))
        log(
            .error,
            "too many security events wait: the Central System will not be told of \(givenUp.event.rawValue) \(givenUp.number)")
    }

    /// A message id is used once (OCPP-J §4.1.4): the same request under the same id on the same connection was sent twice by somebody.
    /// It is answered again all the same, because Central Systems exist that count their ids anew.
    mutating func noteRepetition(_ id: MessageId, _ action: Action) {
        let request = Link.Request(id: id, action: action)
        if link.requests.contains(request) {
            report(.attemptedReplayAttacks, info: "\(action.rawValue) came again under the message id of an earlier request")
            return
        }
        link.requests.append(request)
        if link.requests.count > Link.rememberedRequests { link.requests.removeFirst() }
    }

    mutating func clearSecurityLog() {
        record(.securityLogCleared)
        report(.securityLogWasCleared, info: "by somebody at the charge point or on its network")
    }

    // MARK: Telling

    /// Whether the next event may go now: behind transaction messages, because nobody pays for an event.
    mutating func sendSecurityEvent() -> Bool {
        guard configuration.text(.securityEventNotifications) != SecurityEventReach.none.rawValue, !queue.isLoading,
            let entry = security.next, now.uptime >= security.notBefore
        else { return false }
        let message = SecurityEventNotification(
            type: LimitedString(truncating: entry.event.rawValue), timestamp: clock.corrected(entry.time), techInfo: entry.info)
        send(.securityEventNotification(message), .securityEvent(entry.number))
        return true
    }

    mutating func securityEventAnswered(_ number: Int64, _ result: Result<Payload, CallError>) {
        switch result {
        case .success:
            guard security.entry(number) != nil else { return }
            security.delivered(number)
            record(.securityEventSettled(number))
        case .failure(let error) where error.code == .notImplemented || error.code == .notSupported:
            security.messageIsUnknown()
            log(
                .notice,
                "the Central System does not know SecurityEventNotification: security events wait for the next connection; "
                    + "SecurityEventNotifications None keeps them in the log alone")
        case .failure(let error): securityEventFailed(number, "\(error.code.rawValue): \(error.description)")
        }
    }

    /// Like a transaction message (errata J 3.3), but what fails for good does not hold up those behind it, and is tried again on the
    /// next connection.
    mutating func securityEventFailed(_ number: Int64, _ error: String) {
        let (interval, uptime) = (configuration.seconds(.transactionMessageRetryInterval), now.uptime)
        let isTriedAgain = security.failed(number, attemptsAllowed: configuration.integer(.transactionMessageAttempts)) {
            uptime + interval * $0
        }
        log(
            .warning, "security event \(number) not delivered: \(error)\(isTriedAgain ? "" : "; the next connection is waited for")"
        )
    }
}
