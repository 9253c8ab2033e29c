public import ChargePointCore
import OCPP
public import Units

// The security log.
extension SQLiteRecordStore {
    func writeSecurityEvent(_ entry: SecurityLogEntry) throws(RecordStoreError) {
        let (number, event): (any SQLiteValue, any SQLiteValue) = (entry.number, entry.event.rawValue)
        // A number that is there already belongs to a line that the core never heard was written.
        try database.run(
            "INSERT OR REPLACE INTO security_log VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [number, event] + entry.time.columns + [entry.info?.text, entry.isWaiting])
        try database.run(
            """
            DELETE FROM security_log WHERE event = ?1 AND is_waiting = 0 AND number <=
                (SELECT number FROM security_log WHERE event = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)
            """, [event, limits.securityEventsOfAKind])
    }

    public func securityLog(from: Timestamp?, to: Timestamp?) throws(RecordStoreError) -> [SecurityLogEntry] {
        try securityLog(
            where: "happened_at >= ? AND happened_at <= ?", [from?.milliseconds ?? .min, to?.milliseconds ?? .max])
    }

    func waitingSecurityEvents() throws(RecordStoreError) -> [SecurityLogEntry] { try securityLog(where: "is_waiting = 1", []) }

    /// Kinds that only a newer version knows are left out.
    private func securityLog(
        where condition: String, _ values: [any SQLiteValue]
    ) throws(RecordStoreError) -> [SecurityLogEntry] {
        try database.rows(
            """
            SELECT number, event, happened_at, boot, uptime, trusted, info, is_waiting FROM security_log
            WHERE \(condition) ORDER BY number
            """, values
        ) { (row) throws(RecordStoreError) in
            let (number, event, time) = (row.integer64(), SecurityEvent(rawValue: row.text()), row.recordedTime())
            let info = row.optionalText().map { LimitedString<255>(truncating: $0) }
            let isWaiting = row.bool()
            return event.map { SecurityLogEntry(number: number, event: $0, time: time, info: info, isWaiting: isWaiting) }
        }.compactMap { $0 }
    }
}
