import OCPP
import Units

/// What a configuration key takes, whether it may be changed, and what it says before anybody changed it.
public struct ConfigurationRule: Sendable, Equatable {
    public var access: Access
    public var kind: Kind
    public var initial: String

    public enum Access: Sendable, Equatable { case readOnly, readWrite, writeOnly }

    public enum Kind: Sendable, Equatable {
        case boolean
        case integer(ClosedRange<Int>)
        /// Comma separated measurands that the board can measure, each perhaps with a phase.
        case measurands
        /// `0.RST, 1.RTS` (OCPP 1.6 §9.1.7).
        case phaseRotation
        /// `Current`, `Power`, or both (OCPP 1.6 §9.4.2).
        case rateUnits
        case text(ClosedRange<Int>)
        /// One of these words, whatever their case.
        case word([String])
    }

    static let measurandLimit = 32
    private static let seconds = Kind.integer(0...2_147_483_647)

    /// The one table of rules; nil where the board lacks what the key is about.
    init?(_ key: ConfigurationKey, board: BoardProfile) {
        switch key {
        case .additionalRootCertificateCheck: self.init(.readOnly, .boolean, "false")
        // "The value of this configuration key has a maximum limit of 10.000 characters."
        case .certificateSignedMaxChainSize: self.init(.readOnly, .integer(1...10_000), "10000")
        case .certificateStoreMaxLength: self.init(.readOnly, .integer(1...100), "20")
        case .cpoName: self.init(.readWrite, .text(0...64), "")
        case .securityProfile: self.init(.readWrite, .integer(0...3), "0")
        case .alignedDataSignReadings, .sampledDataSignReadings, .sampledDataSignStartedReadings, .sampledDataSignUpdatedReadings:
            guard board.hasSigningMeter else { return nil }
            self.init(.readWrite, .boolean, "false")
        case .alignedDataSignUpdatedReadings:
            // A clock-aligned value is of one instant, and a signature may take seconds.
            guard board.hasSigningMeter else { return nil }
            self.init(.readOnly, .boolean, "false")
        case .publicKeyWithSignedMeterValue:
            guard board.hasSigningMeter else { return nil }
            self.init(.readWrite, .word(["Never", "OncePerTransaction", "EveryMeterValue"]), "OncePerTransaction")
        case .allowOfflineTxForUnknownId: self.init(.readWrite, .boolean, "false")
        case .authorizationCacheEnabled: self.init(.readWrite, .boolean, "true")
        case .authorizationKey: self.init(.writeOnly, .text(16...40), "")
        case .authorizeRemoteTxRequests: self.init(.readWrite, .boolean, "false")
        case .blinkRepeat:
            guard board.hasLamp else { return nil }
            self.init(.readWrite, .integer(0...100), "3")
        case .chargeProfileMaxStackLevel: self.init(.readOnly, .integer(0...1000), "20")
        case .chargingScheduleAllowedChargingRateUnit: self.init(.readOnly, .rateUnits, "Current,Power")
        case .chargingScheduleMaxPeriods: self.init(.readOnly, .integer(1...1000), "200")
        case .clockAlignedDataInterval: self.init(.readWrite, .integer(0...86_400), "0")
        case .connectionTimeOut: self.init(.readWrite, Self.seconds, "120")
        case .connectorPhaseRotation: self.init(.readWrite, .phaseRotation, Self.phaseRotation(board))
        case .connectorPhaseRotationMaxLength: self.init(.readOnly, Self.seconds, "\(board.connectors.count + 1)")
        // No contactor here opens single phases.
        case .connectorSwitch3to1PhaseSupported: self.init(.readOnly, .boolean, "false")
        case .getConfigurationMaxKeys: self.init(.readOnly, Self.seconds, "200")
        case .heartbeatInterval: self.init(.readWrite, Self.seconds, "300")
        case .lightIntensity:
            guard board.hasLamp else { return nil }
            self.init(.readWrite, .integer(0...100), "100")
        case .localAuthListEnabled: self.init(.readWrite, .boolean, "true")
        case .localAuthListMaxLength: self.init(.readOnly, .integer(0...100_000), "100000")
        case .localAuthorizeOffline: self.init(.readWrite, .boolean, "true")
        case .localPreAuthorize: self.init(.readWrite, .boolean, "false")
        case .maxChargingProfilesInstalled: self.init(.readOnly, .integer(0...500), "50")
        case .maxEnergyOnInvalidId: self.init(.readWrite, Self.seconds, "0")
        case .messageTimeout: self.init(.readWrite, .integer(1...3600), "30")
        case .meterValuesAlignedData, .meterValuesSampledData:
            self.init(.readWrite, .measurands, "Energy.Active.Import.Register")
        case .meterValuesAlignedDataMaxLength, .meterValuesSampledDataMaxLength, .stopTxnAlignedDataMaxLength,
            .stopTxnSampledDataMaxLength:
            self.init(.readOnly, Self.seconds, "\(Self.measurandLimit)")
        case .meterValueSampleInterval: self.init(.readWrite, Self.seconds, "60")
        case .minimumStatusDuration: self.init(.readWrite, Self.seconds, "0")
        case .numberOfConnectors: self.init(.readOnly, Self.seconds, "\(board.connectors.count)")
        case .reserveConnectorZeroSupported: self.init(.readOnly, .boolean, "true")
        case .resetRetries: self.init(.readWrite, .integer(0...100), "1")
        case .securityEventNotifications:
            self.init(.readWrite, .word(SecurityEventReach.allCases.map(\.rawValue)), SecurityEventReach.critical.rawValue)
        case .sendBootNotificationOnReconnect: self.init(.readWrite, .boolean, "false")
        // 120 bytes an entry: far below the longest message that the link takes.
        case .sendLocalListMaxLength: self.init(.readOnly, .integer(0...10_000), "10000")
        case .stopTransactionMaxMeterValues: self.init(.readOnly, Self.seconds, "500")
        case .stopTransactionOnEVSideDisconnect: self.init(.readWrite, .boolean, "true")
        case .stopTransactionOnInvalidId: self.init(.readWrite, .boolean, "true")
        case .startTxnSampledData, .stopTxnAlignedData, .stopTxnSampledData: self.init(.readWrite, .measurands, "")
        case .supportedFeatureProfiles:
            self.init(.readOnly, .text(0...500), ChargePoint.builtProfiles.map(\.rawValue).joined(separator: ","))
        case .supportedFeatureProfilesMaxLength: self.init(.readOnly, Self.seconds, "6")
        case .supportedFileTransferProtocols: self.init(.readOnly, .text(0...500), "")
        case .transactionMessageAttempts: self.init(.readWrite, .integer(1...1000), "3")
        case .transactionMessageRetryInterval: self.init(.readWrite, Self.seconds, "60")
        case .unlockConnectorOnEVSideDisconnect:
            // A fixed cable has nothing to unlock: always false, read-only (errata 3.84).
            let hasSocket = board.connectors.contains { $0.hasLock && $0.outlet == .socket }
            self.init(hasSocket ? .readWrite : .readOnly, .boolean, hasSocket ? "true" : "false")
        case .webSocketPingInterval: self.init(.readWrite, .integer(0...86_400), "30")
        }
    }

    private init(_ access: Access, _ kind: Kind, _ initial: String) {
        self.access = access
        self.kind = kind
        self.initial = initial
    }

    private static func phaseRotation(_ board: BoardProfile) -> String {
        board.connectors.map { "\($0.id).\($0.phases == .one ? "NotApplicable" : "RST")" }.joined(separator: ",")
    }
}
