import ChargePointCore
import OCPP
import Units

// What the records do; the rules are those of `SessionRecords` and `MessageRecords`, where the reasons stand.
extension MemoryRecordStore.State {
    mutating func apply(_ record: Record, limits: SQLiteRecordStore.Limits) {
        if let time = record.time?.time { lastRecordedTime = max(lastRecordedTime ?? time, time) }
        switch record {
        case .transactionBegan(let start): begin(start, keeping: limits.finishedSessions)
        case .transactionAlive(let session, let register, let time):
            update(session) {
                if $0.end != nil { return }
                $0.lastRegister = max($0.start.meterStart, register)
                $0.lastAlive = time
            }
        case .transactionDeauthorised(let session): update(session) { $0.isDeauthorised = true }
        case .transactionEnded(let end): finish(end)
        case .meterValues(let session, let connector, let sample):
            guard let index = sessionIndex(of: session), sessions[index].start.isReported else { return }
            append(.meterValues(connector, sample), of: sessions[index].row, createdAt: sample.time.time)
        case .transactionData(let session, let sample): keep(sample, for: session)
        case .transactionDataThinned(let session):
            update(session) { session in
                let last = session.transactionData.count - 1
                session.transactionData = session.transactionData.enumerated()
                    .filter { place, _ in place % 2 == 0 || place == last }.map(\.element)
            }
        case .messageAttempted(let id, let attempts, let error):
            guard let index = messageIndex(id), messages[index].status == .queued else { return }
            messages[index].attempts = attempts
            messages[index].lastError = error.keptError
        case .startConfirmed(let id, let session, let transactionId, let idTagInfo):
            confirm(id, session, transactionId: transactionId, parentIdTag: idTagInfo.parentIdTag)
        case .messageDelivered(let id): deliver(id)
        case .messageParked(let id, let error):
            guard let index = messageIndex(id), !isSuperseded(messages[index]), messages[index].status != .delivered else { return }
            if messages[index].status == .queued { messages[index].attempts += 1 }
            messages[index].status = .parked
            messages[index].lastError = error.keptError
        case .messageResent(let id): resend(id)
        case .cacheUpdated(let idTag, let info):
            cache.removeAll { $0.idTag == idTag }
            cache.append(CachedCard(idTag: idTag, info: info))
            // "The Charge Point SHALL remove any NOT-valid entries, and then, if necessary, the oldest valid entries."
            while cache.count > limits.cachedCards {
                cache.remove(at: cache.dropLast().firstIndex { $0.info.status != .accepted } ?? cache.startIndex)
            }
        case .cacheCleared: cache = []
        case .ownCardSaved(let card):
            ownCards.removeAll { $0.idTag == card.idTag }
            ownCards.append(card)
            ownCards.sort { $0.idTag.storedKey < $1.idTag.storedKey }
        case .ownCardRemoved(let idTag): ownCards.removeAll { $0.idTag == idTag }
        case .chargingProfileInstalled(let installed):
            chargingProfiles.removeAll { $0.id == installed.id }
            chargingProfiles.append(installed)
            chargingProfiles.sort { $0.id < $1.id }
        case .chargingProfilesRemoved(let ids): chargingProfiles.removeAll { ids.contains($0.id) }
        case .localListUpdated(let update): change(update)
        case .reservationMade(let reservation):
            reservations.removeAll { $0.id == reservation.id }
            reservations.append(reservation)
            reservations.sort { $0.id < $1.id }
        case .reservationEnded(let id): reservations.removeAll { $0.id == id }
        case .configurationChanged(let key, let value): configuration[key] = value
        case .fileValueSeen(let key, let value): fileValues[key] = value
        case .availabilityChanged(let connector, let type): availability[connector] = type
        case .trialBegan(let fallback): fallbackCredentials = fallback
        case .trialEnded: fallbackCredentials = nil
        case .clientCertificateChosen(let certificate): clientCertificate = certificate
        case .firmwareUpdateChanged(let update): firmwareUpdate = update
        case .registrationAccepted: wasEverAccepted = true
        case .meterValuesThinned: thinMeterValues()
        case .clockBecameKnown(let correction): correct(correction)
        case .securityEvent(let entry): add(entry, keeping: limits.securityEventsOfAKind)
        case .securityEventSettled(let number):
            for index in securityLog.indices where securityLog[index].number == number { securityLog[index].isWaiting = false }
        case .securityLogCleared: securityLog.removeAll { !$0.isWaiting }
        }
    }

