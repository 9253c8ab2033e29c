import OCPP
import Units

// ExtendedTriggerMessage (security whitepaper §5.5): TriggerMessage with the security extension's messages.
extension ChargePoint {
    mutating func extendedTrigger(_ request: ExtendedTriggerMessage, _ id: MessageId) {
        let status = extendedTriggerStatus(request)
        reply(id, .extendedTriggerMessage(.init(status: status)))
        guard status == .accepted else { return }
        if let message = request.requestedMessage.inTriggerMessage { return carryOut(message, request.connectorId) }
        switch request.requestedMessage {
        case .logStatusNotification: triggerLogStatus()
        case .firmwareStatusNotification: triggerSignedFirmwareStatus()
        case .signChargePointCertificate: askForCertificate()
        case .bootNotification, .heartbeat, .meterValues, .statusNotification: break
        }
    }

    private func extendedTriggerStatus(_ request: ExtendedTriggerMessage) -> TriggerMessageStatus {
        if let message = request.requestedMessage.inTriggerMessage {
            return triggerStatus(TriggerMessage(requestedMessage: message, connectorId: request.connectorId))
        }
        switch request.requestedMessage {
        case .logStatusNotification, .firmwareStatusNotification: return .accepted
        case .signChargePointCertificate: return canAskForCertificate ? .accepted : .rejected
        case .bootNotification, .heartbeat, .meterValues, .statusNotification: return .notImplemented
        }
    }
}

extension MessageTriggerEnumType {
    /// Those that TriggerMessage knows as well; the firmware status there is another message.
    fileprivate var inTriggerMessage: MessageTrigger? {
        switch self {
        case .bootNotification: .bootNotification
        case .heartbeat: .heartbeat
        case .meterValues: .meterValues
        case .statusNotification: .statusNotification
        case .logStatusNotification, .firmwareStatusNotification, .signChargePointCertificate: nil
        }
    }
}
