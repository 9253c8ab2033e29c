import CSQLite
import ChargePointCore

/// One step of the schema, forward only. A step that was ever released is never changed: another one follows it.
struct Migration {
    var name: String
    var sql: String

    /// In order; the file's `user_version` counts how many it has.
    static let all: [Migration] = [
        Migration(name: "the first ledger", sql: firstLedger), Migration(name: "charging profiles", sql: chargingProfiles),
        Migration(name: "the Local Authorization List and reservations", sql: listAndReservations),
        Migration(name: "the security log", sql: securityLog),
        Migration(name: "credentials on trial", sql: credentialsOnTrial),
        Migration(name: "the firmware update", sql: firmwareUpdate),
    ]
}

extension SQLiteDatabase {
    /// Brings the schema to this program's version, one durable step after the other.
    func migrate(_ migrations: [Migration] = Migration.all) throws(RecordStoreError) {
        let version = Int(try integer("PRAGMA user_version"))
        // No version will ever have so many steps: the number itself is damaged.
        if version < 0 || version > 1000 {
            throw RecordStoreError(.damaged, "\(path): its schema's number, \(version), cannot be.")
        }
        guard version <= migrations.count else {
            throw RecordStoreError(
                .failed,
                "\(path): written by a newer version (schema \(version), this one knows \(migrations.count)). "
                    + "Install the newer version again, or move the file away to begin with an empty ledger.")
        }
        for (index, migration) in migrations.enumerated().dropFirst(version) {
            do throws(RecordStoreError) {
                try transaction { () throws(RecordStoreError) in
                    try execute(migration.sql)
                    try execute("PRAGMA user_version = \(index + 1)")
                }
            } catch {
                throw RecordStoreError(error.kind, "Schema step \(index + 1) (\(migration.name)) failed: \(error.description)")
            }
        }
    }
}

// Times are milliseconds since 1970 (`…_at`), the boot's number and nanoseconds of uptime. What money depends on, the sessions,
// is only ever completed, never rewritten; messages say what still has to be told and are removed when it was.
private let firstLedger = """
    CREATE TABLE charge_point (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        boot INTEGER NOT NULL CHECK (boot >= 0),
        was_ever_accepted INTEGER NOT NULL CHECK (was_ever_accepted IN (0, 1)),
        last_recorded_at INTEGER
    ) STRICT;
    INSERT INTO charge_point VALUES (1, 0, 0, NULL);

    CREATE TABLE sessions (
        id INTEGER PRIMARY KEY,
        uuid TEXT NOT NULL UNIQUE CHECK (uuid <> ''),
        connector INTEGER NOT NULL CHECK (connector >= 0),
        id_tag TEXT NOT NULL,
        parent_id_tag TEXT,
        meter_start INTEGER NOT NULL,
        reservation INTEGER,
        started_at INTEGER NOT NULL,
        started_boot INTEGER NOT NULL,
        started_uptime INTEGER NOT NULL,
        started_trusted INTEGER NOT NULL CHECK (started_trusted IN (0, 1)),
        is_reported INTEGER NOT NULL CHECK (is_reported IN (0, 1)),
        transaction_id INTEGER,
        is_deauthorised INTEGER NOT NULL DEFAULT 0 CHECK (is_deauthorised IN (0, 1)),
        last_register INTEGER NOT NULL CHECK (last_register >= meter_start),
        alive_at INTEGER NOT NULL,
        alive_boot INTEGER NOT NULL,
        alive_uptime INTEGER NOT NULL,
        alive_trusted INTEGER NOT NULL CHECK (alive_trusted IN (0, 1)),
        stop_id_tag TEXT,
        meter_stop INTEGER,
        stopped_at INTEGER,
        stopped_boot INTEGER,
        stopped_uptime INTEGER,
        stopped_trusted INTEGER CHECK (stopped_trusted IN (0, 1)),
        reason TEXT CHECK (reason <> ''),
        flags TEXT NOT NULL DEFAULT '',
        stop_is_reported INTEGER CHECK (stop_is_reported IN (0, 1)),
        CHECK ((stopped_at IS NULL) = (meter_stop IS NULL)),
        CHECK ((stopped_at IS NULL) = (stopped_boot IS NULL)),
        CHECK ((stopped_at IS NULL) = (stopped_uptime IS NULL)),
        CHECK ((stopped_at IS NULL) = (stopped_trusted IS NULL)),
        CHECK ((stopped_at IS NULL) = (reason IS NULL)),
        CHECK ((stopped_at IS NULL) = (stop_is_reported IS NULL))
    ) STRICT;
    CREATE INDEX sessions_open ON sessions (id) WHERE stopped_at IS NULL;

    CREATE TABLE messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        session INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        kind TEXT NOT NULL CHECK (kind IN ('start', 'meterValues', 'stop')),
        state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'parked', 'delivered')),
        attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
        last_error TEXT,
        created_at INTEGER NOT NULL,
        boot INTEGER,
        uptime INTEGER,
        trusted INTEGER CHECK (trusted IN (0, 1)),
        connector INTEGER CHECK (connector >= 0),
        sampled_values TEXT CHECK (sampled_values <> ''),
        CHECK ((kind = 'meterValues') = (boot IS NOT NULL)),
        CHECK ((kind = 'meterValues') = (uptime IS NOT NULL)),
        CHECK ((kind = 'meterValues') = (trusted IS NOT NULL)),
        CHECK ((kind = 'meterValues') = (connector IS NOT NULL)),
        CHECK ((kind = 'meterValues') = (sampled_values IS NOT NULL))
    ) STRICT;
    CREATE INDEX messages_by_state ON messages (state);
    CREATE INDEX messages_by_session ON messages (session, kind);
    CREATE UNIQUE INDEX messages_once ON messages (session, kind) WHERE kind <> 'meterValues';

    CREATE TABLE transaction_data (
        id INTEGER PRIMARY KEY,
        session INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        sampled_at INTEGER NOT NULL,
        boot INTEGER NOT NULL,
        uptime INTEGER NOT NULL,
        trusted INTEGER NOT NULL CHECK (trusted IN (0, 1)),
        sampled_values TEXT NOT NULL CHECK (sampled_values <> '')
    ) STRICT;
    CREATE INDEX transaction_data_by_session ON transaction_data (session);

    CREATE TABLE cache (
        key TEXT PRIMARY KEY NOT NULL,
        id_tag TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status <> ''),
        expiry_at INTEGER,
        parent_id_tag TEXT,
        updated INTEGER NOT NULL UNIQUE
    ) STRICT;

    CREATE TABLE own_cards (
        key TEXT PRIMARY KEY NOT NULL,
        id_tag TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status <> ''),
        expiry_at INTEGER,
        parent_id_tag TEXT,
        name TEXT
    ) STRICT;

    CREATE TABLE configuration (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT;
    CREATE TABLE file_values (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT;
    CREATE TABLE availability (
        connector INTEGER PRIMARY KEY CHECK (connector >= 0),
        type TEXT NOT NULL CHECK (type <> '')
    ) STRICT;
    """

