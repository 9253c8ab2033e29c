import ChargePointCore
import OCPP
import Units

// What answers, or their absence, do to the queue. A record that names a message which is not there any more is a late answer to
// one that was completed already, and changes nothing.
extension SQLiteRecordStore {
    func writeAttempt(_ id: QueuedMessage.ID, attempts: Int, error: String) throws(RecordStoreError) {
        try database.run(
            "UPDATE messages SET attempts = ?, last_error = ? WHERE id = ? AND state = 'queued'", [attempts, error.keptError, id])
    }

    func writeStartConfirmed(
        _ id: QueuedMessage.ID, _ session: SessionId, transactionId: Int, idTagInfo: IdTagInfo
    ) throws(RecordStoreError) {
        guard let message = try message(id), message.kind == "start", message.uuid == session.text else { return }
        // The group is kept: after a restart as well, a card of the same group stops the session (OCPP 1.6 §3.10).
        try database.run(
            "UPDATE sessions SET transaction_id = ?, parent_id_tag = coalesce(parent_id_tag, ?) WHERE id = ?",
            [transactionId, idTagInfo.parentIdTag?.text, message.session])
        try remove(id)
        // Answered after all: what went with −1 has to be said again with the transactionId.
        if message.state == "parked" { try requeueSession(message.session) }
    }

    func writeDelivered(_ id: QueuedMessage.ID) throws(RecordStoreError) {
        guard let message = try message(id), !message.isSuperseded else { return }
        if message.kind != "start" && message.startState == "parked" {
            // It went with −1; should the start be sent again, its whole session is.
            try database.run("UPDATE messages SET state = 'delivered' WHERE id = ?", [id])
            return
        }
        try remove(id)
        if message.kind == "stop" { try dropTransactionData(of: message.session) }
    }

    func writeParked(_ id: QueuedMessage.ID, error: String) throws(RecordStoreError) {
        guard let message = try message(id), !message.isSuperseded else { return }
        try database.run(
            """
            UPDATE messages SET state = 'parked', last_error = ?, attempts = attempts + (state = 'queued')
            WHERE id = ? AND state <> 'delivered'
            """, [error.keptError, id])
    }

    func writeResent(_ id: QueuedMessage.ID) throws(RecordStoreError) {
        guard let message = try message(id), message.state == "parked" else { return }
        if message.kind == "start" {
            try requeueSession(message.session)
        } else {
            try database.run("UPDATE messages SET state = 'queued', attempts = 0 WHERE id = ?", [id])
        }
    }

    /// In the order of events, because a message keeps its place.
    private func requeueSession(_ session: Int64) throws(RecordStoreError) {
        try database.run("UPDATE messages SET state = 'queued', attempts = 0 WHERE session = ? AND state <> 'queued'", [session])
    }

    private func remove(_ id: QueuedMessage.ID) throws(RecordStoreError) {
        try database.run("DELETE FROM messages WHERE id = ?", [id])
    }

    private struct MessageRow {
        var kind: String
        var state: String
        var session: Int64
        var uuid: String
        /// The state of the session's StartTransaction, nil when that was answered.
        var startState: String?

        /// The session's start is being sent again, so what is said now of a later message concerns its former sending.
        var isSuperseded: Bool { kind != "start" && startState == "queued" }
    }

    private func message(_ id: QueuedMessage.ID) throws(RecordStoreError) -> MessageRow? {
        try database.first(
            """
            SELECT kind, state, session, uuid,
                (SELECT state FROM messages AS start WHERE start.session = messages.session AND start.kind = 'start')
            FROM messages JOIN sessions ON sessions.id = session WHERE messages.id = ?
            """, [id]
        ) { (row) throws(RecordStoreError) in
            MessageRow(
                kind: row.text(), state: row.text(), session: row.integer64(), uuid: row.text(), startState: row.optionalText())
        }
    }
}