    private mutating func change(_ update: LocalListUpdate) {
        if update.type == .full { localList = [:] }
        for entry in update.entries {
            localList[entry.idTag.storedKey] = entry.idTagInfo == nil ? nil : entry
            if entry.idTagInfo == nil { cache.removeAll { $0.idTag == entry.idTag } }
        }
        cache.removeAll { localList[$0.idTag.storedKey] != nil }
        localListVersion = update.version
    }

    private mutating func update(_ session: SessionId, _ change: (inout Session) -> Void) {
        if let index = sessionIndex(of: session) { change(&sessions[index]) }
    }

    private mutating func begin(_ start: TransactionStart, keeping kept: Int) {
        lastSession += 1
        sessions.append(Session(row: lastSession, start: start, lastRegister: start.meterStart, lastAlive: start.time))
        if start.isReported { append(.start, of: lastSession, createdAt: start.time.time) }
        let older = sessions.count - kept
        if older <= 0 { return }
        let telling = Set(messages.map(\.session))
        let boundary = sessions[older - 1].row
        sessions.removeAll { $0.row <= boundary && $0.end != nil && !telling.contains($0.row) }
    }

    private mutating func finish(_ end: TransactionEnd) {
        guard let index = sessionIndex(of: end.session) else { return }
        var end = end
        if sessions[index].isClockCorrected { end.flags.insert(.clockCorrected) }
        sessions[index].end = end
        chargingProfiles.removeAll { $0.session == end.session }
        if end.isReported && sessions[index].start.isReported {
            append(.stop, of: sessions[index].row, createdAt: end.time.time)
        } else {
            sessions[index].transactionData = []
        }
    }

    private mutating func keep(_ sample: MeterSample, for session: SessionId) {
        guard let index = sessionIndex(of: session), sessions[index].start.isReported else { return }
        let row = sessions[index].row
        guard sessions[index].end == nil || messages.contains(where: { $0.session == row && $0.kind == .stop }) else { return }
        sessions[index].transactionData.append(sample)
    }

    private mutating func add(_ entry: SecurityLogEntry, keeping kept: Int) {
        securityLog.removeAll { $0.number == entry.number }
        securityLog.append(entry)
        let numbers = securityLog.filter { $0.event == entry.event }.map(\.number)
        guard numbers.count > kept else { return }
        let boundary = numbers[numbers.count - kept - 1]
        securityLog.removeAll { $0.event == entry.event && !$0.isWaiting && $0.number <= boundary }
    }

    private mutating func append(_ kind: Message.Kind, of session: Int64, createdAt: Timestamp) {
        lastMessage += 1
        messages.append(Message(id: lastMessage, session: session, kind: kind, createdAt: createdAt))
    }

    private mutating func confirm(_ id: QueuedMessage.ID, _ session: SessionId, transactionId: Int, parentIdTag: IdToken?) {
        guard let place = messageIndex(id), messages[place].kind == .start, let index = sessionIndex(row: messages[place].session),
            sessions[index].start.session == session
        else { return }
        sessions[index].transactionId = transactionId
        if sessions[index].start.parentIdTag == nil { sessions[index].start.parentIdTag = parentIdTag }
        let message = messages.remove(at: place)
        if message.status == .parked { requeueSession(message.session) }
    }

    private func isSuperseded(_ message: Message) -> Bool {
        message.kind != .start && startStatus(ofSession: message.session) == .queued
    }

    private mutating func deliver(_ id: QueuedMessage.ID) {
        guard let place = messageIndex(id), !isSuperseded(messages[place]) else { return }
        let message = messages[place]
        if message.kind != .start && startStatus(ofSession: message.session) == .parked {
            messages[place].status = .delivered
            return
        }
        messages.remove(at: place)
        if message.kind == .stop, let index = sessionIndex(row: message.session) { sessions[index].transactionData = [] }
    }

    private mutating func resend(_ id: QueuedMessage.ID) {
        guard let place = messageIndex(id), messages[place].status == .parked else { return }
        if messages[place].kind == .start {
            requeueSession(messages[place].session)
        } else {
            messages[place].status = .queued
            messages[place].attempts = 0
        }
    }

    private mutating func requeueSession(_ session: Int64) {
        for place in messages.indices where messages[place].session == session && messages[place].status != .queued {
            messages[place].status = .queued
            messages[place].attempts = 0
        }
    }
}