// The profile is the JSON of its message. A session's uuid, where it has one, is that of an open session: they end together.
private let chargingProfiles = """
    CREATE TABLE charging_profiles (
        id INTEGER PRIMARY KEY,
        connector INTEGER NOT NULL CHECK (connector >= 0),
        session TEXT CHECK (session <> ''),
        profile TEXT NOT NULL CHECK (profile <> ''),
        installed_at INTEGER NOT NULL,
        boot INTEGER NOT NULL,
        uptime INTEGER NOT NULL,
        trusted INTEGER NOT NULL CHECK (trusted IN (0, 1))
    ) STRICT;
    CREATE INDEX charging_profiles_by_session ON charging_profiles (session) WHERE session IS NOT NULL;
    """

private let listAndReservations = """
    CREATE TABLE local_list (
        key TEXT PRIMARY KEY NOT NULL,
        id_tag TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status <> ''),
        expiry_at INTEGER,
        parent_id_tag TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE local_list_version (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        version INTEGER NOT NULL CHECK (version >= 0)
    ) STRICT;
    INSERT INTO local_list_version VALUES (1, 0);

    CREATE TABLE reservations (
        id INTEGER PRIMARY KEY,
        connector INTEGER NOT NULL CHECK (connector >= 0),
        id_tag TEXT NOT NULL,
        parent_id_tag TEXT,
        expiry_at INTEGER NOT NULL
    ) STRICT;
    """

// The log of security events, and what of it the Central System has still to be told.
private let securityLog = """
    CREATE TABLE security_log (
        number INTEGER PRIMARY KEY,
        event TEXT NOT NULL CHECK (event <> ''),
        happened_at INTEGER NOT NULL,
        boot INTEGER NOT NULL,
        uptime INTEGER NOT NULL,
        trusted INTEGER NOT NULL CHECK (trusted IN (0, 1)),
        info TEXT,
        is_waiting INTEGER NOT NULL CHECK (is_waiting IN (0, 1))
    ) STRICT;
    CREATE INDEX security_log_by_event ON security_log (event, number);
    CREATE INDEX security_log_waiting ON security_log (number) WHERE is_waiting = 1;
    """
// One at most: a new update takes the place of the one before.
private let firmwareUpdate = """
    CREATE TABLE firmware_update (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        state TEXT NOT NULL CHECK (state <> '')
    ) STRICT;
    """
