import OCPP
import Units

/// The process is about to end: for a Reset, or because it was told to.
struct ProcessEnd: Sendable, Equatable {
    var kind: Kind
    /// Uptime until which the ends of sessions may still be delivered.
    var deliverUntil: Duration
    /// Uptime after which nothing is waited for any more.
    var deadline: Duration
    var attempts = 0

    enum Kind: Sendable, Equatable {
        case reset(ResetType)
        case shutdown

        var words: String {
            switch self {
            case .reset(let type): "\(type.rawValue) reset by the Central System"
            case .shutdown: "the charge point's software was told to stop"
            }
        }
    }
}

// Reset (OCPP 1.6 §5.14) and shutdown: sessions end and are recorded, are delivered if there is time, and then the process ends.
extension ChargePoint {
    /// How long a restart may take to happen before it is tried again (ResetRetries, §9.1.22).
    static let restartTimeOut = Duration.seconds(30)

    mutating func reset(_ request: Reset, _ id: MessageId) {
        // What is half installed may start nothing any more.
        guard firmware.update?.stage != .installing else {
            log(.notice, "Reset rejected: firmware is being installed")
            return reply(id, .reset(.init(status: .rejected)))
        }
        reply(id, .reset(.init(status: .accepted)))
        // A hard reset does not wait for what a soft one waits for.
        if request.type == .hard, processEnd?.kind == .reset(.soft) { processEnd = nil }
        guard processEnd == nil else { return }
        end(.reset(request.type))
    }

    /// - Parameter cause: for the security log; nil: what the kind says.
    mutating func end(_ kind: ProcessEnd.Kind, because cause: String? = nil) {
        let reason: Reason
        let delivery: Duration
        switch kind {
        case .reset(.soft): (reason, delivery) = (.softReset, .seconds(20))
        case .reset(.hard): (reason, delivery) = (.hardReset, .seconds(3))
        case .shutdown: (reason, delivery) = (.reboot, .seconds(3))
        }
        let isForced = kind != .reset(.soft)
        if kind == .shutdown || processEnd == nil {
            processEnd = ProcessEnd(
                kind: kind, deliverUntil: now.uptime + delivery,
                deadline: now.uptime + delivery + Self.withdrawTimeOut + .seconds(4))
        }
        report(.resetOrReboot, info: cause ?? kind.words)
        for index in connectors.indices {
            if connectors[index].authorisation != nil { connectors[index].session = .none }
            stop(index, reason, isForced: isForced)
            // "contactors open at once": also what no session holds.
            if isForced { openContactor(index) }
        }
    }

    mutating func endProcessIfReady() {
        guard let end = processEnd else { return }
        guard now.uptime >= end.deadline || (isRecorded && (isDelivered || now.uptime >= end.deliverUntil)) else { return }
        switch end.kind {
        case .shutdown:
            guard end.attempts == 0 else { return }
            processEnd?.attempts = 1
            out.then.append(.stopped)
        case .reset(let type):
            guard end.attempts <= configuration.integer(.resetRetries) else {
                processEnd = nil
                faults.removeAll { $0.kind == .resetFailure }
                faults.append(BoardFault(.resetFailure, info: "the charge point did not restart"))
                return log(.error, "the reset failed: the process was not restarted")
            }
            processEnd?.attempts += 1
            processEnd?.deliverUntil = now.uptime + Self.restartTimeOut
            processEnd?.deadline = now.uptime + Self.restartTimeOut
            out.then.append(.restart(type))
        }
    }

    /// Every session has ended, and no contactor is closed.
    private var isRecorded: Bool {
        connectors.indices.allSatisfy { connectors[$0].transaction == nil && !connectors[$0].command.isClosed }
    }

    /// Nothing more can be delivered now. A restart that was asked for and did not come is waited for.
    private var isDelivered: Bool {
        guard processEnd?.attempts == 0 else { return false }
        guard isOnline, storageFailure == nil else { return true }
        if calls.outstanding != nil || !(firmware.update?.untold.isEmpty ?? true) { return false }
        if let head = queue.head { return head.notBefore > now.uptime }
        return queue.counts.queued == 0
    }
}
