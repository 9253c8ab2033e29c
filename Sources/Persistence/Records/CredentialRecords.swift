import ChargePointCore

/// What the link shows, while it changes (step "credentials on trial").
let credentialsOnTrial = """
    CREATE TABLE fallback_credentials (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        security_profile INTEGER NOT NULL CHECK (security_profile BETWEEN 0 AND 3),
        authorization_key TEXT NOT NULL,
        certificate TEXT CHECK (certificate <> '')
    ) STRICT;
    CREATE TABLE client_certificate (id INTEGER PRIMARY KEY CHECK (id = 1), certificate TEXT NOT NULL CHECK (certificate <> '')) STRICT;
    """

extension SQLiteRecordStore {
    func writeFallback(_ credentials: LinkCredentials) throws(RecordStoreError) {
        try database.run(
            "INSERT OR REPLACE INTO fallback_credentials (id, security_profile, authorization_key, certificate) VALUES (1, ?, ?, ?)",
            [credentials.securityProfile, credentials.authorizationKey, credentials.certificate?.text])
    }

    func writeClientCertificate(_ certificate: Fingerprint?) throws(RecordStoreError) {
        guard let certificate else { return try database.run("DELETE FROM client_certificate") }
        try database.run("INSERT OR REPLACE INTO client_certificate (id, certificate) VALUES (1, ?)", [certificate.text])
    }

    func fallbackCredentials() throws(RecordStoreError) -> LinkCredentials? {
        try database.first("SELECT security_profile, authorization_key, certificate FROM fallback_credentials") {
            (row) throws(RecordStoreError) in
            LinkCredentials(
                securityProfile: row.integer(), authorizationKey: row.text(), certificate: row.optionalText().map(Fingerprint.init))
        }
    }

    func clientCertificate() throws(RecordStoreError) -> Fingerprint? {
        try database.first("SELECT certificate FROM client_certificate") { (row) throws(RecordStoreError) in
            Fingerprint(row.text())
        }
    }
}
