import ChargePointCore
import OCPP
import Units

// What the records of a session write.
extension SQLiteRecordStore {
    func writeStart(_ start: TransactionStart) throws(RecordStoreError) {
        let values: [any SQLiteValue] = [
            start.session.text, start.connectorId.value, start.idTag.text, start.parentIdTag?.text, start.meterStart.value,
            start.reservationId,
        ]
        try database.run(
            """
            INSERT INTO sessions (\(TransactionStart.columns), last_register, alive_at, alive_boot, alive_uptime, alive_trusted)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (uuid) DO NOTHING
            """, values + start.time.columns + [start.isReported, start.meterStart.value] + start.time.columns)
        if database.changes == 0 { throw .repeatedStart(start.session, ledger: database.path) }
        if start.isReported { try queue("start", of: try row(of: start.session), createdAt: start.time.time) }
        try forgetOldSessions()
    }

    func writeAlive(_ session: SessionId, register: WattHours, time: RecordedTime) throws(RecordStoreError) {
        // What comes after the end of a session says nothing more about it.
        try database.run(
            """
            UPDATE sessions SET last_register = max(meter_start, ?),
                alive_at = ?, alive_boot = ?, alive_uptime = ?, alive_trusted = ? WHERE id = ? AND stopped_at IS NULL
            """, [register.value] + time.columns + [try row(of: session)])
    }

    func writeDeauthorised(_ session: SessionId) throws(RecordStoreError) {
        try database.run("UPDATE sessions SET is_deauthorised = 1 WHERE id = ?", [try row(of: session)])
    }

    func writeEnd(_ end: TransactionEnd) throws(RecordStoreError) {
        let session = try row(of: end.session)
        let values: [any SQLiteValue] = [end.idTag?.text, end.meterStop.value]
        try database.run(
            """
            UPDATE sessions SET stop_id_tag = ?, meter_stop = ?, stopped_at = ?, stopped_boot = ?, stopped_uptime = ?,
                stopped_trusted = ?, reason = ?, flags = ?, stop_is_reported = ? WHERE id = ? AND stopped_at IS NULL
            """,
            values + end.time.columns
                + [end.reason.rawValue, end.flags.union(try flags(of: session)).storedText, end.isReported, session])
        if database.changes == 0 { throw .repeatedEnd(end.session, ledger: database.path) }
        try removeProfiles(of: end.session)
        // Without a StartTransaction there will never be a transactionId, and the message would wait for ever.
        if try isReported(session), end.isReported {
            try queue("stop", of: session, createdAt: end.time.time)
        } else {
            try dropTransactionData(of: session)
        }
    }

    /// What was noted while the session was open.
    private func flags(of session: Int64) throws(RecordStoreError) -> Set<SessionFlag> {
        try database.first("SELECT flags FROM sessions WHERE id = ?", [session]) { (row) throws(RecordStoreError) in
            Set(storedText: row.text())
        } ?? []
    }

    func writeMeterValues(_ session: SessionId, _ connector: ConnectorId, _ sample: MeterSample) throws(RecordStoreError) {
        let row = try row(of: session)
        guard try isReported(row) else { return }
        let values: [any SQLiteValue] = [row, sample.time.time.milliseconds, connector.value]
        // The time is the message's own as well.
        try database.run(
            """
            INSERT INTO messages (session, kind, created_at, connector, boot, uptime, trusted, sampled_values)
            VALUES (?, 'meterValues', ?, ?, ?, ?, ?, ?)
            """, values + sample.columns.dropFirst())
    }

    func writeTransactionData(_ session: SessionId, _ sample: MeterSample) throws(RecordStoreError) {
        let row = try row(of: session)
        // After the StopTransaction was delivered nobody would take it.
        try database.run(
            """
            INSERT INTO transaction_data (session, sampled_at, boot, uptime, trusted, sampled_values)
            SELECT id, ?, ?, ?, ?, ? FROM sessions WHERE id = ? AND is_reported AND (stopped_at IS NULL
                OR EXISTS (SELECT 1 FROM messages WHERE session = sessions.id AND kind = 'stop'))
            """, sample.columns + [row])
    }

    func thinTransactionData(_ session: SessionId) throws(RecordStoreError) {
        try database.run(
            """
            DELETE FROM transaction_data WHERE id IN (
                SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS total
                    FROM transaction_data WHERE session = ?)
                WHERE place % 2 = 0 AND place < total)
            """, [try row(of: session)])
    }

    func dropTransactionData(of session: Int64) throws(RecordStoreError) {
        try database.run("DELETE FROM transaction_data WHERE session = ?", [session])
    }

    private func queue(_ kind: String, of session: Int64, createdAt: Timestamp) throws(RecordStoreError) {
        try database.run(
            "INSERT INTO messages (session, kind, created_at) VALUES (?, ?, ?)", [session, kind, createdAt.milliseconds])
    }

    private func row(of session: SessionId) throws(RecordStoreError) -> Int64 {
        let found = try database.first("SELECT id FROM sessions WHERE uuid = ?", [session.text]) { (row) throws(RecordStoreError) in
            row.integer64()
        }
        guard let found else { throw .unknownSession(session, ledger: database.path) }
        return found
    }

    private func isReported(_ session: Int64) throws(RecordStoreError) -> Bool {
        try database.integer("SELECT is_reported FROM sessions WHERE id = ?", [session]) != 0
    }

    /// Sessions that still have something to tell stay, however many they are.
    private func forgetOldSessions() throws(RecordStoreError) {
        try database.run(
            """
            DELETE FROM sessions WHERE stopped_at IS NOT NULL
                AND id <= (SELECT id FROM sessions ORDER BY id DESC LIMIT 1 OFFSET ?)
                AND NOT EXISTS (SELECT 1 FROM messages WHERE session = sessions.id)
            """, [limits.finishedSessions])
    }
}
