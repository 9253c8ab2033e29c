import OCPP
import Units

/// One CALL at a time (OCPP-J §4.1.1): what is outstanding, and what waits besides the transaction messages on disk.
struct CallSequencer: Sendable, Equatable {
    /// Why a CALL was sent, to know what its answer is about.
    enum Purpose: Sendable, Equatable {
        case boot
        case heartbeat
        case authorize(AuthorisationRequest)
        case statusNotification(ConnectorId)
        case signCertificate
        case transaction(QueuedMessage.ID)
        /// By its number in the security log.
        case securityEvent(Int64)
        case logStatus(LogUploads.Status)
        /// A status of the firmware update of this id.
        case firmwareStatus(String, FirmwareStatusEnumType)
        /// An answer is awaited but nothing depends on it.
        case other
    }

    struct Waiting: Sendable, Equatable {
        var request: ChargePointRequest
        var purpose: Purpose
        /// Asked for by TriggerMessage: goes out while Pending too (OCPP 1.6 §4.2).
        var isTriggered: Bool
        /// When it happened; told by the clock that is known when it is sent.
        var time: RecordedTime?
    }

    struct Outstanding: Sendable, Equatable {
        var id: MessageId
        var purpose: Purpose
        var deadline: Duration
        /// Something came from the other side since it was sent: the connection is alive.
        var isLinkAlive = false
        /// MessageTimeout has passed without a sign of life, and a ping was asked for: its answer decides.
        var isProbed = false
    }

    /// Waiting CALLs are small and renewable; past this many the oldest notification gives way.
    static let limit = 200

    var outstanding: Outstanding?
    private(set) var waiting: [Waiting] = []
    /// The last CALL that went out was a transaction message.
    var lastWasTransaction = false

    mutating func enqueue(_ request: ChargePointRequest, _ purpose: Purpose, isTriggered: Bool = false, time: RecordedTime? = nil) {
        let call = Waiting(request: request, purpose: purpose, isTriggered: isTriggered, time: time)
        // A driver who waits goes before notifications.
        if case .authorize = purpose {
            let index = waiting.firstIndex { waiting in
                if case .authorize = waiting.purpose { false } else { true }
            }
            waiting.insert(call, at: index ?? waiting.endIndex)
        } else {
            waiting.append(call)
        }
        if waiting.count > Self.limit {
            let index = waiting.firstIndex { waiting in
                if case .authorize = waiting.purpose { false } else { true }
            }
            waiting.remove(at: index ?? waiting.startIndex)
        }
    }

    /// The next CALL that may go now; removes it.
    mutating func next(onlyTriggered: Bool) -> Waiting? {
        guard let index = waiting.firstIndex(where: { !onlyTriggered || $0.isTriggered }) else { return nil }
        return waiting.remove(at: index)
    }

    /// What may go next is a status.
    var isStatusNext: Bool {
        if case .statusNotification? = waiting.first?.purpose { true } else { false }
    }

    /// The connection is gone: whatever was outstanding or waited is void; what matters is made anew when it is back.
    ///
    /// - Returns: the authorisations that were waited for.
    mutating func connectionLost() -> [AuthorisationRequest] {
        let purposes = (outstanding.map { [$0.purpose] } ?? []) + waiting.map(\.purpose)
        outstanding = nil
        waiting = []
        return purposes.compactMap { purpose in
            if case .authorize(let request) = purpose { request } else { nil }
        }
    }

    var isTellingFirmware: Bool {
        ((outstanding.map { [$0.purpose] } ?? []) + waiting.map(\.purpose)).contains { purpose in
            if case .firmwareStatus = purpose { true } else { false }
        }
    }

    func isAuthorising(_ idTag: IdToken) -> Bool {
        ((outstanding.map { [$0.purpose] } ?? []) + waiting.map(\.purpose)).contains { purpose in
            if case .authorize(let request) = purpose { request.idTag == idTag } else { false }
        }
    }
}
