import ChargePointCore
import OCPP
import Units

// The cards and values that the records write.
extension SQLiteRecordStore {
    func writeCached(_ idTag: IdToken, _ info: IdTagInfo) throws(RecordStoreError) {
        try database.run(
            """
            INSERT OR REPLACE INTO cache (key, id_tag, status, expiry_at, parent_id_tag, updated)
            VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(updated), 0) + 1 FROM cache))
            """,
            [idTag.storedKey, idTag.text, info.status.rawValue, info.expiryDate?.milliseconds, info.parentIdTag?.text])
        // "The Charge Point SHALL remove any NOT-valid entries, and then, if necessary, the oldest valid entries" (OCPP 1.6 §3.5.1).
        try database.run(
            """
            DELETE FROM cache WHERE key IN (
                SELECT key FROM cache WHERE key <> ? ORDER BY status = 'Accepted', updated
                LIMIT max(0, (SELECT count(*) FROM cache) - ?))
            """,
            [idTag.storedKey, limits.cachedCards])
    }

    func writeOwnCard(_ card: OwnCard) throws(RecordStoreError) {
        try database.run(
            "INSERT OR REPLACE INTO own_cards (key, id_tag, status, expiry_at, parent_id_tag, name) VALUES (?, ?, ?, ?, ?, ?)",
            [
                card.idTag.storedKey, card.idTag.text, card.status.rawValue, card.expiryDate?.milliseconds, card.parentIdTag?.text,
                card.name,
            ])
    }

    /// - Parameter table: `configuration` or `file_values`.
    func writeValue(_ key: String, _ value: String, in table: String) throws(RecordStoreError) {
        try database.run("INSERT OR REPLACE INTO \(table) (key, value) VALUES (?, ?)", [key, value])
    }
}
