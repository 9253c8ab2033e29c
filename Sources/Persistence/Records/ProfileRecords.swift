import ChargePointCore
import OCPP
import Units

// Charging profiles in the ledger.
extension SQLiteRecordStore {
    func writeProfile(_ installed: InstalledProfile) throws(RecordStoreError) {
        let values: [any SQLiteValue] = [
            installed.id, installed.connectorId.value, installed.session?.text, Payload(installed.profile).text,
        ]
        try database.run(
            """
            INSERT OR REPLACE INTO charging_profiles (id, connector, session, profile, installed_at, boot, uptime, trusted)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """, values + installed.installedAt.columns)
    }

    func removeProfile(_ id: Int) throws(RecordStoreError) {
        try database.run("DELETE FROM charging_profiles WHERE id = ?", [id])
    }

    /// "A profile with this purpose SHALL cease to be valid when the transaction terminates" (OCPP 1.6 §7.10).
    func removeProfiles(of session: SessionId) throws(RecordStoreError) {
        try database.run("DELETE FROM charging_profiles WHERE session = ?", [session.text])
    }

    /// Without what cannot be read: that would keep the charge point from starting, and its Central System can set it again.
    func chargingProfiles() throws(RecordStoreError) -> [InstalledProfile] {
        let found = try database.rows(
            "SELECT id, connector, session, profile, installed_at, boot, uptime, trusted FROM charging_profiles ORDER BY id"
        ) { (row) throws(RecordStoreError) -> InstalledProfile? in
            let id = row.integer()
            let connector = try row.connectorId()
            let session = row.optionalText().map { SessionId($0) }
            let text = row.text()
            do throws(PayloadError) {
                return InstalledProfile(
                    profile: try Payload(text: text).decode(ChargingProfile.self), connectorId: connector, session: session,
                    installedAt: row.recordedTime())
            } catch {
                log(
                    "\(database.path): charging profile \(id) is not what was written (\(error)); it limits nothing until it is set again."
                )
                return nil
            }
        }
        return found.compactMap { $0 }
    }
}
