public import ChargePointCore
import OCPP
import Units

/// Records in an SQLite file: on disk when `commit` returns, whatever happens to the supply afterwards (WAL, `synchronous=FULL`).
///
/// In the directory are `ledger.sqlite` (with its log `ledger.sqlite-wal` while open), `ledger.lock` against a second daemon and
/// `ledger.reserve`, disk space kept for the ends of open sessions. A damaged file is set aside at opening
/// (`ledger.sqlite.damaged-1`, …) and what can be read of it is taken over. Used from one thread.
public final class SQLiteRecordStore: RecordStore {
    public struct Limits: Sendable, Equatable {
        /// Bytes that the database may have; only ends of sessions and answers get `reserve` bytes more.
        public var databaseSize = 512 * 1024 * 1024
        /// Bytes of disk space held back.
        public var reserve = 4 * 1024 * 1024
        /// Entries of the authorization cache; the one updated longest ago gives way (OCPP 1.6 §3.5.1).
        public var cachedCards = 500
        /// Finished sessions of which everything was told and that are still shown; the oldest go first.
        public var finishedSessions = 10_000
        /// Lines of the security log for each kind of event; the oldest go first, so that a flood of one kind leaves the others alone.
        public var securityEventsOfAKind = 500

        public init() {}
    }

    let database: SQLiteDatabase
    let limits: Limits
    private let directory: LedgerDirectory
    private let lock: LockFile
    let log: (String) -> Void
    private var reserve: DiskReserve
    private var commitsWithoutReserve = 0

    /// Opens the ledger, or makes a new one.
    /// - Parameters:
    ///   - path: the directory; made if only the last part of it is missing.
    ///   - log: called with a sentence when something is wrong that the store could help itself with.
    public init(directory path: String, limits: Limits = Limits(), log: @escaping (String) -> Void) throws(RecordStoreError) {
        directory = LedgerDirectory(path: path)
        self.limits = limits
        self.log = log
        try directory.create()
        lock = try LockFile(directory: directory)
        reserve = DiskReserve(path: directory.reserve, size: limits.reserve)
        database = try LedgerFile(directory: directory, maximumSize: limits.databaseSize, log: log).open()
        reserve.take()
        if reserve.state == .missing { log(missingReserve) }
    }

    // The database is closed before the lock goes.
    deinit {
        // Without the mark a large file would only be checked after a crash; failing to set it costs no more than that.
        if database.hasSeenDamage { try? directory.makePrivate(directory.checkMark) }
        database.close()
    }

    public func begin() throws(RecordStoreError) -> Snapshot {
        // The ends of sessions that a power cut left open are recorded next, so this may use the space kept for them.
        try usingReserve(if: true) { () throws(RecordStoreError) in
            try database.transaction { () throws(RecordStoreError) in
                try database.run("UPDATE charge_point SET boot = boot + 1")
            }
        }
        return try snapshot()
    }

    public func commit(_ records: [Record]) throws(RecordStoreError) {
        if records.isEmpty { return }
        let isEntitled = records.contains(where: \.mayUseReserve)
        if !isEntitled && records.contains(where: \.takesSpace) { try requireReserve() }
        try usingReserve(if: isEntitled) { () throws(RecordStoreError) in try write(records) }
        retakeReserve()
    }

    private func write(_ records: [Record]) throws(RecordStoreError) {
        try database.transaction { () throws(RecordStoreError) in
            for record in records { try write(record) }
            // What was recorded before a correction is put right by it, and counted there.
            let corrected = records.lastIndex { if case .clockBecameKnown = $0 { true } else { false } }
            guard let latest = records[(corrected.map { $0 + 1 } ?? 0)...].compactMap(\.time?.time).max() else { return }
            try database.run(
                "UPDATE charge_point SET last_recorded_at = max(coalesce(last_recorded_at, ?1), ?1)", [latest.milliseconds])
        }
    }

