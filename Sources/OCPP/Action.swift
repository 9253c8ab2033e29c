/// Every operation of OCPP 1.6 and of its security whitepaper (edition 3), under its name in a CALL.
public enum Action: String, CaseIterable, Codable, Sendable {
    // Core
    case authorize = "Authorize"
    case bootNotification = "BootNotification"
    case changeAvailability = "ChangeAvailability"
    case changeConfiguration = "ChangeConfiguration"
    case clearCache = "ClearCache"
    case dataTransfer = "DataTransfer"
    case getConfiguration = "GetConfiguration"
    case heartbeat = "Heartbeat"
    case meterValues = "MeterValues"
    case remoteStartTransaction = "RemoteStartTransaction"
    case remoteStopTransaction = "RemoteStopTransaction"
    case reset = "Reset"
    case startTransaction = "StartTransaction"
    case statusNotification = "StatusNotification"
    case stopTransaction = "StopTransaction"
    case unlockConnector = "UnlockConnector"
    // FirmwareManagement
    case diagnosticsStatusNotification = "DiagnosticsStatusNotification"
    case firmwareStatusNotification = "FirmwareStatusNotification"
    case getDiagnostics = "GetDiagnostics"
    case updateFirmware = "UpdateFirmware"
    // LocalAuthListManagement
    case getLocalListVersion = "GetLocalListVersion"
    case sendLocalList = "SendLocalList"
    // Reservation
    case cancelReservation = "CancelReservation"
    case reserveNow = "ReserveNow"
    // SmartCharging
    case clearChargingProfile = "ClearChargingProfile"
    case getCompositeSchedule = "GetCompositeSchedule"
    case setChargingProfile = "SetChargingProfile"
    // RemoteTrigger
    case triggerMessage = "TriggerMessage"
    // Security
    case certificateSigned = "CertificateSigned"
    case deleteCertificate = "DeleteCertificate"
    case extendedTriggerMessage = "ExtendedTriggerMessage"
    case getInstalledCertificateIds = "GetInstalledCertificateIds"
    case getLog = "GetLog"
    case installCertificate = "InstallCertificate"
    case logStatusNotification = "LogStatusNotification"
    case securityEventNotification = "SecurityEventNotification"
    case signCertificate = "SignCertificate"
    case signedFirmwareStatusNotification = "SignedFirmwareStatusNotification"
    case signedUpdateFirmware = "SignedUpdateFirmware"
}

extension Action {
    /// The feature profile that the operation belongs to (OCPP 1.6 §3.3).
    public var profile: FeatureProfile {
        switch self {
        case .authorize, .bootNotification, .changeAvailability, .changeConfiguration, .clearCache, .dataTransfer,
            .getConfiguration, .heartbeat, .meterValues, .remoteStartTransaction, .remoteStopTransaction, .reset,
            .startTransaction, .statusNotification, .stopTransaction, .unlockConnector:
            .core
        case .diagnosticsStatusNotification, .firmwareStatusNotification, .getDiagnostics, .updateFirmware:
            .firmwareManagement
        case .getLocalListVersion, .sendLocalList:
            .localAuthListManagement
        case .cancelReservation, .reserveNow:
            .reservation
        case .clearChargingProfile, .getCompositeSchedule, .setChargingProfile:
            .smartCharging
        case .triggerMessage:
            .remoteTrigger
        case .certificateSigned, .deleteCertificate, .extendedTriggerMessage, .getInstalledCertificateIds, .getLog,
            .installCertificate, .logStatusNotification, .securityEventNotification, .signCertificate,
            .signedFirmwareStatusNotification, .signedUpdateFirmware:
            .security
        }
    }
}

/// A group of operations that a charge point offers as a whole or not at all (OCPP 1.6 §3.3, key SupportedFeatureProfiles §9.1.29).
public enum FeatureProfile: String, CaseIterable, Codable, Sendable {
    case core = "Core"
    case firmwareManagement = "FirmwareManagement"
    case localAuthListManagement = "LocalAuthListManagement"
    case reservation = "Reservation"
    case smartCharging = "SmartCharging"
    case remoteTrigger = "RemoteTrigger"
    /// The operations of the security whitepaper.
    case security = "Security"
}
