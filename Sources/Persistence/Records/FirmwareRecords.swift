import ChargePointCore
import OCPP
import Units

// The firmware update: one value, written anew with every step of it.
extension SQLiteRecordStore {
    func writeFirmwareUpdate(_ update: FirmwareUpdate) throws(RecordStoreError) {
        try database.run("INSERT OR REPLACE INTO firmware_update (id, state) VALUES (1, ?)", [Payload(update).text])
    }

    func firmwareUpdate() throws(RecordStoreError) -> FirmwareUpdate? {
        let state = try database.first("SELECT state FROM firmware_update") { (row) throws(RecordStoreError) in row.text() }
        guard let state else { return nil }
        do throws(PayloadError) { return try Payload(text: state).decode(FirmwareUpdate.self) } catch {
            // No reason not to sell: the Central System can ask for it again.
            log("\(database.path): the firmware update is not what was written (\(error)); it is given up.")
            return nil
        }
    }
}
