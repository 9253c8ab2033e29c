/// A request from the Central System to this charge point (OCPP 1.6 §5).
public enum CentralSystemRequest: Sendable, Equatable {
    case changeAvailability(ChangeAvailability)
    case changeConfiguration(ChangeConfiguration)
    case clearCache(ClearCache)
    case dataTransfer(DataTransfer)
    case getConfiguration(GetConfiguration)
    case remoteStartTransaction(RemoteStartTransaction)
    case remoteStopTransaction(RemoteStopTransaction)
    case reset(Reset)
    case unlockConnector(UnlockConnector)
    case getDiagnostics(GetDiagnostics)
    case updateFirmware(UpdateFirmware)
    case getLocalListVersion(GetLocalListVersion)
    case sendLocalList(SendLocalList)
    case cancelReservation(CancelReservation)
    case reserveNow(ReserveNow)
    case clearChargingProfile(ClearChargingProfile)
    case getCompositeSchedule(GetCompositeSchedule)
    case setChargingProfile(SetChargingProfile)
    case triggerMessage(TriggerMessage)
    case certificateSigned(CertificateSigned)
    case deleteCertificate(DeleteCertificate)
    case extendedTriggerMessage(ExtendedTriggerMessage)
    case getInstalledCertificateIds(GetInstalledCertificateIds)
    case getLog(GetLog)
    case installCertificate(InstallCertificate)
    case signedUpdateFirmware(SignedUpdateFirmware)

    public var action: Action {
        switch self {
        case .changeAvailability: .changeAvailability
        case .changeConfiguration: .changeConfiguration
        case .clearCache: .clearCache
        case .dataTransfer: .dataTransfer
        case .getConfiguration: .getConfiguration
        case .remoteStartTransaction: .remoteStartTransaction
        case .remoteStopTransaction: .remoteStopTransaction
        case .reset: .reset
        case .unlockConnector: .unlockConnector
        case .getDiagnostics: .getDiagnostics
        case .updateFirmware: .updateFirmware
        case .getLocalListVersion: .getLocalListVersion
        case .sendLocalList: .sendLocalList
        case .cancelReservation: .cancelReservation
        case .reserveNow: .reserveNow
        case .clearChargingProfile: .clearChargingProfile
        case .getCompositeSchedule: .getCompositeSchedule
        case .setChargingProfile: .setChargingProfile
        case .triggerMessage: .triggerMessage
        case .certificateSigned: .certificateSigned
        case .deleteCertificate: .deleteCertificate
        case .extendedTriggerMessage: .extendedTriggerMessage
        case .getInstalledCertificateIds: .getInstalledCertificateIds
        case .getLog: .getLog
        case .installCertificate: .installCertificate
        case .signedUpdateFirmware: .signedUpdateFirmware
        }
    }

    /// The request from a payload, which is an object; `nil` when only a charge point sends this action.
    init?(action: Action, payload: JSON, lenient: Bool) throws {
        func read<R: FromCentralSystem>(_ type: R.Type) throws -> R {
            try JSONTreeDecoder.decode(type, from: payload, lenient: lenient)
        }
        switch action {
        case .changeAvailability: self = .changeAvailability(try read(ChangeAvailability.self))
        case .changeConfiguration: self = .changeConfiguration(try read(ChangeConfiguration.self))
        case .clearCache: self = .clearCache(try read(ClearCache.self))
        case .dataTransfer: self = .dataTransfer(try read(DataTransfer.self))
        case .getConfiguration: self = .getConfiguration(try read(GetConfiguration.self))
        case .remoteStartTransaction: self = .remoteStartTransaction(try read(RemoteStartTransaction.self))
        case .remoteStopTransaction: self = .remoteStopTransaction(try read(RemoteStopTransaction.self))
        case .reset: self = .reset(try read(Reset.self))
        case .unlockConnector: self = .unlockConnector(try read(UnlockConnector.self))
        case .getDiagnostics: self = .getDiagnostics(try read(GetDiagnostics.self))
        case .updateFirmware: self = .updateFirmware(try read(UpdateFirmware.self))
        case .getLocalListVersion: self = .getLocalListVersion(try read(GetLocalListVersion.self))
        case .sendLocalList: self = .sendLocalList(try read(SendLocalList.self))
        case .cancelReservation: self = .cancelReservation(try read(CancelReservation.self))
        case .reserveNow: self = .reserveNow(try read(ReserveNow.self))
        case .clearChargingProfile: self = .clearChargingProfile(try read(ClearChargingProfile.self))
        case .getCompositeSchedule: self = .getCompositeSchedule(try read(GetCompositeSchedule.self))
        case .setChargingProfile: self = .setChargingProfile(try read(SetChargingProfile.self))
        case .triggerMessage: self = .triggerMessage(try read(TriggerMessage.self))
        case .certificateSigned: self = .certificateSigned(try read(CertificateSigned.self))
        case .deleteCertificate: self = .deleteCertificate(try read(DeleteCertificate.self))
        case .extendedTriggerMessage: self = .extendedTriggerMessage(try read(ExtendedTriggerMessage.self))
        case .getInstalledCertificateIds: self = .getInstalledCertificateIds(try read(GetInstalledCertificateIds.self))
        case .getLog: self = .getLog(try read(GetLog.self))
        case .installCertificate: self = .installCertificate(try read(InstallCertificate.self))
        case .signedUpdateFirmware: self = .signedUpdateFirmware(try read(SignedUpdateFirmware.self))
        case .authorize, .bootNotification, .heartbeat, .meterValues, .startTransaction, .statusNotification, .stopTransaction,
            .diagnosticsStatusNotification, .firmwareStatusNotification, .logStatusNotification, .securityEventNotification,
            .signCertificate, .signedFirmwareStatusNotification:
            return nil
        }
    }
}
