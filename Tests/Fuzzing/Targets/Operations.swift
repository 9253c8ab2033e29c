@testable import OCPP

/// An operation's two payloads, each read in both tempers and written again.
struct Operation: Sendable {
    var readRequest: @Sendable (Payload) -> Void
    var readConfirmation: @Sendable (Payload) -> Void

    /// - Parameter isWritten: false for a request that forgets what it cannot understand, and is only ever received.
    init<R: Request>(_ type: R.Type, isWritten: Bool = true) {
        readRequest = { payload in
            guard isWritten else {
                _ = try? payload.decode(R.self)
                return
            }
            check(R.self, payload, lenient: false)
            check(R.self, payload, lenient: true)
        }
        readConfirmation = { payload in check(R.Confirmation.self, payload, lenient: true) }
    }
}

/// What was read is written as something that even the strict reader takes for the same.
private func check<T: Codable & Equatable>(_ type: T.Type, _ payload: Payload, lenient: Bool) {
    let value: T
    do { value = try payload.decode(type, lenient: lenient) } catch {
        precondition(!error.problem.isEmpty, "a refusal says why")
        return
    }
    do {
        let again = try Payload(value).decode(type, lenient: false)
        precondition(again == value, "\(type) changes when it is written")
    } catch { preconditionFailure("\(type) that we write cannot be read: \(error)") }
}

enum Operations {
    /// In this order the first byte of a payload names them, `A` being number 65 modulo their count.
    static let all: [Operation] = fromCentralSystem + confirmedByCentralSystem

    static let fromCentralSystem: [Operation] = [
        Operation(ChangeAvailability.self), Operation(ChangeConfiguration.self), Operation(ClearCache.self),
        Operation(DataTransfer.self), Operation(GetConfiguration.self), Operation(RemoteStartTransaction.self),
        Operation(RemoteStopTransaction.self), Operation(Reset.self), Operation(UnlockConnector.self),
        Operation(GetDiagnostics.self), Operation(UpdateFirmware.self), Operation(GetLocalListVersion.self),
        Operation(SendLocalList.self), Operation(CancelReservation.self), Operation(ReserveNow.self),
        Operation(ClearChargingProfile.self), Operation(GetCompositeSchedule.self), Operation(SetChargingProfile.self),
        Operation(TriggerMessage.self, isWritten: false), Operation(CertificateSigned.self), Operation(DeleteCertificate.self),
        Operation(ExtendedTriggerMessage.self), Operation(GetInstalledCertificateIds.self), Operation(GetLog.self),
        Operation(InstallCertificate.self), Operation(SignedUpdateFirmware.self),
    ]

    static let confirmedByCentralSystem: [Operation] = [
        Operation(Authorize.self), Operation(BootNotification.self), Operation(Heartbeat.self), Operation(MeterValues.self),
        Operation(StartTransaction.self), Operation(StatusNotification.self), Operation(StopTransaction.self),
        Operation(DiagnosticsStatusNotification.self), Operation(FirmwareStatusNotification.self),
        Operation(LogStatusNotification.self), Operation(SecurityEventNotification.self), Operation(SignCertificate.self),
        Operation(SignedFirmwareStatusNotification.self),
    ]
}
