import OCPP
import Units

// FirmwareStatusNotification and SignedFirmwareStatusNotification: each status once, in order, kept until it was answered
// (OCPP 1.6 §4.5; security whitepaper L01.FR.01, FR.10).
extension ChargePoint {
    mutating func tellFirmwareStatus() {
        guard isOnline, let update = firmware.update, let status = update.untold.first, !calls.isTellingFirmware else { return }
        calls.enqueue(firmwareMessage(update, status), .firmwareStatus(update.id, status))
    }

    private func firmwareMessage(_ update: FirmwareUpdate, _ status: FirmwareStatusEnumType) -> ChargePointRequest {
        if let signed = update.signed {
            return .signedFirmwareStatusNotification(.init(status: status, requestId: signed.requestId))
        }
        return .firmwareStatusNotification(.init(status: status.unsigned))
    }

    /// Answered; a refusal counts too, since telling it again would be answered the same.
    mutating func firmwareStatusTold(_ id: String, _ status: FirmwareStatusEnumType) {
        firmware.silences = 0
        guard var update = firmware.update, update.id == id, update.untold.first == status else { return }
        update.untold.removeFirst()
        firmware.update = update
        record(.firmwareUpdateChanged(update))
    }

    /// No answer although the connection lives.
    mutating func firmwareStatusUnanswered(_ id: String, _ status: FirmwareStatusEnumType) {
        firmware.silences += 1
        if firmware.silences >= Self.firmwareStatusAttempts { firmwareStatusTold(id, status) }
    }

    /// TriggerMessage: "SHALL only send the status Idle … when it is not busy downloading/installing firmware" (OCPP 1.6 §4.5).
    mutating func triggerFirmwareStatus() {
        let update = firmware.update.flatMap { $0.isUnderWay ? $0 : nil }
        let message = FirmwareStatusNotification(status: update?.status?.unsigned ?? .idle)
        calls.enqueue(.firmwareStatusNotification(message), .other, isTriggered: true)
    }

    /// ExtendedTriggerMessage: the last status sent; Idle after Installed, and where there was none (L01.FR.28, FR.29).
    mutating func triggerSignedFirmwareStatus() {
        var message = SignedFirmwareStatusNotification(status: .idle)
        if let update = firmware.update, let signed = update.signed, let status = update.status, status != .installed {
            message = SignedFirmwareStatusNotification(status: status, requestId: signed.requestId)
        }
        calls.enqueue(.signedFirmwareStatusNotification(message), .other, isTriggered: true)
    }
}

extension FirmwareStatusEnumType {
    /// The nearest word that an unsigned update has (OCPP 1.6 §7.25).
    var unsigned: FirmwareStatus {
        switch self {
        case .downloaded, .signatureVerified, .installScheduled: .downloaded
        case .downloadFailed: .downloadFailed
        case .downloading, .downloadPaused: .downloading
        case .downloadScheduled, .idle: .idle
        case .installationFailed, .installVerificationFailed, .invalidSignature: .installationFailed
        case .installing, .installRebooting: .installing
        case .installed: .installed
        }
    }
}
