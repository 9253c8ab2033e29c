import OCPP
import Units

extension BoardFault {
    /// Whether it prevents charging (OCPP 1.6 §7.7 Faulted); the others are reported beside the status.
    var isBlocking: Bool {
        switch kind {
        case .readerFailure, .weakSignal, .localListConflict, .resetFailure, .evCommunicationError: false
        case .connectorLockFailure, .groundFailure, .highTemperature, .internalError, .otherError,
            .overCurrentFailure, .overVoltage, .powerMeterFailure, .powerSwitchFailure, .underVoltage:
            true
        }
    }

    /// Whether no energy is offered as long as it lasts, although the connector is not Faulted: "Instead, it should go to the
    /// SuspendedEVSE state" (OCPP 1.6 §7.6).
    var suspends: Bool { kind == .evCommunicationError }

    /// EVCommunicationError "SHALL only be used with status Preparing, SuspendedEV, SuspendedEVSE and Finishing" (OCPP 1.6 §4.9).
    func isReported(with status: ChargePointStatus) -> Bool {
        !suspends || [.preparing, .suspendedEV, .suspendedEVSE, .finishing].contains(status)
    }

    /// Why the session ends, where somebody has to look before energy may flow again; nil: it waits until the fault is over.
    var stopReason: Reason? {
        if isEmergencyStop { return .emergencyStop }
        switch kind {
        case .groundFailure, .overCurrentFailure, .powerSwitchFailure: return .other
        default: return nil
        }
    }

    /// What `contactorSaid` found; ends by proof only, not because another fault of the switch does.
    var isOfContactor: Bool { kind == .powerSwitchFailure && info?.hasPrefix("contactor ") ?? false }

    /// Every kind carries the specification's spelling; a test holds them together.
    var errorCode: ChargePointErrorCode { ChargePointErrorCode(rawValue: kind.rawValue) ?? .otherError }
}

extension Connector {
    /// The fault that makes the connector Faulted, the oldest first.
    var blockingFault: BoardFault? { allFaults.first(where: blocks) }
    var isFaulted: Bool { blockingFault != nil }
    /// A fault that is no more than a warning keeps energy from being offered.
    var isSuspendedByFault: Bool { allFaults.contains(where: \.suspends) }

    /// The fault that is reported beside a status: a blocking one before the others, the older before the newer.
    private func reportedFault(with status: ChargePointStatus) -> BoardFault? {
        blockingFault ?? allFaults.first { $0.isReported(with: status) }
    }

    private var allFaults: [BoardFault] { faults + (meter.failure.map { [$0] } ?? []) + commonFaults }

    /// Without a meter nothing can be sold, unless the operator chose that a session goes on.
    private func blocks(_ fault: BoardFault) -> Bool {
        fault.kind == .powerMeterFailure && transaction != nil ? meterFailureBlocks : fault.isBlocking
    }

    /// ChargePointStatus as a projection of the facts (OCPP 1.6 §4.9, §7.7; errata 3.19 to 3.22, 3.55, 3.64).
    ///
    /// - Parameter storageFailure: why nothing can be recorded; a session that runs is not disturbed by it.
    func report(storageFailure: String?) -> StatusReport {
        let status = status
        let fault = reportedFault(with: status)
        var report = StatusReport(
            status: status, errorCode: fault?.errorCode ?? .noError, vendorErrorCode: fault?.vendorErrorCode, info: fault?.info)
        if transaction == nil, let storageFailure, report.status != .faulted {
            report = StatusReport(status: .faulted, errorCode: .internalError, info: storageFailure)
        }
        if report.info == nil { report.info = explanation(of: report.status) }
        return report
    }

    private var status: ChargePointStatus {
        if isFaulted { return .faulted }
        if let transaction {
            if let ending = transaction.ending { return ending.statusBefore }
            return energyStatus(of: transaction)
        }
        if !isOperative { return .unavailable }
        // G2: a cable alone does not end it, the reservation's identity does.
        if reservation != nil, case .none = session { return .reserved }
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

    /// What the specification calls the reason of suspending or stopping where the vehicle has left (OCPP 1.6 §4.9).
    static let vehicleLeft = "EV side disconnected"

    /// "The Charge Point SHOULD add additional information in the 'info' field."
    private func explanation(of status: ChargePointStatus) -> String? {
        switch status {
        case .suspendedEVSE:
            guard let transaction else { return nil }
            if transaction.deauthorised != nil { return "the identifier was refused" }
            if transaction.isRestored { return "restored after power loss" }
            if vehicle.asksForEnergy, !asksForEnergy { return "the vehicle demands ventilation, and there is none" }
            if rating == nil { return "the cable's rating cannot be read" }
            return command.offer == nil ? allotment?.reason : nil
        case .suspendedEV: return isConnected || transaction?.ending != nil ? nil : Self.vehicleLeft
        case .finishing: return endReason == .evDisconnected ? Self.vehicleLeft : nil
        case .reserved: return reservation.map { "reservation \($0.id)" }
        case .unavailable: return isHeldForUpdate ? "new firmware is about to be installed" : nil
        case .available, .preparing, .charging, .faulted: return nil
        }
    }
}
