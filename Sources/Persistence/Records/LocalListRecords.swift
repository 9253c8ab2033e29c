import ChargePointCore
import OCPP
import Units

// The Local Authorization List and reservations, as the records change them.
extension SQLiteRecordStore {
    /// Within the transaction of the commit: after a power cut the list is the old one or the new one, and so is its version.
    func writeLocalList(_ update: LocalListUpdate) throws(RecordStoreError) {
        if update.type == .full { try database.run("DELETE FROM local_list") }
        // In the order of the table every page is touched once: a tenth of a long list is still written in one sweep.
        let entries = update.entries.map { (key: $0.idTag.storedKey, entry: $0) }.sorted { $0.key < $1.key }
        for (key, entry) in entries {
            guard let info = entry.idTagInfo else {
                try database.run("DELETE FROM local_list WHERE key = ?", [key])
                // What was learnt before the list took the identifier over must not count again now.
                try database.run("DELETE FROM cache WHERE key = ?", [key])
                continue
            }
            try database.run(
                "INSERT OR REPLACE INTO local_list (key, id_tag, status, expiry_at, parent_id_tag) VALUES (?, ?, ?, ?, ?)",
                [key, entry.idTag.text, info.status.rawValue, info.expiryDate?.milliseconds, info.parentIdTag?.text])
        }
        try database.run("DELETE FROM cache WHERE key IN (SELECT key FROM local_list)")
        try database.run("UPDATE local_list_version SET version = ?", [update.version])
    }

    func writeReservation(_ reservation: Reservation) throws(RecordStoreError) {
        try database.run(
            "INSERT OR REPLACE INTO reservations (id, connector, id_tag, parent_id_tag, expiry_at) VALUES (?, ?, ?, ?, ?)",
            [
                reservation.id, reservation.connectorId.value, reservation.idTag.text, reservation.parentIdTag?.text,
                reservation.expiryDate.milliseconds,
            ])
    }
}
