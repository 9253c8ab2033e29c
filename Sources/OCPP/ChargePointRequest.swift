/// A request from this charge point to the Central System (OCPP 1.6 §4).
public enum ChargePointRequest: Sendable, Equatable {
    case authorize(Authorize)
    case bootNotification(BootNotification)
    case dataTransfer(DataTransfer)
    case heartbeat(Heartbeat)
    case meterValues(MeterValues)
    case startTransaction(StartTransaction)
    case statusNotification(StatusNotification)
    case stopTransaction(StopTransaction)
    case diagnosticsStatusNotification(DiagnosticsStatusNotification)
    case firmwareStatusNotification(FirmwareStatusNotification)
    case logStatusNotification(LogStatusNotification)
    case securityEventNotification(SecurityEventNotification)
    case signCertificate(SignCertificate)
    case signedFirmwareStatusNotification(SignedFirmwareStatusNotification)

    public var action: Action {
        switch self {
        case .authorize: .authorize
        case .bootNotification: .bootNotification
        case .dataTransfer: .dataTransfer
        case .heartbeat: .heartbeat
        case .meterValues: .meterValues
        case .startTransaction: .startTransaction
        case .statusNotification: .statusNotification
        case .stopTransaction: .stopTransaction
        case .diagnosticsStatusNotification: .diagnosticsStatusNotification
        case .firmwareStatusNotification: .firmwareStatusNotification
        case .logStatusNotification: .logStatusNotification
        case .securityEventNotification: .securityEventNotification
        case .signCertificate: .signCertificate
        case .signedFirmwareStatusNotification: .signedFirmwareStatusNotification
        }
    }

    /// The payload's JSON: the same bytes for the same message.
    public func payloadJSON() -> String {
        switch self {
        case .authorize(let request): encodedJSON(request)
        case .bootNotification(let request): encodedJSON(request)
        case .dataTransfer(let request): encodedJSON(request)
        case .heartbeat(let request): encodedJSON(request)
        case .meterValues(let request): encodedJSON(request)
        case .startTransaction(let request): encodedJSON(request)
        case .statusNotification(let request): encodedJSON(request)
        case .stopTransaction(let request): encodedJSON(request)
        case .diagnosticsStatusNotification(let request): encodedJSON(request)
        case .firmwareStatusNotification(let request): encodedJSON(request)
        case .logStatusNotification(let request): encodedJSON(request)
        case .securityEventNotification(let request): encodedJSON(request)
        case .signCertificate(let request): encodedJSON(request)
        case .signedFirmwareStatusNotification(let request): encodedJSON(request)
        }
    }

    /// The request whose payload was recorded as JSON.
    public init(action: Action, payload: Payload) throws(PayloadError) {
        switch action {
        case .authorize: self = .authorize(try payload.decode(Authorize.self))
        case .bootNotification: self = .bootNotification(try payload.decode(BootNotification.self))
        case .dataTransfer: self = .dataTransfer(try payload.decode(DataTransfer.self))
        case .heartbeat: self = .heartbeat(try payload.decode(Heartbeat.self))
        case .meterValues: self = .meterValues(try payload.decode(MeterValues.self))
        case .startTransaction: self = .startTransaction(try payload.decode(StartTransaction.self))
        case .statusNotification: self = .statusNotification(try payload.decode(StatusNotification.self))
        case .stopTransaction: self = .stopTransaction(try payload.decode(StopTransaction.self))
        case .diagnosticsStatusNotification:
            self = .diagnosticsStatusNotification(try payload.decode(DiagnosticsStatusNotification.self))
        case .firmwareStatusNotification: self = .firmwareStatusNotification(try payload.decode(FirmwareStatusNotification.self))
        case .logStatusNotification: self = .logStatusNotification(try payload.decode(LogStatusNotification.self))
        case .securityEventNotification: self = .securityEventNotification(try payload.decode(SecurityEventNotification.self))
        case .signCertificate: self = .signCertificate(try payload.decode(SignCertificate.self))
        case .signedFirmwareStatusNotification:
            self = .signedFirmwareStatusNotification(try payload.decode(SignedFirmwareStatusNotification.self))
        case .changeAvailability, .changeConfiguration, .clearCache, .getConfiguration, .remoteStartTransaction,
            .remoteStopTransaction, .reset, .unlockConnector, .getDiagnostics, .updateFirmware, .getLocalListVersion,
            .sendLocalList, .cancelReservation, .reserveNow, .clearChargingProfile, .getCompositeSchedule, .setChargingProfile,
            .triggerMessage, .certificateSigned, .deleteCertificate, .extendedTriggerMessage, .getInstalledCertificateIds,
            .getLog, .installCertificate, .signedUpdateFirmware:
            throw PayloadError(path: "", problem: "\(action.rawValue) is not sent by a charge point")
        }
    }
}
