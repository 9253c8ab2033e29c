import Certificates
public import ChargePointCore
public import ConfigurationFile
public import Logging
import OCPP
import Persistence
public import Units

/// What a charge point starts from: the ledger opened, and the values of file and ledger put together.
public struct Startup: Sendable {
    let ledger: Ledger
    /// Certificates and keys.
    public let shelf: CertificateShelf
    /// What is installed.
    public let certificates: CertificateInventory
    public let snapshot: Snapshot
    public let settings: ChargePointSettings
    public let configuration: ConfigurationTable
    /// What the link is made with: from the file, or changed over OCPP since.
    public var credentials: LinkCredentials {
        LinkCredentials(
            securityProfile: Int(configuration.text(.securityProfile)) ?? 0,
            authorizationKey: configuration.text(.authorizationKey),
            certificate: snapshot.clientCertificate)
    }
    /// Keys on which security depends and that the configuration file has changed since it was last read.
    let securityChanges: [String]
    /// No clock that says less is believed when certificates are checked: the ledger has been later already, and so has mankind.
    public var earliestTime: Timestamp {
        max(snapshot.lastRecordedTime ?? ClockCorrection.firstPlausibleTime, ClockCorrection.firstPlausibleTime)
    }

    /// Opens the ledger in `dataDirectory` and lets the file's values win where they are new.
    ///
    /// - Parameter fileTransferProtocols: what SupportedFileTransferProtocols says where nobody fixed it.
    /// - Throws: `ConfigurationError` for values that no charge point takes; `RecordStoreError` when the ledger cannot be opened.
    public static func open(
        _ file: DaemonConfiguration, board: BoardProfile, fileTransferProtocols: [String] = [], logger: Logger
    ) async throws -> Startup {
        let settings = ChargePointSettings(file, board: board)
        try check(file, board: board)
        for key in withoutEffect(file) {
            logger.warning("\(key) is set, but has no effect in this version or with this security profile")
        }
        if let central = file.centralSystem, central.isSecure, !central.verifyHostname {
            logger.warning(
                "centralSystem.verifyHostname is false: whoever holds a certificate of \(central.caFile ?? "any trusted root") passes for the Central System"
            )
        }
        let ledger = Ledger()
        let directory = file.dataDirectory
        var snapshot = try await ledger.open { () throws(RecordStoreError) in
            try SQLiteRecordStore(directory: directory) { logger.warning("\($0)") }
        }
        let shelf = try CertificateShelf(file, logger: logger)
        var values = FileValues(snapshot: snapshot, board: board, logger: logger)
        for value in file.ocpp { try values.take(value) }
        if let key = file.centralSystem?.authorizationKey { values.takeAuthorizationKey(key) }
        if let central = file.centralSystem { values.takeSecurityProfile(central.securityProfile) }
        for (key, value) in try await shelf.adoptFiles(seen: snapshot.fileValues).sorted(by: { $0.key < $1.key }) {
            values.takeCertificates(key, value)
        }
        if let certificate = snapshot.clientCertificate, !values.usesFileCertificate, !(await shelf.isUsable(certificate)) {
            logger.critical("the charge point's installed certificate is lost; the configuration file's is used again")
            values.forgetCertificate()
        }
        values.find(.supportedFileTransferProtocols, fileTransferProtocols.joined(separator: ","))
        if !values.records.isEmpty { try await ledger.commit(values.records) }
        if values.usesFileCertificate { snapshot.clientCertificate = nil }
        if values.endsTrial { snapshot.fallbackCredentials = nil }
        return Startup(
            ledger: ledger, shelf: shelf, certificates: try await shelf.inventory(), snapshot: snapshot, settings: settings,
            configuration: values.table, securityChanges: values.securityChanges)
    }

    /// Writes the ledger's log back into its file and releases it; once nothing is recorded any more.
    public func close() async { await ledger.close() }

    /// Keys that the file may carry for a version or a security profile that uses them.
    static func withoutEffect(_ file: DaemonConfiguration) -> [String] {
        var keys: [String] = []
        guard let central = file.centralSystem else { return keys }
        if central.clientCertificate != nil, central.securityProfile != 3 {
            keys += ["centralSystem.clientCertificate", "centralSystem.clientKey"]
        }
        return keys
    }

    /// Checks the values without opening anything, as `--check` does.
    public static func check(_ file: DaemonConfiguration, board: BoardProfile) throws(ConfigurationError) {
        _ = try file.centralSystem?.transportSecurity()
        let table = ConfigurationTable(board: board)
        for value in file.ocpp { _ = try FileValues.checked(value, table) }
    }
}