    private func write(_ record: Record) throws(RecordStoreError) {
        switch record {
        case .transactionBegan(let start): try writeStart(start)
        case .transactionAlive(let session, let register, let time): try writeAlive(session, register: register, time: time)
        case .transactionDeauthorised(let session): try writeDeauthorised(session)
        case .transactionEnded(let end): try writeEnd(end)
        case .meterValues(let session, let connector, let sample): try writeMeterValues(session, connector, sample)
        case .transactionData(let session, let sample): try writeTransactionData(session, sample)
        case .transactionDataThinned(let session): try thinTransactionData(session)
        case .messageAttempted(let id, let attempts, let error): try writeAttempt(id, attempts: attempts, error: error)
        case .startConfirmed(let id, let session, let transactionId, let idTagInfo):
            try writeStartConfirmed(id, session, transactionId: transactionId, idTagInfo: idTagInfo)
        case .messageDelivered(let id): try writeDelivered(id)
        case .messageParked(let id, let error): try writeParked(id, error: error)
        case .messageResent(let id): try writeResent(id)
        case .cacheUpdated(let idTag, let info): try writeCached(idTag, info)
        case .cacheCleared: try database.run("DELETE FROM cache")
        case .ownCardSaved(let card): try writeOwnCard(card)
        case .ownCardRemoved(let idTag): try database.run("DELETE FROM own_cards WHERE key = ?", [idTag.storedKey])
        case .chargingProfileInstalled(let installed): try writeProfile(installed)
        case .chargingProfilesRemoved(let ids): for id in ids { try removeProfile(id) }
        case .localListUpdated(let update): try writeLocalList(update)
        case .reservationMade(let reservation): try writeReservation(reservation)
        case .reservationEnded(let id): try database.run("DELETE FROM reservations WHERE id = ?", [id])
        case .configurationChanged(let key, let value): try writeValue(key, value, in: "configuration")
        case .fileValueSeen(let key, let value): try writeValue(key, value, in: "file_values")
        case .availabilityChanged(let connector, let type):
            try database.run("INSERT OR REPLACE INTO availability VALUES (?, ?)", [connector.value, type.rawValue])
        case .trialBegan(let fallback): try writeFallback(fallback)
        case .trialEnded: try database.run("DELETE FROM fallback_credentials")
        case .clientCertificateChosen(let certificate): try writeClientCertificate(certificate)
        case .firmwareUpdateChanged(let update): try writeFirmwareUpdate(update)
        case .registrationAccepted: try database.run("UPDATE charge_point SET was_ever_accepted = 1")
        case .meterValuesThinned: try thinMeterValues()
        case .clockBecameKnown(let correction): try writeCorrection(correction)
        case .securityEvent(let entry): try writeSecurityEvent(entry)
        case .securityEventSettled(let number):
            try database.run("UPDATE security_log SET is_waiting = 0 WHERE number = ?", [number])
        case .securityLogCleared: try database.run("DELETE FROM security_log WHERE is_waiting = 0")
        }
    }

    /// Does it once more with the reserve when the disk is full: energy that was delivered has to be billed.
    private func usingReserve(
        if isAllowed: Bool, _ write: () throws(RecordStoreError) -> Void
    ) throws(RecordStoreError) {
        do throws(RecordStoreError) {
            try write()
        } catch {
            guard error.kind == .full && isAllowed else { throw error }
            // Once, not for every end until there is space again.
            if reserve.state != .missing { log(reserveInUse) }
            reserve.release()
            commitsWithoutReserve = 0
            try database.limit(toBytes: limits.databaseSize + limits.reserve)
            // Should even this fail, the limit is set again at the next opening.
            defer { try? database.limit(toBytes: limits.databaseSize) }
            try write()
        }
    }

    /// Now and then, because on a full disk every attempt costs writes.
    private func retakeReserve() {
        if reserve.state != .missing { return }
        commitsWithoutReserve += 1
        if commitsWithoutReserve % 16 == 0 { reserve.take() }
    }

    /// What was given up belongs to the ends of the open sessions: nothing else may fill it.
    private func requireReserve() throws(RecordStoreError) {
        if reserve.state == .missing { reserve.take() }
        if reserve.state == .missing { throw RecordStoreError(.full, missingReserve) }
    }

    private var reserveInUse: String {
        "\(directory.path): the disk is full; the reserve is used to record the end of a session. Free space on its file system."
    }

    private var missingReserve: String {
        "\(directory.reserve): less than \(limits.reserve) bytes of disk space left to hold back for the ends of sessions, so no "
            + "session can start. Free space on its file system."
    }
}
