public import ChargePointCore
import OCPP
import Units

extension SQLiteRecordStore {
    public func queueHead() throws(RecordStoreError) -> QueuedMessage? {
        let head = try database.first(
            """
            SELECT id, session, kind, attempts, connector, created_at, boot, uptime, trusted, sampled_values
            FROM messages WHERE state = 'queued' ORDER BY id LIMIT 1
            """
        ) { (row) throws(RecordStoreError) in
            let (id, session, kind, attempts) = (row.integer64(), row.integer64(), row.text(), row.integer())
            let meterValues = kind == "meterValues" ? (try row.connectorId(), try row.meterSample()) : nil
            return (id: id, session: session, kind: kind, attempts: attempts, meterValues: meterValues)
        }
        guard let head else { return nil }
        let (start, state) = try startOfSession(head.session)
        let content: QueuedMessage.Content
        if let (connector, sample) = head.meterValues {
            content = .meterValues(connector, [sample])
        } else if head.kind == "start" {
            content = .start(start)
        } else {
            content = .stop(try end(of: head.session), transactionData: try transactionData(of: head.session))
        }
        return QueuedMessage(id: head.id, session: start.session, attempts: head.attempts, content: content, transactionId: state)
    }

    public func queueCounts() throws(RecordStoreError) -> QueueCounts {
        let sql = "SELECT count(*) FROM messages WHERE state = ?"
        return QueueCounts(
            queued: Int(try database.integer(sql, ["queued"])), parked: Int(try database.integer(sql, ["parked"])))
    }

    public func queueEntries(limit: Int) throws(RecordStoreError) -> [QueueEntry] {
        try database.rows(
            """
            SELECT messages.id, uuid, kind, state, attempts, last_error, created_at
            FROM messages JOIN sessions ON sessions.id = session
            WHERE state IN ('queued', 'parked') ORDER BY messages.id LIMIT ?
            """, [max(0, limit)]
        ) { (row) throws(RecordStoreError) in
            QueueEntry(
                id: row.integer64(), session: SessionId(row.text()), action: try row.messageAction(),
                isParked: row.text() == "parked",
                attempts: row.integer(), lastError: row.optionalText(), createdAt: row.timestamp())
        }
    }

    private func startOfSession(
        _ session: Int64
    ) throws(RecordStoreError) -> (start: TransactionStart, transactionId: QueuedMessage.TransactionIdState) {
        let found = try database.first(
            """
            SELECT \(TransactionStart.columns), transaction_id,
                (SELECT state FROM messages WHERE session = sessions.id AND kind = 'start')
            FROM sessions WHERE id = ?
            """, [session]
        ) { (row) throws(RecordStoreError) in
            (try row.transactionStart(), row.optionalInteger(), row.optionalText())
        }
        guard let (start, transactionId, startState) = found else {
            throw RecordStoreError(.damaged, "\(database.path): a message belongs to no session. Restart the daemon.")
        }
        if let transactionId { return (start, .known(transactionId)) }
        // A start that is neither answered nor waiting will never be answered: as after a parked one, the rest is told without it.
        return (start, startState == "queued" ? .pending : .startParked)
    }

    private func end(of session: Int64) throws(RecordStoreError) -> TransactionEnd {
        let end = try database.first(
            """
            SELECT uuid, stop_id_tag, meter_stop, stopped_at, stopped_boot, stopped_uptime, stopped_trusted, reason, flags,
                stop_is_reported FROM sessions WHERE id = ? AND stopped_at IS NOT NULL
            """, [session]
        ) { (row) throws(RecordStoreError) in
            TransactionEnd(
                session: SessionId(row.text()), idTag: row.optionalIdToken(), meterStop: WattHours(row.integer()),
                time: row.recordedTime(), reason: try row.name(Reason.self), flags: Set(storedText: row.text()),
                isReported: row.bool())
        }
        guard let end else {
            throw RecordStoreError(.damaged, "\(database.path): a StopTransaction belongs to an open session. Restart the daemon.")
        }
        return end
    }

    private func transactionData(of session: Int64) throws(RecordStoreError) -> [MeterSample] {
        try database.rows(
            "SELECT sampled_at, boot, uptime, trusted, sampled_values FROM transaction_data WHERE session = ? ORDER BY id",
            [session]
        ) { (row) throws(RecordStoreError) in try row.meterSample() }
    }
}

extension SQLiteRow {
    fileprivate mutating func messageAction() throws(RecordStoreError) -> Action {
        switch text() {
        case "start": return .startTransaction
        case "meterValues": return .meterValues
        case "stop": return .stopTransaction
        case let other: throw unreadable("'\(other)' is no kind of message")
        }
    }
}