/// The configuration file's `ocpp:` values against those in the ledger: a value counts when it is new in the file; until it changes
/// there again, what came over OCPP stands.
struct FileValues {
    private(set) var table: ConfigurationTable
    private(set) var records: [Record] = []
    /// The file says with what the link is made: what has not proved itself yet is dropped.
    private(set) var endsTrial = false
    /// The charge point shows the file's certificate, whatever came over OCPP.
    private(set) var usesFileCertificate = false
    private(set) var securityChanges: [String] = []
    private let seen: [String: String]
    private let logger: Logger

    init(snapshot: Snapshot, board: BoardProfile, logger: Logger) {
        self.logger = logger
        seen = snapshot.fileValues
        table = ConfigurationTable(board: board)
        for (key, value) in snapshot.configuration.sorted(by: { $0.key < $1.key }) {
            // The board may have changed since: what it cannot do any more falls back to the initial value.
            do { table.set(key, try table.checked(key, value, isFromFile: true)) } catch {
                logger.warning("a recorded configuration value no longer fits", metadata: ["problem": "\(error)"])
            }
        }
    }

    mutating func take(_ value: DaemonConfiguration.OCPPValue) throws(ConfigurationError) {
        if ConfigurationKey(named: value.key) == nil {
            let known = nearest(value.key, among: ConfigurationKey.allCases.map(\.rawValue))
            logger.warning(
                "\(value.file):\(value.line), ocpp.\(value.key): not a key of this charge point; kept as a vendor key\(known.map { ". Was \($0) meant?" } ?? "")"
            )
        }
        let checked = try Self.checked(value, table)
        let key = ConfigurationKey(named: value.key)?.rawValue ?? value.key
        adopt(key, key == ConfigurationKey.supportedFeatureProfiles.rawValue ? built(checked) : checked, seenAs: key)
    }

    mutating func takeAuthorizationKey(_ key: String) {
        if adopt(ConfigurationKey.authorizationKey.rawValue, key, seenAs: "centralSystem.authorizationKey") { endTrial() }
    }

    /// What this start found out about the machine: no record of it is kept, and a value of the file goes before it.
    mutating func find(_ key: ConfigurationKey, _ value: String) {
        if table.values[key.rawValue] == nil { table.set(key.rawValue, value) }
    }

    mutating func takeSecurityProfile(_ profile: Int) {
        if adopt(ConfigurationKey.securityProfile.rawValue, String(profile), seenAs: "centralSystem.securityProfile") { endTrial() }
    }

    /// Certificates that are new in the file have been taken over already.
    mutating func takeCertificates(_ key: String, _ value: String) {
        records.append(.fileValueSeen(key: key, value: value))
        guard key == "centralSystem.clientCertificate" else { return }
        forgetCertificate()
        endTrial()
    }

    mutating func forgetCertificate() {
        usesFileCertificate = true
        records.append(.clientCertificateChosen(nil))
    }

    private mutating func endTrial() {
        guard !endsTrial else { return }
        endsTrial = true
        records.append(.trialEnded)
    }

    @discardableResult
    private mutating func adopt(_ key: String, _ value: String, seenAs name: String) -> Bool {
        guard seen[name] != value else { return false }
        // What the file says at the very first start is no change.
        if seen[name] != nil, ConfigurationKey(named: key)?.isSecurityParameter ?? false { securityChanges.append(key) }
        table.set(key, value)
        records.append(.configurationChanged(key: key, value: value))
        records.append(.fileValueSeen(key: name, value: value))
        return true
    }

    /// Feature profiles that this version has, of those that the file names.
    private func built(_ list: String) -> String {
        let names = list.split(separator: ",").map { String($0.filter { $0 != " " }) }
        let built = ChargePoint.builtProfiles.map(\.rawValue)
        let missing = names.filter { !built.contains($0) }
        if !missing.isEmpty {
            logger.warning("feature profiles that this version does not have are left out: \(missing.joined(separator: ", "))")
        }
        return names.filter(built.contains).joined(separator: ",")
    }

    static func checked(_ value: DaemonConfiguration.OCPPValue, _ table: ConfigurationTable) throws(ConfigurationError) -> String {
        if ConfigurationKey(named: value.key) == .securityProfile {
            throw value.error("the security profile stands elsewhere", "Write 'centralSystem: {securityProfile: …}'.")
        }
        do { return try table.checked(value.key, value.text, isFromFile: true) } catch {
            throw value.error(error.description, "Correct the value or remove the key.")
        }
    }
}
