/// Our answer to a request from the Central System.
public enum ChargePointConfirmation: Sendable, Equatable {
    case changeAvailability(ChangeAvailability.Confirmation)
    case changeConfiguration(ChangeConfiguration.Confirmation)
    case clearCache(ClearCache.Confirmation)
    case dataTransfer(DataTransfer.Confirmation)
    case getConfiguration(GetConfiguration.Confirmation)
    case remoteStartTransaction(RemoteStartTransaction.Confirmation)
    case remoteStopTransaction(RemoteStopTransaction.Confirmation)
    case reset(Reset.Confirmation)
    case unlockConnector(UnlockConnector.Confirmation)
    case getDiagnostics(GetDiagnostics.Confirmation)
    case updateFirmware(UpdateFirmware.Confirmation)
    case getLocalListVersion(GetLocalListVersion.Confirmation)
    case sendLocalList(SendLocalList.Confirmation)
    case cancelReservation(CancelReservation.Confirmation)
    case reserveNow(ReserveNow.Confirmation)
    case clearChargingProfile(ClearChargingProfile.Confirmation)
    case getCompositeSchedule(GetCompositeSchedule.Confirmation)
    case setChargingProfile(SetChargingProfile.Confirmation)
    case triggerMessage(TriggerMessage.Confirmation)
    case certificateSigned(CertificateSigned.Confirmation)
    case deleteCertificate(DeleteCertificate.Confirmation)
    case extendedTriggerMessage(ExtendedTriggerMessage.Confirmation)
    case getInstalledCertificateIds(GetInstalledCertificateIds.Confirmation)
    case getLog(GetLog.Confirmation)
    case installCertificate(InstallCertificate.Confirmation)
    case signedUpdateFirmware(SignedUpdateFirmware.Confirmation)

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

    /// The payload's JSON: the same bytes for the same message.
    public func payloadJSON() -> String {
        switch self {
        case .changeAvailability(let confirmation): encodedJSON(confirmation)
        case .changeConfiguration(let confirmation): encodedJSON(confirmation)
        case .clearCache(let confirmation): encodedJSON(confirmation)
        case .dataTransfer(let confirmation): encodedJSON(confirmation)
        case .getConfiguration(let confirmation): encodedJSON(confirmation)
        case .remoteStartTransaction(let confirmation): encodedJSON(confirmation)
        case .remoteStopTransaction(let confirmation): encodedJSON(confirmation)
        case .reset(let confirmation): encodedJSON(confirmation)
        case .unlockConnector(let confirmation): encodedJSON(confirmation)
        case .getDiagnostics(let confirmation): encodedJSON(confirmation)
        case .updateFirmware(let confirmation): encodedJSON(confirmation)
        case .getLocalListVersion(let confirmation): encodedJSON(confirmation)
        case .sendLocalList(let confirmation): encodedJSON(confirmation)
        case .cancelReservation(let confirmation): encodedJSON(confirmation)
        case .reserveNow(let confirmation): encodedJSON(confirmation)
        case .clearChargingProfile(let confirmation): encodedJSON(confirmation)
        case .getCompositeSchedule(let confirmation): encodedJSON(confirmation)
        case .setChargingProfile(let confirmation): encodedJSON(confirmation)
        case .triggerMessage(let confirmation): encodedJSON(confirmation)
        case .certificateSigned(let confirmation): encodedJSON(confirmation)
        case .deleteCertificate(let confirmation): encodedJSON(confirmation)
        case .extendedTriggerMessage(let confirmation): encodedJSON(confirmation)
        case .getInstalledCertificateIds(let confirmation): encodedJSON(confirmation)
        case .getLog(let confirmation): encodedJSON(confirmation)
        case .installCertificate(let confirmation): encodedJSON(confirmation)
        case .signedUpdateFirmware(let confirmation): encodedJSON(confirmation)
        }
    }
}
