import OCPP
import Units

// StatusNotification for connector 0 to n, as changes become due (OCPP 1.6 §4.9).
extension ChargePoint {
    mutating func reportStatus() {
        let time = clock.recorded(now)
        let minimum = configuration.seconds(.minimumStatusDuration)
        reporter.update(ownReport, at: time)
        if isOnline, let due = reporter.due(minimum: minimum), now.uptime >= due {
            notify(.chargePoint, reporter.take(), reporter.changedAt)
        }
        for index in connectors.indices {
            let report = connectors[index].report(storageFailure: storageFailure)
            let steps = StatusReport.path(
                from: connectors[index].reporter.current.status, to: report, after: connectors[index].endReason)
            for step in steps {
                connectors[index].reporter.update(step, at: time)
                guard isOnline, let due = connectors[index].reporter.due(minimum: minimum), now.uptime >= due else { continue }
                notify(connectors[index].id, connectors[index].reporter.take(), connectors[index].reporter.changedAt)
            }
        }
    }

    /// Connector 0 knows Available, Unavailable and Faulted alone.
    var ownReport: StatusReport {
        if let storageFailure { return StatusReport(status: .faulted, errorCode: .internalError, info: storageFailure) }
        let fault = faults.first(where: \.isBlocking) ?? faults.first { $0.isReported(with: .available) }
        let status: ChargePointStatus
        if fault?.isBlocking ?? false { status = .faulted } else { status = availability == .operative ? .available : .unavailable }
        return StatusReport(
            status: status, errorCode: fault?.errorCode ?? .noError, vendorErrorCode: fault?.vendorErrorCode, info: fault?.info)
    }

    mutating func notify(_ id: ConnectorId, _ report: StatusReport, _ time: RecordedTime, isTriggered: Bool = false) {
        let notification = StatusNotification(
            connectorId: id, errorCode: report.errorCode, info: report.info.map { CiString(truncating: $0) }, status: report.status,
            timestamp: clock.corrected(time),
            // Whose code it is: "This identifies the vendor-specific implementation."
            vendorId: report.vendorErrorCode.map { _ in CiString(truncating: settings.identity.chargePointVendor.text) },
            vendorErrorCode: report.vendorErrorCode.map { CiString(truncating: $0) })
        calls.enqueue(.statusNotification(notification), .statusNotification(id), isTriggered: isTriggered, time: time)
    }
}

extension StatusReport {
    /// The way to a new status through §4.9's table, which has no direct way for some: a step between is reported too.
    ///
    /// - Parameter endReason: why the session ended that was here last.
    static func path(from old: ChargePointStatus, to new: StatusReport, after endReason: Reason?) -> [StatusReport] {
        let between: ChargePointStatus?
        switch (old, new.status) {
        // The cable left the vehicle and the outlet at once: "a StatusNotification.req with the state: 'Finishing' SHOULD be send".
        case (.charging, .available), (.suspendedEV, .available), (.suspendedEVSE, .available):
            guard endReason == .evDisconnected else { return [new] }
            return [StatusReport(status: .finishing, info: Connector.vehicleLeft), new]
        // B8 does not exist: the intended usage ends first (B1), then the connector is taken out of service (A8).
        case (.preparing, .unavailable): between = .available
        // A6 does not exist: a usage that may not begin, in the moment in which its cable comes (A2, then B6).
        case (.available, .finishing): between = .preparing
        // H6 does not exist: a cable that stayed in shows as a new usage.
        case (.unavailable, .finishing): between = .preparing
        // F3 to F5 do not exist: a new authorisation without re-plugging begins with Preparing (F2).
        case (.finishing, .charging), (.finishing, .suspendedEV), (.finishing, .suspendedEVSE): between = .preparing
        // G3 to G6 do not exist: whoever presents the reservation's identity with the cable in comes by G2.
        case (.reserved, .charging), (.reserved, .suspendedEV), (.reserved, .suspendedEVSE), (.reserved, .finishing):
            between = .preparing
        // B7 does not exist: an intended usage that ends where the reservation holds on (B1, then A7).
        case (.preparing, .reserved): between = .available
        case (.charging, .preparing), (.suspendedEV, .preparing), (.suspendedEVSE, .preparing): between = .finishing
        default: between = nil
        }
        return (between.map { [StatusReport(status: $0)] } ?? []) + [new]
    }
}
