import OCPP
import Units

// TriggerMessage (OCPP 1.6 §5.17): the answer first, then the message, also while Pending.
extension ChargePoint {
    mutating func trigger(_ request: TriggerMessage, _ id: MessageId) {
        let status = triggerStatus(request)
        reply(id, .triggerMessage(.init(status: status)))
        guard status == .accepted, let message = request.requestedMessage else { return }
        carryOut(message, request.connectorId)
    }

    mutating func carryOut(_ message: MessageTrigger, _ connector: ConnectorId?) {
        switch message {
        case .bootNotification:
            registration.isBootDue = true
            registration.nextBoot = now.uptime
        case .heartbeat: calls.enqueue(.heartbeat(Heartbeat()), .heartbeat, isTriggered: true)
        case .statusNotification: triggerStatusNotifications(connector)
        case .meterValues: triggerMeterValues(connector)
        case .diagnosticsStatusNotification: triggerDiagnosticsStatus()
        case .firmwareStatusNotification: triggerFirmwareStatus()
        }
    }

    func triggerStatus(_ request: TriggerMessage) -> TriggerMessageStatus {
        // What nobody knows is a status of the answer, not a CALLERROR (OCPP 1.6 §5.17).
        guard let message = request.requestedMessage else { return .notImplemented }
        switch message {
        // Errata 3.35: after Accepted a further BootNotification is rejected.
        case .bootNotification: return registration.status == .accepted && registration.wasSent ? .rejected : .accepted
        case .meterValues:
            return triggeredConnectors(request.connectorId).contains { !triggeredValues($0).isEmpty } ? .accepted : .rejected
        case .statusNotification: return exists(request.connectorId) ? .accepted : .rejected
        // "If the specified connectorId is not relevant to the message, it should be ignored."
        case .heartbeat: return .accepted
        case .diagnosticsStatusNotification, .firmwareStatusNotification:
            return enabledProfiles.contains(.firmwareManagement) ? .accepted : .notImplemented
        }
    }

    private func exists(_ id: ConnectorId?) -> Bool { id.map { $0 == .chargePoint || index($0) != nil } ?? true }

    /// No connector named: all of them.
    private func triggeredConnectors(_ id: ConnectorId?) -> [Int] {
        guard let id, id != .chargePoint else { return Array(connectors.indices) }
        return index(id).map { [$0] } ?? []
    }

    private mutating func triggerStatusNotifications(_ id: ConnectorId?) {
        let time = clock.recorded(now)
        if id == nil || id == .chargePoint { notify(.chargePoint, ownReport, time, isTriggered: true) }
        guard id != .chargePoint else { return }
        for index in triggeredConnectors(id) {
            notify(connectors[index].id, connectors[index].report(storageFailure: storageFailure), time, isTriggered: true)
        }
    }

    private func triggeredValues(_ index: Int) -> [SampledValue] {
        let source = source(index, begin: connectors[index].transaction?.sampling.intervalBegin)
        return source?.values(configuration.measurands(.meterValuesSampledData), context: .trigger) ?? []
    }

    /// Errata 3.46: "SHALL return the most recent measurements for all measurands configured in MeterValuesSampledData."
    private mutating func triggerMeterValues(_ id: ConnectorId?) {
        for index in triggeredConnectors(id) {
            let values = triggeredValues(index)
            guard !values.isEmpty else { continue }
            let message = MeterValues(
                connectorId: connectors[index].id, transactionId: connectors[index].transaction?.toldId,
                meterValue: [MeterValue(timestamp: clock.now(now), sampledValue: values)])
            calls.enqueue(.meterValues(message), .other, isTriggered: true, time: clock.recorded(now))
        }
    }
}
