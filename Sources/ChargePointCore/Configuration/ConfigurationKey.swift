/// The configuration keys that this charge point has: OCPP 1.6 §9 with the errata, the security whitepaper's §7, and some of our
/// own. Raw values are the specification's spellings; keys compare case-insensitively.
public enum ConfigurationKey: String, Sendable, CaseIterable {
    case additionalRootCertificateCheck = "AdditionalRootCertificateCheck"
    case alignedDataSignReadings = "AlignedDataSignReadings"
    case alignedDataSignUpdatedReadings = "AlignedDataSignUpdatedReadings"
    case allowOfflineTxForUnknownId = "AllowOfflineTxForUnknownId"
    case authorizationCacheEnabled = "AuthorizationCacheEnabled"
    case authorizationKey = "AuthorizationKey"
    case authorizeRemoteTxRequests = "AuthorizeRemoteTxRequests"
    case blinkRepeat = "BlinkRepeat"
    case certificateSignedMaxChainSize = "CertificateSignedMaxChainSize"
    case certificateStoreMaxLength = "CertificateStoreMaxLength"
    case chargeProfileMaxStackLevel = "ChargeProfileMaxStackLevel"
    case chargingScheduleAllowedChargingRateUnit = "ChargingScheduleAllowedChargingRateUnit"
    case chargingScheduleMaxPeriods = "ChargingScheduleMaxPeriods"
    case clockAlignedDataInterval = "ClockAlignedDataInterval"
    case connectionTimeOut = "ConnectionTimeOut"
    case connectorPhaseRotation = "ConnectorPhaseRotation"
    case connectorPhaseRotationMaxLength = "ConnectorPhaseRotationMaxLength"
    case connectorSwitch3to1PhaseSupported = "ConnectorSwitch3to1PhaseSupported"
    case cpoName = "CpoName"
    case getConfigurationMaxKeys = "GetConfigurationMaxKeys"
    case heartbeatInterval = "HeartbeatInterval"
    case lightIntensity = "LightIntensity"
    case localAuthListEnabled = "LocalAuthListEnabled"
    case localAuthListMaxLength = "LocalAuthListMaxLength"
    case localAuthorizeOffline = "LocalAuthorizeOffline"
    case localPreAuthorize = "LocalPreAuthorize"
    case maxChargingProfilesInstalled = "MaxChargingProfilesInstalled"
    case maxEnergyOnInvalidId = "MaxEnergyOnInvalidId"
    case messageTimeout = "MessageTimeout"
    case meterValuesAlignedData = "MeterValuesAlignedData"
    case meterValuesAlignedDataMaxLength = "MeterValuesAlignedDataMaxLength"
    case meterValuesSampledData = "MeterValuesSampledData"
    case meterValuesSampledDataMaxLength = "MeterValuesSampledDataMaxLength"
    case meterValueSampleInterval = "MeterValueSampleInterval"
    case minimumStatusDuration = "MinimumStatusDuration"
    case numberOfConnectors = "NumberOfConnectors"
    case publicKeyWithSignedMeterValue = "PublicKeyWithSignedMeterValue"
    case reserveConnectorZeroSupported = "ReserveConnectorZeroSupported"
    case resetRetries = "ResetRetries"
    case sampledDataSignReadings = "SampledDataSignReadings"
    case sampledDataSignStartedReadings = "SampledDataSignStartedReadings"
    case sampledDataSignUpdatedReadings = "SampledDataSignUpdatedReadings"
    /// Ours: which security events the Central System is told of.
    case securityEventNotifications = "SecurityEventNotifications"
    case securityProfile = "SecurityProfile"
    /// Ours: whether every new connection begins with a BootNotification, for Central Systems that forget.
    case sendBootNotificationOnReconnect = "SendBootNotificationOnReconnect"
    case sendLocalListMaxLength = "SendLocalListMaxLength"
    case startTxnSampledData = "StartTxnSampledData"
    case stopTransactionMaxMeterValues = "StopTransactionMaxMeterValues"
    case stopTransactionOnEVSideDisconnect = "StopTransactionOnEVSideDisconnect"
    case stopTransactionOnInvalidId = "StopTransactionOnInvalidId"
    case stopTxnAlignedData = "StopTxnAlignedData"
    case stopTxnAlignedDataMaxLength = "StopTxnAlignedDataMaxLength"
    case stopTxnSampledData = "StopTxnSampledData"
    case stopTxnSampledDataMaxLength = "StopTxnSampledDataMaxLength"
    case supportedFeatureProfiles = "SupportedFeatureProfiles"
    case supportedFeatureProfilesMaxLength = "SupportedFeatureProfilesMaxLength"
    case supportedFileTransferProtocols = "SupportedFileTransferProtocols"
    case transactionMessageAttempts = "TransactionMessageAttempts"
    case transactionMessageRetryInterval = "TransactionMessageRetryInterval"
    case unlockConnectorOnEVSideDisconnect = "UnlockConnectorOnEVSideDisconnect"
    case webSocketPingInterval = "WebSocketPingInterval"

    /// The key that says how many items a list may have (OCPP 1.6 §5.3); nil: this key is no list that can be changed.
    var maximumLength: ConfigurationKey? {
        switch self {
        case .connectorPhaseRotation: .connectorPhaseRotationMaxLength
        case .meterValuesAlignedData: .meterValuesAlignedDataMaxLength
        case .meterValuesSampledData: .meterValuesSampledDataMaxLength
        case .stopTxnAlignedData: .stopTxnAlignedDataMaxLength
        case .stopTxnSampledData: .stopTxnSampledDataMaxLength
        default: nil
        }
    }

    /// Whether a change of it is a security event (ReconfigurationOfSecurityParameters).
    public var isSecurityParameter: Bool {
        switch self {
        case .authorizationKey, .cpoName, .securityEventNotifications, .securityProfile: true
        default: false
        }
    }

    private static let byLowercasedName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue.lowercased(), $0) })

    /// Finds a key whatever the case of its name.
    public init?(named name: String) {
        guard let key = Self.byLowercasedName[name.lowercased()] else { return nil }
        self = key
    }
}
