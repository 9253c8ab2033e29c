import ChargePointCore
import OCPP
import Units

extension MemoryRecordStore.State {
    var snapshot: Snapshot {
        Snapshot(
            boot: boot, wasEverAccepted: wasEverAccepted, configuration: configuration, fileValues: fileValues,
            availability: availability,
            openTransactions: sessions.filter { $0.end == nil }.map {
                OpenTransaction(
                    start: $0.start, transactionId: $0.transactionId, isDeauthorised: $0.isDeauthorised,
                    lastRegister: $0.lastRegister,
                    lastAlive: $0.lastAlive)
            }, chargingProfiles: chargingProfiles, queue: queueCounts, firmwareUpdate: firmwareUpdate,
            lastRecordedTime: lastRecordedTime, hasUncorrectedTimes: hasUncorrectedTimes,
            localList: LocalListSummary(version: localListVersion, length: localList.count), reservations: reservations,
            fallbackCredentials: fallbackCredentials, clientCertificate: clientCertificate,
            lastSecurityEvent: securityLog.last?.number ?? 0, waitingSecurityEvents: securityLog.filter(\.isWaiting))
    }

    var queueCounts: QueueCounts {
        QueueCounts(queued: messages.count { $0.status == .queued }, parked: messages.count { $0.status == .parked })
    }

    var queueHead: QueuedMessage? {
        guard let message = messages.first(where: { $0.status == .queued }), let index = sessionIndex(row: message.session)
        else { return nil }
        let session = sessions[index]
        let content: QueuedMessage.Content
        switch message.kind {
        case .start: content = .start(session.start)
        case .meterValues(let connector, let sample): content = .meterValues(connector, [sample])
        case .stop:
            guard let end = session.end else { return nil }
            content = .stop(end, transactionData: session.transactionData)
        }
        let isPending = startStatus(ofSession: session.row) == .queued
        return QueuedMessage(
            id: message.id, session: session.start.session, attempts: message.attempts, content: content,
            transactionId: session.transactionId.map { .known($0) } ?? (isPending ? .pending : .startParked))
    }

    func lookUp(_ idTag: IdToken) -> CardLookup {
        CardLookup(
            own: ownCards.first { $0.idTag == idTag }, localList: localList[idTag.storedKey]?.idTagInfo,
            cache: cache.first { $0.idTag == idTag }?.info)
    }

    func localListOverlap(_ entries: [AuthorizationData]) -> LocalListOverlap {
        let known = entries.filter { localList[$0.idTag.storedKey] != nil }
        let removed = known.count { $0.idTagInfo == nil }
        return LocalListOverlap(replaced: known.count - removed, removed: removed)
    }

    func sessions(_ query: SessionQuery) -> SessionPage {
        let limit = min(max(1, query.limit), 1000)
        let asked = sessions.reversed().lazy.filter { session in
            session.row < query.cursor ?? .max && session.start.time.time >= query.from ?? session.start.time.time
                && query.to.map { session.start.time.time < $0 } ?? true
        }
        let found = Array(asked.prefix(limit + 1))
        let page = found.prefix(limit)
        return SessionPage(sessions: page.map(entry), next: found.count > limit ? page.last?.row : nil)
    }

    private func entry(of session: Session) -> SessionEntry {
        let told = messages.filter { $0.session == session.row }
        return SessionEntry(
            session: session.start.session, connectorId: session.start.connectorId, idTag: session.start.idTag,
            startedAt: session.start.time.time, stoppedAt: session.end?.time.time, meterStart: session.start.meterStart,
            meterStop: session.end?.meterStop, reason: session.end?.reason, transactionId: session.transactionId,
            delivery: SessionEntry.Delivery(
                isReported: session.start.isReported, hasParked: told.contains { $0.status == .parked },
                hasQueued: told.contains { $0.status == .queued }, isOpen: session.end == nil),
            flags: session.end?.flags ?? (session.isClockCorrected ? [.clockCorrected] : []))
    }

    func queueEntries(limit: Int) -> [QueueEntry] {
        messages.lazy.filter { $0.status != .delivered }.prefix(max(0, limit)).compactMap { message in
            guard let index = sessionIndex(row: message.session) else { return nil }
            let action: Action =
                switch message.kind {
                case .start: .startTransaction
                case .meterValues: .meterValues
                case .stop: .stopTransaction
                }
            return QueueEntry(
                id: message.id, session: sessions[index].start.session, action: action, isParked: message.status == .parked,
                attempts: message.attempts, lastError: message.lastError, createdAt: message.createdAt)
        }
    }

    func cards(limit: Int, after place: CardPlace?) -> [CardEntry] {
        let own = ownCards.map {
            CardEntry(
                idTag: $0.idTag, status: $0.status, expiryDate: $0.expiryDate, parentIdTag: $0.parentIdTag, name: $0.name,
                source: .own)
        }
        let cached = cache.sorted { $0.idTag.storedKey < $1.idTag.storedKey }.map {
            CardEntry(
                idTag: $0.idTag, status: $0.info.status, expiryDate: $0.info.expiryDate, parentIdTag: $0.info.parentIdTag,
                name: nil,
                source: .cache)
        }
        let listed = localList.sorted { $0.key < $1.key }.map(\.value).map {
            CardEntry(
                idTag: $0.idTag, status: $0.idTagInfo?.status ?? .invalid, expiryDate: $0.idTagInfo?.expiryDate,
                parentIdTag: $0.idTagInfo?.parentIdTag, name: nil, source: .localList)
        }
        let all = own + listed + cached
        func order(_ place: CardPlace) -> (Int, String) {
            (CardEntry.Source.allCases.firstIndex(of: place.source) ?? 0, place.idTag.storedKey)
        }
        let rest = place.map { place in all.filter { order($0.place) > order(place) } } ?? all
        return Array(rest.prefix(max(0, limit)))
    }
}
