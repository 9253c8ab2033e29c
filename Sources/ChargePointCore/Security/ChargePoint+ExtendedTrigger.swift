import OCPP
import Units

// ExtendedTriggerMessage (security whitepaper §5.5): what TriggerMessage does, and what the security operations add.
extension ChargePoint {
    mutating func trigger(_ request: ExtendedTriggerMessage, _ id: MessageId) {
        if let message = Self.plain(request.requestedMessage) {
            let plain = TriggerMessage(requestedMessage: message, connectorId: request.connectorId)
            let status = triggerStatus(plain)
            reply(id, .extendedTriggerMessage(.init(status: status)))
            if status == .accepted { carryOut(plain) }
            return
        }
        guard request.requestedMessage == .signChargePointCertificate else {
            return reply(id, .extendedTriggerMessage(.init(status: .notImplemented)))
        }
        if !canAskForCertificate { log(.notice, "SignChargePointCertificate refused: CpoName is not set") }
        reply(id, .extendedTriggerMessage(.init(status: canAskForCertificate ? .accepted : .rejected)))
        if canAskForCertificate { askForCertificate() }
    }

    /// The same message of TriggerMessage, where that has it.
    private static func plain(_ message: MessageTriggerEnumType) -> MessageTrigger? {
        switch message {
        case .bootNotification: .bootNotification
        case .heartbeat: .heartbeat
        case .meterValues: .meterValues
        case .statusNotification: .statusNotification
        case .logStatusNotification, .firmwareStatusNotification, .signChargePointCertificate: nil
        }
    }
}
