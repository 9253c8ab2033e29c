import BoardSupport
import ChargePointCore
import OCPP
import SimulatedBoard
import Units

// The shell's rules, to the letter: make safe now, record durably, then act; nothing comes back but another input.
extension World {
    func take(_ input: Input) throws(Interruption) {
        statistics.inputs += 1
        trace.input(input, at: clock.elapsed)
        let before = chargePoint
        let reaction = try handle(input)
        if variant == .closesBeforeCommit { try closeEarly(reaction) }
        if variant != .opensAfterCommit { makeSafe(reaction) }
        try observe(.madeSafe(reaction))
        try perhapsLosePower()
        if backlog == nil, try !commit(reaction.record) {
            if variant == .ignoresFailedCommits { return try perform(reaction.then) }
            // The state returns to the committed one, the failure is heard of first, and the same input comes again.
            chargePoint = before
            try observe(.discarded(input))
            backlog = []
            agenda.plan(.retryStorage, at: clock.elapsed + numbers.seconds(1...30))
            // `storageRecovered` is no longer true and is not repeated.
            let repeated = input == .storageRecovered ? [] : [input]
            var effects: [Effect] = []
            for again in [.storageFailed("the simulated disk is full")] + repeated {
                let reaction = try handle(again)
                makeSafe(reaction)
                try observe(.madeSafe(reaction))
                let isForgotten = variant == .forgetsRecordsOfFailure && again != input
                if !isForgotten { try keep(reaction.record) }
                effects += reaction.then
            }
            return try perform(effects)
        }
        if backlog != nil { try keep(reaction.record) }
        if variant == .opensAfterCommit { makeSafe(reaction) }
        try perform(reaction.then)
    }

    private func handle(_ input: Input) throws(Interruption) -> Reaction {
        try observe(.input(input))
        let reaction = chargePoint.handle(input, at: clock.moment(entropy: numbers.next()))
        try observe(.reaction(input, reaction))
        return reaction
    }

    private func makeSafe(_ reaction: Reaction) {
        for command in reaction.now {
            switch command {
            case .openContactor(let id): change(id) { $0.open() }
            case .signalFault(let id): change(id) { $0.signalFault() }
            }
        }
    }

    private func closeEarly(_ reaction: Reaction) throws(Interruption) {
        for case .closeContactor(let id) in reaction.then { try perform([.closeContactor(id)]) }
    }

    private func perhapsLosePower() throws(Interruption) {
        if numbers.chance(troubles[.powerLoss]) { throw .powerLost }
    }

    // MARK: Records

    /// - Returns: false when the store did not take the records.
    private func commit(_ records: [Record]) throws(Interruption) -> Bool {
        guard !records.isEmpty else { return true }
        let stored = spoiled(records)
        // A disk that fails goes on failing for a while.
        if numbers.chance(backlog != nil && troubles[.commitFailure] > 0 ? 0.6 : troubles[.commitFailure]) {
            store.fate = .failed
        } else if numbers.chance(troubles[.powerLossAtCommit]) {
            store.fate = numbers.chance(0.5) ? .powerLostBefore : .powerLostAfter
        } else {
            store.fate = .done
        }
        let wasPlanned = store.fate != .done
        do {
            try store.commit(stored)
        } catch {
            if store.hasLostPower {
                if store.fate == .powerLostAfter { ledger.apply(records) }
                throw .powerLost
            }
            guard wasPlanned else { throw .violation(Violation("records", "the store refuses what the core records: \(error)")) }
            return false
        }
        statistics.commits += 1
        if variant == .rendersIdEarly { earlyMessages += ledger.messagesWithoutId(records) }
        ledger.apply(records)
        try observe(.committed(records))
        return true
    }

    /// What cannot be recorded now waits in memory: ends of sessions and the like, never beginnings.
    private func keep(_ records: [Record]) throws(Interruption) {
        if variant == .losesBacklog { return }
        backlog?.append(contentsOf: records)
        if let count = backlog?.count, count > 500 { throw .violation(Violation("records", "the backlog grows without bound")) }
    }

