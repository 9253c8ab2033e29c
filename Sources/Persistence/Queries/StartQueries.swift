import ChargePointCore
import OCPP
import Units

// What the core needs at start.
extension SQLiteRecordStore {
    func snapshot() throws(RecordStoreError) -> Snapshot {
        var snapshot = Snapshot()
        let counters = try database.first("SELECT boot, was_ever_accepted, last_recorded_at FROM charge_point") {
            (row) throws(RecordStoreError) in (row.integer(), row.bool(), row.optionalTimestamp())
        }
        if let counters { (snapshot.boot, snapshot.wasEverAccepted, snapshot.lastRecordedTime) = counters }
        snapshot.configuration = try values(in: "configuration")
        snapshot.fileValues = try values(in: "file_values")
        let availability = try database.rows("SELECT connector, type FROM availability") { (row) throws(RecordStoreError) in
            (try row.connectorId(), try row.name(AvailabilityType.self))
        }
        for (connector, type) in availability { snapshot.availability[connector] = type }
        snapshot.openTransactions = try openTransactions()
        snapshot.chargingProfiles = try chargingProfiles()
        snapshot.queue = try queueCounts()
        snapshot.firmwareUpdate = try firmwareUpdate()
        snapshot.hasUncorrectedTimes = try hasUncorrectedTimes()
        snapshot.localList = LocalListSummary(
            version: Int(try database.integer("SELECT version FROM local_list_version")),
            length: Int(try database.integer("SELECT count(*) FROM local_list")))
        snapshot.reservations = try reservations()
        snapshot.fallbackCredentials = try fallbackCredentials()
        snapshot.clientCertificate = try clientCertificate()
        snapshot.lastSecurityEvent = try database.integer("SELECT coalesce(max(number), 0) FROM security_log")
        snapshot.waitingSecurityEvents = try waitingSecurityEvents()
        return snapshot
    }

    private func values(in table: String) throws(RecordStoreError) -> [String: String] {
        var values: [String: String] = [:]
        let rows = try database.rows("SELECT key, value FROM \(table)") { (row) throws(RecordStoreError) in (row.text(), row.text())
        }
        for (key, value) in rows { values[key] = value }
        return values
    }

    private func reservations() throws(RecordStoreError) -> [Reservation] {
        try database.rows("SELECT id, connector, id_tag, parent_id_tag, expiry_at FROM reservations ORDER BY id") {
            (row) throws(RecordStoreError) in
            Reservation(
                id: row.integer(), connectorId: try row.connectorId(), idTag: row.idToken(), parentIdTag: row.optionalIdToken(),
                expiryDate: row.timestamp())
        }
    }

    private func openTransactions() throws(RecordStoreError) -> [OpenTransaction] {
        try database.rows(
            """
            SELECT \(TransactionStart.columns), transaction_id, is_deauthorised, last_register,
                alive_at, alive_boot, alive_uptime, alive_trusted
            FROM sessions WHERE stopped_at IS NULL ORDER BY id
            """
        ) { (row) throws(RecordStoreError) in
            OpenTransaction(
                start: try row.transactionStart(), transactionId: row.optionalInteger(), isDeauthorised: row.bool(),
                lastRegister: WattHours(row.integer()), lastAlive: row.recordedTime())
        }
    }
}
