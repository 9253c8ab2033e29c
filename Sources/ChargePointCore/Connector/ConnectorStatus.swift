import OCPP
import Units

extension BoardFault {
    /// Whether it prevents charging (OCPP 1.6 §7.7 Faulted); the others are reported beside the status.
    var isBlocking: Bool {
        switch kind {
        case .readerFailure, .weakSignal, .localListConflict, .resetFailure: false
        case .connectorLockFailure, .evCommunicationError, .groundFailure, .highTemperature, .internalError, .otherError,
            .overCurrentFailure, .overVoltage, .powerMeterFailure, .powerSwitchFailure, .underVoltage:
            true
        }
    }

    /// Whether somebody has to look before energy may flow again, so that the session ends instead of waiting.
    var endsSession: Bool {
        if vendorErrorCode == BoardFault.emergencyStop.vendorErrorCode { return true }
        switch kind {
        case .groundFailure, .overCurrentFailure, .powerSwitchFailure: return true
        default: return false
        }
    }

    /// Why the session ends (OCPP 1.6 §7.36).
    var stopReason: Reason { vendorErrorCode == BoardFault.emergencyStop.vendorErrorCode ? .emergencyStop : .other }

    /// What `contactorSaid` found; ends by proof only, not because another fault of the switch does.
    var isOfContactor: Bool { kind == .powerSwitchFailure && info?.hasPrefix("contactor ") ?? false }

    /// Every kind carries the specification's spelling; a test holds them together.
    var errorCode: ChargePointErrorCode { ChargePointErrorCode(rawValue: kind.rawValue) ?? .otherError }
}

extension Connector {
    /// The fault that is reported: a blocking one before the others, the older before the newer.
    var reportedFault: BoardFault? { allFaults.first(where: blocks) ?? allFaults.first }
    var isFaulted: Bool { allFaults.contains(where: blocks) }
    private var allFaults: [BoardFault] { faults + (meter.failure.map { [$0] } ?? []) + commonFaults }

    /// Without a meter nothing can be sold, unless the operator chose that a session goes on.
    private func blocks(_ fault: BoardFault) -> Bool {
        fault.kind == .powerMeterFailure && transaction != nil ? meterFailureBlocks : fault.isBlocking
    }

    /// ChargePointStatus as a projection of the facts (OCPP 1.6 §4.9, §7.7; errata 3.19 to 3.22, 3.55, 3.64).
    ///
    /// - Parameter storageFailure: why nothing can be recorded; a session that runs is not disturbed by it.
    func report(storageFailure: String?) -> StatusReport {
        let fault = reportedFault
        var report = StatusReport(
            status: status, errorCode: fault?.errorCode ?? .noError, vendorErrorCode: fault?.vendorErrorCode, info: fault?.info)
        if transaction == nil, let storageFailure, report.status != .faulted {
            report = StatusReport(status: .faulted, errorCode: .internalError, info: storageFailure)
        }
        if report.info == nil, report.status == .suspendedEVSE { report.info = suspensionReason }
        return report
    }

    private var status: ChargePointStatus {
        if isFaulted { return .faulted }
        if let transaction {
            if let ending = transaction.ending { return ending.statusBefore }
            return energyStatus(of: transaction)
        }
        if availability == .inoperative { return .unavailable }
        switch usage {
        case .idle: return .available
        case .preparing: return .preparing
        case .ended: return isPlugged ? .finishing : .available
        }
    }

    private func energyStatus(of transaction: ActiveTransaction) -> ChargePointStatus {
        // "If charging is suspended both by the EV and the EVSE, status SuspendedEVSE SHALL have precedence."
        if command.offer == nil || vehicle.asksForEnergy && !asksForEnergy { return .suspendedEVSE }
        return contactor == .closed && vehicle.asksForEnergy ? .charging : .suspendedEV
    }

    private var suspensionReason: String? {
        guard let transaction else { return nil }
        if transaction.deauthorised != nil { return "the identifier was refused" }
        if transaction.isRestored { return "restored after power loss" }
        if vehicle.asksForEnergy, !asksForEnergy { return "the vehicle demands ventilation, and there is none" }
        if rating == nil { return "the cable's rating cannot be read" }
        return nil
    }
}
