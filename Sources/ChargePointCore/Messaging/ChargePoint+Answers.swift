public import OCPP
import Units

// What the Central System answers to our CALLs, or fails to.
extension ChargePoint {
    mutating func received(_ frame: IncomingFrame, _ lookup: CardLookup) {
        calls.outstanding?.isLinkAlive = true
        switch frame {
        case .call(let id, let request):
            // "While Rejected, the Charge Point SHALL NOT respond to any Central System initiated message."
            guard registration.status != .rejected else { return }
            noteRepetition(id, request.action)
            answer(request, id, lookup)
        case .refused(let id, let error):
            log(.warning, "request \(id) answered with \(error.code.rawValue): \(error.description)")
            // What is asked for may be unknown here and is a valid message all the same.
            if error.code != .notImplemented && error.code != .notSupported {
                report(.invalidMessages, info: "a request was answered with \(error.code.rawValue): \(error.description)")
            }
            if registration.status != .rejected { out.then.append(.send(.error(id, error))) }
        case .unusable(let problem, let answer):
            log(.warning, "unusable message: \(problem)")
            report(.invalidMessages, info: "unusable message: \(problem)")
            if let answer, registration.status != .rejected { out.then.append(.send(.error(answer.id, answer.error))) }
        case .result(let id, let payload): answered(id, .success(payload), lookup)
        case .error(let id, let error): answered(id, .failure(error), lookup)
        }
    }

    /// The identifier that a frame is about, if the lists matter for it: the shell looks it up before it hands the frame in.
    public func subject(of frame: IncomingFrame) -> IdToken? {
        switch frame {
        case .call(_, .remoteStartTransaction(let request)): return request.idTag
        case .result(let id, _):
            guard isLocalListEnabled else { return nil }
            if let outstanding = calls.outstanding, outstanding.id == id, case .authorize(let request) = outstanding.purpose {
                return request.idTag
            }
            guard queue.isHead(id) else { return nil }
            switch queue.head?.message.content {
            case .start(let start): return start.idTag
            case .stop(let end, _): return end.idTag
            case .meterValues, nil: return nil
            }
        case .call, .refused, .unusable, .error: return nil
        }
    }

    mutating func linkIsAlive() {
        calls.outstanding?.isLinkAlive = true
        // The silence is the other side's, not the connection's: no need to wait any longer.
        if calls.outstanding?.isProbed ?? false { calls.outstanding?.deadline = now.uptime }
    }

    private mutating func answered(_ id: MessageId, _ result: Result<Payload, CallError>, _ lookup: CardLookup) {
        if let outstanding = calls.outstanding, outstanding.id == id {
            calls.outstanding = nil
            conclude(outstanding.purpose, result, lookup)
        } else if queue.isHead(id), let head = queue.head {
            // A late answer to any attempt completes the record; a late CALLERROR was counted when it was missed.
            if case .success = result {
                // The repeat that is under way is still awaited (OCPP-J §4.1.1), but nothing depends on its answer any more.
                if case .transaction = calls.outstanding?.purpose { calls.outstanding?.purpose = .other }
                conclude(.transaction(head.message.id), result, lookup)
            }
        } else {
            log(.debug, "answer to an unknown message \(id) ignored")
        }
    }

    private mutating func conclude(
        _ purpose: CallSequencer.Purpose, _ result: Result<Payload, CallError>, _ lookup: CardLookup
    ) {
        switch purpose {
        case .transaction(let id):
            guard let message = queue.head?.message, message.id == id else { return }
            switch result {
            case .success(let payload): transactionMessageAnswered(message, payload, lookup.localList)
            case .failure(let error): attemptFailed(message, "\(error.code.rawValue): \(error.description)")
            }
        case .boot:
            guard let confirmation: BootNotification.Confirmation = usable(result, "BootNotification") else {
                registration.isBootDue = true
                return bootFailed()
            }
            bootConfirmed(confirmation)
        case .heartbeat:
            if let confirmation: Heartbeat.Confirmation = usable(result, "Heartbeat") { trust(confirmation.currentTime) }
        case .authorize(let request):
            guard let confirmation: Authorize.Confirmation = usable(result, "Authorize") else { return decideOffline(request) }
            authorizeConfirmed(request, confirmation.idTagInfo, lookup)
        case .signCertificate:
            let confirmation: SignCertificate.Confirmation? = usable(result, "SignCertificate")
            signCertificateAnswered(confirmation?.status)
        case .securityEvent(let number): securityEventAnswered(number, result)
        case .logStatus(let status): logStatusAnswered(status, result)
        case .firmwareStatus(let id, let status):
            if case .failure(let error) = result { log(.warning, "answered with \(error.code.rawValue): \(error.description)") }
            firmwareStatusTold(id, status)
        case .statusNotification, .other:
            if case .failure(let error) = result { log(.warning, "answered with \(error.code.rawValue): \(error.description)") }
        }
    }

    private mutating func usable<Confirmation: Decodable>(_ result: Result<Payload, CallError>, _ action: String) -> Confirmation? {
        switch result {
        case .success(let payload):
            do { return try payload.decode(Confirmation.self) } catch {
                log(.warning, "\(action) answered unusably: \(error)")
                report(.invalidMessages, info: "\(action) was answered unusably: \(error)")
            }
        case .failure(let error): log(.warning, "\(action) answered with \(error.code.rawValue): \(error.description)")
        }
        return nil
    }

