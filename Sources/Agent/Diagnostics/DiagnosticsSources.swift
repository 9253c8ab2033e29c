/// What the composition root gives for log files: where to make them, and what only it knows.
public struct DiagnosticsSources: Sendable {
    /// A folder of the log files' own; emptied at start.
    public var folder: String
    /// What the configuration file says and may be shown, name by name.
    public var facts: [(name: String, value: String)]
    /// What must not be in any file.
    public var secrets: [String]
    public var ring: LogRing
    /// Standard error goes to the system's journal, which goes back further than this process.
    public var hasJournal: Bool
    /// A PEM file of authorities that are trusted beside the system's when a file is sent.
    public var extraTrust: String?

    public init(
        folder: String, facts: [(name: String, value: String)], secrets: [String], ring: LogRing, hasJournal: Bool,
        extraTrust: String?
    ) {
        self.folder = folder
        self.facts = facts
        self.secrets = secrets
        self.ring = ring
        self.hasJournal = hasJournal
        self.extraTrust = extraTrust
    }
}

extension DiagnosticsSources {
    /// - Parameter hasJournal: whether systemd has connected standard error to its journal (`JOURNAL_STREAM`).
    public init(_ configuration: DaemonConfiguration, authorizationKey: String, ring: LogRing, hasJournal: Bool) {
        let (central, charger) = (configuration.centralSystem, configuration.chargePoint)
        var facts: [(name: String, value: String)] = [
            ("board", configuration.board), ("dataDirectory", configuration.dataDirectory), ("chargePoint.id", charger.id),
            ("chargePoint.vendor", charger.vendor), ("chargePoint.model", charger.model),
            ("chargePoint.serialNumber", charger.serialNumber ?? ""),
            ("chargePoint.afterPowerLoss", charger.afterPowerLoss.rawValue),
            ("chargePoint.onMeterFailure", charger.onMeterFailure.rawValue), ("chargePoint.hardReset", charger.hardReset.rawValue),
            ("chargePoint.freeVend", "\(charger.freeVend)"), ("web", configuration.web.map { "\($0.host):\($0.port)" } ?? "off"),
        ]
        if let central {
            facts += [
                ("centralSystem.securityProfile", "\(central.securityProfile)"),
                ("centralSystem.authorizationKey", authorizationKey.isEmpty ? "not set" : "set"),
                ("centralSystem.caFile", central.caFile ?? ""),
                ("centralSystem.clientCertificate", central.clientCertificate ?? ""),
                ("centralSystem.verifyHostname", "\(central.verifyHostname)"),
            ]
        }
        let secrets = [authorizationKey, central?.authorizationKey, configuration.web?.password].compactMap { $0 }
            .filter { !$0.isEmpty }
        self.init(
            folder: configuration.dataDirectory + "/logs", facts: facts, secrets: secrets, ring: ring, hasJournal: hasJournal,
            extraTrust: central?.caFile)
    }
}
