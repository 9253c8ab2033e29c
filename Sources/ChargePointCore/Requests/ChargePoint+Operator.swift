import OCPP
import Units

/// An operator's start that the Central System has to be asked about.
struct AwaitedStart: Sendable, Equatable {
    var request: Int
    /// Uptime at which whoever asked hears that the answer is still out.
    var until: Duration
}

// What somebody at the charge point or on its network asks, past the Central System.
extension ChargePoint {
    static let learnTimeOut = Duration.seconds(30)
    /// Nobody at the charge point waits for the Central System longer than that.
    static let startPatience = Duration.seconds(2)

    mutating func take(_ request: OperatorRequest, _ number: Int) {
        func answer(_ answer: OperatorAnswer) -> Effect { .answer(answer, request: number) }
        switch request {
        case .start(let id, let idTag, let lookup):
            guard let index = index(id) else { return out.then.append(answer(.refused(unknown(id)))) }
            if let refusal = mayStart(index, Claimant(idTag, group: .undecided)) {
                return out.then.append(answer(.refused(refusal)))
            }
            guard case .none = connectors[index].session else {
                let refusal = Refusal(.occupied, "connector \(id) already waits for a cable")
                return out.then.append(answer(.refused(refusal)))
            }
            awaitedStarts.append(AwaitedStart(request: number, until: now.uptime + Self.startPatience))
            decide(AuthorisationRequest(idTag: idTag, lookup: lookup, origin: .operator(id, request: number)))
        case .stop(let id): out.then.append(answer(stopByOperator(id)))
        case .unlock(let id):
            guard index(id) != nil else { return out.then.append(answer(.refused(unknown(id)))) }
            unlock(id, .operator(number))
        case .changeAvailability(let id, let type):
            out.then.append(answer(setAvailability(id, type).map { .availability($0) } ?? .refused(unknown(id))))
        case .changeConfiguration(let key, let value):
            let (status, problem) = changeConfiguration(key, value)
            out.then.append(answer(.configuration(status, problem: problem)))
        case .resend(let id):
            record(.messageResent(id))
            // What is being sent right now is answered first; the older message comes after it.
            queue.outdate()
            queue.queued()
            out.then.append(answer(.accepted))
        case .saveCard(let card):
            record(.ownCardSaved(card))
            out.then.append(answer(.accepted))
        case .removeCard(let idTag):
            record(.ownCardRemoved(idTag))
            out.then.append(answer(.accepted))
        case .learnCard:
            if let learning {
                out.then.append(
                    .answer(.refused(Refusal(.timedOut, "another request to learn a card took over")), request: learning.request))
            }
            learning = Learning(request: number, until: now.uptime + Self.learnTimeOut)
        case .clearSecurityLog:
            clearSecurityLog()
            out.then.append(answer(.accepted))
        }
    }

    private func unknown(_ id: ConnectorId) -> Refusal {
        Refusal(.unknownConnector, "connector \(id) does not exist; this charge point has connectors 1 to \(connectors.count)")
    }

    private mutating func stopByOperator(_ id: ConnectorId) -> OperatorAnswer {
        guard let index = index(id) else { return .refused(unknown(id)) }
        guard let transaction = connectors[index].transaction, transaction.ending == nil else {
            return .refused(Refusal(.noTransaction, "connector \(id) has no transaction to stop"))
        }
        stop(index, .local)
        return .accepted
    }

    /// Once: who was told that the answer is out hears no more of it.
    mutating func answerStart(_ number: Int, _ answer: OperatorAnswer) {
        guard let place = awaitedStarts.firstIndex(where: { $0.request == number }) else { return }
        awaitedStarts.remove(at: place)
        out.then.append(.answer(answer, request: number))
    }

    mutating func tellWhoWaitsForStarts() {
        for start in awaitedStarts where now.uptime >= start.until { answerStart(start.request, .waiting) }
    }

    mutating func expireLearning() {
        guard let learning, now.uptime >= learning.until else { return }
        self.learning = nil
        let refusal = Refusal(.timedOut, "no card was presented within \(Self.learnTimeOut.components.seconds) s")
        out.then.append(.answer(.refused(refusal), request: learning.request))
    }

    mutating func storageFailed(_ reason: String) {
        if storageFailure == nil { log(.error, "nothing can be recorded: \(reason)") }
        storageFailure = reason
        queue.reload()
    }

    mutating func storageRecovered() {
        guard storageFailure != nil else { return }
        storageFailure = nil
        log(.notice, "records are durable again")
    }

    mutating func showLamp() {
        guard settings.board.hasLamp else { return }
        let statuses = connectors.map { $0.report(storageFailure: storageFailure).status }
        let state: LampState
        if statuses.contains(.faulted) {
            state = .faulted
        } else if statuses.contains(.charging) {
            state = .charging
        } else if statuses.contains(where: { $0 == .suspendedEV || $0 == .suspendedEVSE }) {
            state = .suspended
        } else if statuses.contains(where: { $0 == .preparing || $0 == .finishing }) {
            state = .preparing
        } else {
            state = statuses.contains(.available) ? .available : .off
        }
        guard state != lamp else { return }
        lamp = state
        out.then.append(.showLamp(state, intensity: configuration.integer(.lightIntensity)))
    }
}