    private mutating func transactionMessageAnswered(_ message: QueuedMessage, _ payload: Payload, _ listed: IdTagInfo?) {
        do {
            switch message.content {
            case .start(let start):
                try startConfirmed(message, start, payload.decode(StartTransaction.Confirmation.self), listed)
            case .meterValues: delivered(message)
            case .stop(let end, _):
                // Whatever it says, the Central System has it; what it says of the identifier is news for the cache.
                delivered(message)
                let confirmation = try payload.decode(StopTransaction.Confirmation.self)
                if let idTag = end.idTag, let info = confirmation.idTagInfo { heard(info, of: idTag, listed: listed) }
            }
        } catch {
            if case .start = message.content {
                attemptFailed(message, "unusable answer: \(error)")
            } else {
                log(.warning, "StopTransaction answered unusably, taken as delivered: \(error)")
            }
        }
    }

    private mutating func delivered(_ message: QueuedMessage) {
        record(.messageDelivered(message.id))
        queue.removeHead(isParked: false)
    }

    private mutating func startConfirmed(
        _ message: QueuedMessage, _ start: TransactionStart, _ confirmation: StartTransaction.Confirmation,
        _ listed: IdTagInfo?
    ) {
        let wasRepeated = (queue.head?.sentAs.count ?? 0) > 1 || message.attempts > 0 || start.time.boot != clock.boot
        record(
            .startConfirmed(
                message.id, start.session, transactionId: confirmation.transactionId, idTagInfo: confirmation.idTagInfo))
        queue.removeHead(isParked: false)
        let info = confirmation.idTagInfo
        // The Central System may hold our own first attempt against the second: that is a success of the first.
        let isAccepted = info.status == .accepted || (info.status == .concurrentTx && wasRepeated)
        if info.status != .concurrentTx { heard(info, of: start.idTag, listed: listed) }
        guard let index = connectors.firstIndex(where: { $0.transaction?.start.session == start.session }) else { return }
        connectors[index].transaction?.transactionId = confirmation.transactionId
        if let parentIdTag = info.parentIdTag { connectors[index].transaction?.parentIdTag = parentIdTag }
        if !isAccepted { deauthorise(index, info.status) }
    }

    /// StartTransaction.conf says that the identifier may not charge (OCPP 1.6 §4.8, errata 3.17).
    private mutating func deauthorise(_ index: Int, _ status: AuthorizationStatus) {
        log(.notice, "connector \(connectors[index].id): the Central System refuses the identifier: \(status.rawValue)")
        if configuration.boolean(.stopTransactionOnInvalidId) { return stop(index, .deAuthorized) }
        guard let transaction = connectors[index].transaction else { return }
        let energy = configuration.integer(.maxEnergyOnInvalidId)
        let until = energy > 0 ? transaction.start.meterStart + WattHours(energy) : nil
        connectors[index].transaction?.deauthorised = ActiveTransaction.Deauthorised(until: until)
        record(.transactionDeauthorised(transaction.start.session))
    }

    /// Errata J 3.3: a CALLERROR, an unusable answer, or silence on a living connection. After the last one the record is set aside.
    private mutating func attemptFailed(_ message: QueuedMessage, _ error: String) {
        let attempts = message.attempts + 1
        guard attempts < configuration.integer(.transactionMessageAttempts) else {
            log(.error, "message \(message.id) parked after \(attempts) attempts: \(error)")
            record(.messageParked(message.id, error: error))
            if case .start(let start) = message.content,
                let index = connectors.firstIndex(where: { $0.transaction?.start.session == start.session })
            {
                connectors[index].transaction?.isStartParked = true
            }
            return queue.removeHead(isParked: true)
        }
        log(.warning, "message \(message.id), attempt \(attempts): \(error)")
        record(.messageAttempted(message.id, attempts: attempts, error: error))
        queue.failed(retryAt: now.uptime + configuration.seconds(.transactionMessageRetryInterval) * attempts)
    }

    private mutating func statusMetSilence(_ id: ConnectorId) {
        log(.warning, "connector \(id): the status was not answered within MessageTimeout")
        if id == .chargePoint {
            reporter.metSilence(at: now.uptime)
        } else if let index = index(id) {
            connectors[index].reporter.metSilence(at: now.uptime)
        }
    }

    /// How long the answer to a ping is waited for.
    static let probeTimeOut = Duration.seconds(10)

    /// MessageTimeout (errata 3.83).
    mutating func expireCall() {
        guard let outstanding = calls.outstanding, now.uptime >= outstanding.deadline else { return }
        let isAlive = outstanding.isLinkAlive || configuration.interval(.webSocketPingInterval) == nil
        if !isAlive && !outstanding.isProbed {
            // The next ping may be far away: ask now whether the connection lives, before anything is concluded from the silence.
            calls.outstanding?.isProbed = true
            calls.outstanding?.deadline = now.uptime + Self.probeTimeOut
            return out.then.append(.ping)
        }
        calls.outstanding = nil
        switch outstanding.purpose {
        case .transaction(let id):
            if isAlive, let message = queue.head?.message, message.id == id {
                attemptFailed(message, "no answer within MessageTimeout")
            }
        case .boot:
            registration.isBootDue = true
            bootFailed()
        case .authorize(let request): decideOffline(request)
        case .statusNotification(let id):
            // Over a connection that is gone it may never have arrived, and the next one is told everything.
            if isAlive { statusMetSilence(id) }
        case .signCertificate: if isAlive { signCertificateAnswered(nil) }
        // Nobody heard it, or nobody cares: told once more where the connection is another one.
        case .logStatus(let status): if isAlive { logUploads.told(status) }
        case .securityEvent(let number): if isAlive { securityEventFailed(number, "no answer within MessageTimeout") }
        case .firmwareStatus(let id, let status): if isAlive { firmwareStatusUnanswered(id, status) }
        case .heartbeat, .other: break
        }
        guard !isAlive else { return }
        out.then.append(.reconnect(reason: "no answer and no sign of life for MessageTimeout"))
        linkClosed()
    }
}
