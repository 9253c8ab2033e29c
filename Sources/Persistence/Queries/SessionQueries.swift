public import ChargePointCore
import OCPP
import Units

extension SQLiteRecordStore {
    /// Sessions that started at or after `from` and before `to`.
    public func sessions(_ query: SessionQuery) throws(RecordStoreError) -> SessionPage {
        let limit = min(max(1, query.limit), 1000)
        var found = try database.rows(
            """
            SELECT id, uuid, connector, id_tag, started_at, stopped_at, meter_start, meter_stop, reason, transaction_id, flags,
                is_reported,
                EXISTS (SELECT 1 FROM messages WHERE session = sessions.id AND state = 'parked'),
                EXISTS (SELECT 1 FROM messages WHERE session = sessions.id AND state = 'queued')
            FROM sessions WHERE id < ? AND started_at >= ? AND started_at < ? ORDER BY id DESC LIMIT ?
            """,
            [
                query.cursor ?? .max, query.from?.milliseconds ?? .min, query.to?.milliseconds ?? .max, limit + 1,
            ]
        ) { (row) throws(RecordStoreError) in (row.integer64(), try row.sessionEntry()) }
        // One more was asked for, to know whether there is another page.
        guard found.count > limit else { return SessionPage(sessions: found.map(\.1), next: nil) }
        found.removeLast()
        return SessionPage(sessions: found.map(\.1), next: found.last?.0)
    }
}

extension SQLiteRow {
    fileprivate mutating func sessionEntry() throws(RecordStoreError) -> SessionEntry {
        var entry = SessionEntry(
            session: SessionId(text()), connectorId: try connectorId(), idTag: idToken(), startedAt: timestamp(),
            stoppedAt: optionalTimestamp(), meterStart: WattHours(integer()), meterStop: optionalInteger().map { WattHours($0) },
            reason: try optionalName(Reason.self), transactionId: optionalInteger(), delivery: .standalone,
            flags: Set(storedText: text()))
        let (isReported, hasParked, hasQueued) = (bool(), bool(), bool())
        entry.delivery = SessionEntry.Delivery(
            isReported: isReported, hasParked: hasParked, hasQueued: hasQueued, isOpen: entry.stoppedAt == nil)
        return entry
    }
}

extension SessionEntry.Delivery {
    init(isReported: Bool, hasParked: Bool, hasQueued: Bool, isOpen: Bool) {
        if !isReported {
            self = .standalone
        } else if hasParked {
            self = .parked
        } else {
            self = hasQueued || isOpen ? .queued : .delivered
        }
    }
}
