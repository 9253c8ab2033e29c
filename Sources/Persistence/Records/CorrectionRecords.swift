import ChargePointCore
import OCPP
import Units

// What is done to many rows at once: thinning, and the correction of times.
extension SQLiteRecordStore {
    func thinMeterValues() throws(RecordStoreError) {
        try database.run(
            """
            DELETE FROM messages WHERE id IN (
                SELECT id FROM (
                    SELECT id, row_number() OVER (PARTITION BY session ORDER BY id) AS place FROM messages
                    WHERE kind = 'meterValues' AND state = 'queued' AND attempts = 0
                ) WHERE place % 2 = 0
            )
            """)
    }

    /// Puts right what was recorded before the clock was known; what is right already is left alone, so that it happens once.
    func writeCorrection(_ correction: ClockCorrection) throws(RecordStoreError) {
        try database.run(
            """
            UPDATE sessions SET flags = CASE WHEN flags = '' THEN 'clockCorrected' ELSE flags || ',clockCorrected' END
            WHERE (started_trusted = 0 AND started_boot <= ?1) OR (stopped_trusted = 0 AND stopped_boot <= ?1)
            """, [correction.boot])
        try correct("sessions", "started_at", "started_", correction)
        try correct("sessions", "alive_at", "alive_", correction, notBefore: "started_at")
        try correct("sessions", "stopped_at", "stopped_", correction, notBefore: "started_at")
        try correct("messages", "created_at", "", correction)
        try correct("transaction_data", "sampled_at", "", correction)
        try database.run(
            """
            UPDATE messages SET created_at = coalesce(
                (SELECT CASE kind WHEN 'start' THEN started_at ELSE stopped_at END FROM sessions WHERE sessions.id = session), created_at
            ) WHERE kind <> 'meterValues'
            """)
        // What stood in the future of a wrong clock no longer holds the clock back.
        try database.run(
            """
            UPDATE charge_point SET last_recorded_at =
                (SELECT max(max(started_at, alive_at, coalesce(stopped_at, started_at))) FROM sessions)
            """)
    }

    /// - Parameter start: the column of a time that this one cannot be before.
    private func correct(
        _ table: String, _ time: String, _ prefix: String, _ correction: ClockCorrection, notBefore start: String? = nil
    ) throws(RecordStoreError) {
        let corrected = "CASE WHEN \(prefix)boot = ?1 THEN ?2 + \(prefix)uptime / 1000000 ELSE max(\(time) + ?3, ?4) END"
        try database.run(
            """
            UPDATE \(table) SET \(prefix)trusted = 1, \(time) = \(start.map { "max(\(corrected), \($0))" } ?? corrected)
            WHERE \(prefix)trusted = 0 AND \(prefix)boot <= ?1
            """,
            [
                correction.boot, correction.anchor.milliseconds, correction.shift.wholeMilliseconds,
                ClockCorrection.firstPlausibleTime.milliseconds,
            ])
    }

    func hasUncorrectedTimes() throws(RecordStoreError) -> Bool {
        try database.integer(
            """
            SELECT EXISTS (SELECT 1 FROM sessions WHERE started_trusted = 0 OR alive_trusted = 0 OR stopped_trusted = 0)
                OR EXISTS (SELECT 1 FROM messages WHERE trusted = 0) OR EXISTS (SELECT 1 FROM transaction_data WHERE trusted = 0)
            """) != 0
    }
}