    func retryStorage() throws(Interruption) {
        guard let waiting = backlog else { return }
        guard try commit(waiting) else {
            agenda.plan(.retryStorage, at: clock.elapsed + numbers.seconds(1...30))
            return
        }
        backlog = nil
        inbox.append(.storageRecovered)
    }

    // MARK: Effects

    func perform(_ effects: [Effect]) throws(Interruption) {
        for effect in effects {
            trace.effect(effect, at: clock.elapsed)
            let effect = try spoiled(effect)
            try perform(effect)
            try observe(.effect(effect))
            try perhapsLosePower()
        }
    }

    func perform(_ effect: Effect) throws(Interruption) {
        switch effect {
        case .closeContactor(let id):
            change(id) { connector in
                // The interlock's refusal is heard of as the contactor's state.
                do { return try connector.close() } catch {
                    return [.contactor(connector: connector.id, connector.contactor.state)]
                }
            }
        case .offer(let id, let current): change(id) { $0.offer(current) }
        case .lock(let id): change(id) { $0.engageLock() }
        case .unlock(let id): change(id) { $0.releaseLock() }
        case .readMeter(let id): agenda.plan(.meterAnswers(id.value), at: clock.elapsed + numbers.milliseconds(0...800))
        case .readSignedMeter(let id, _): agenda.plan(.meterAnswers(id.value), at: clock.elapsed + numbers.milliseconds(0...800))
        case .send(let frame): try send(frame)
        case .reconnect: disconnect()
        case .ping: agenda.plan(.pong(connection: link.connection), at: clock.elapsed + .milliseconds(80))
        case .setPingInterval(let interval): pingInterval = interval
        case .loadQueueHead:
            // The store answers from its own thread: other things may happen before its answer is heard.
            if numbers.chance(troubles[.commitFailure] * 0.3) { return failToRead() }
            do {
                let answer = Agenda.Event.storeAnswers(spoiled(try store.queueHead()), try store.queueCounts())
                let delay = numbers.chance(0.5) ? .zero : numbers.milliseconds(0...200)
                storeAnsweredAt = max(storeAnsweredAt, clock.elapsed + delay)
                agenda.plan(answer, at: storeAnsweredAt)
            } catch {
                throw .violation(Violation("store", "\(error)"))
            }
        case .fetchFirmware, .verifyFirmware, .installFirmware, .discardFirmware, .checkSigningCertificate: work(effect)
        case .restart:
            // Now and then the board does not restart (ResetRetries).
            if !numbers.chance(0.1) { throw .processEnded }
        case .stopped: throw .processEnded
        case .useCredentials(let new, let number):
            (credentials, credentialsNumber) = (new, number)
            disconnect()
            planConnection(in: numbers.milliseconds(10...500))
        case .certificates, .answer, .showLamp, .blink, .log, .giveUpLogUpload: break
        case .uploadLog(let upload):
            let outcome: LogUploadOutcome = numbers.pick([
                .uploaded, .uploaded, .failed(.uploadFailure, "simulated", isFinal: false),
                .failed(.permissionDenied, "simulated", isFinal: true),
            ])
            agenda.plan(.logUploadEnds(upload.number, outcome), at: clock.elapsed + numbers.milliseconds(0...90_000))
        }
    }

    /// A store that cannot be read fails like one that cannot be written.
    private func failToRead() {
        inbox.append(.storageFailed("the simulated disk cannot be read"))
        guard backlog == nil else { return }
        backlog = []
        agenda.plan(.retryStorage, at: clock.elapsed + numbers.seconds(1...30))
    }

    /// Changes one connector of the board; what the drivers report goes to the inbox.
    func change(_ id: ConnectorId, _ body: (inout SimulatedConnector) -> [BoardEvent]) {
        do {
            let events = try board.change(connector: id.value) { connector throws(SimulatorError) in body(&connector) }
            report(events)
        } catch { trace.note("\(error)", at: clock.elapsed) }
    }

    /// Safety first: what the board says goes before whatever else waits, in its own order.
    func report(_ events: [BoardEvent]) {
        let place = inbox.lastIndex { $0.isFromBoard }.map { $0 + 1 } ?? 0
        inbox.insert(contentsOf: events.map(Input.board), at: place)
    }
}

extension Input {
    fileprivate var isFromBoard: Bool { if case .board = self { true } else { false } }
}
