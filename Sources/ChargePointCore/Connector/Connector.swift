import OCPP
import Units

/// One connector: the facts known of it. Its status is computed from them, never stored.
struct Connector: Sendable, Equatable {
    let id: ConnectorId
    let profile: ConnectorProfile
    /// Whether a session ends when its meter falls silent (`chargePoint.onMeterFailure: stop`).
    let meterFailureBlocks: Bool

    var availability = AvailabilityType.operative
    /// Firmware is about to be installed: nothing new begins here.
    var isHeldForUpdate = false
    var isPlugged = false
    var vehicle = VehicleState.a
    var contactor = ContactorState.open
    var lock: LockState?
    /// What the cable carries, where the outlet can tell.
    var cable = CableRating.noCable
    /// Uptime of the first of an unbroken row of readings above the offer.
    var overdrawSince: Duration?
    var faults: [BoardFault] = []
    /// Faults of the charge point as a whole that prevent charging here too.
    var commonFaults: [BoardFault] = []
    var meter = MeterFacts()
    var usage = Usage.idle {
        didSet { if case .preparing = usage { endReason = nil } }
    }
    var session = Session.none
    /// Whom the connector is kept for.
    var reservation: Reservation?
    /// Why the session ended that was here last; nil: another usage has begun since.
    var endReason: Reason?

    /// What the shell was last told, so that it is told changes only.
    var command = Command()
    /// What charging profiles let it offer; nil: they do not limit it.
    var allotment: Allotment?
    /// Whose card unlocks a cable that was left locked after the session (OCPP 1.6 §4.8 errata 3.17, §4.10).
    var lockedFor: LockHolder?
    var reporter: StatusReporter

    init(_ profile: ConnectorProfile, meterFailureBlocks: Bool, at time: RecordedTime) {
        id = ConnectorId(profile.id)
        self.profile = profile
        self.meterFailureBlocks = meterFailureBlocks
        lock = profile.hasLock ? .unlocked : nil
        reporter = StatusReporter(StatusReport(status: .available), at: time)
    }

    /// Whether the connector is being used, and by now by whom no more (tells Finishing from Preparing, OCPP 1.6 §4.9).
    enum Usage: Sendable, Equatable {
        case idle
        /// A cable or a card came; ConnectionTimeOut runs from here (OCPP 1.6 §9.1.6).
        case preparing(since: Duration)
        /// A session ended, or its preparation timed out, and the cable is still there.
        case ended
    }

    enum Session: Sendable, Equatable {
        case none
        /// An identifier was accepted; the cable is due.
        case authorised(Authorisation)
        case active(ActiveTransaction)
    }

    struct MeterFacts: Sendable, Equatable {
        var latest: MeterReading?
        var readAt: Duration = .zero
        /// Misses in a row.
        var misses = 0
        /// Why it counts as failed; nil: it does not.
        var failure: BoardFault?
        /// A register that could not follow from the one before, until another reading agrees.
        var suspect: WattHours?
        /// A reading was asked for and has not come.
        var isAwaited = false

        var isFailed: Bool { failure != nil }

        /// The reading, if it is at most so old.
        func reading(within age: Duration, at uptime: Duration) -> MeterReading? {
            uptime - readAt <= age ? latest : nil
        }
    }

    struct Command: Sendable, Equatable {
        var offer: Amperes?
        var isClosed = false
        /// What was offered before the offer was lowered under load, and until when the vehicle may still take it.
        var eased: Eased?
        /// Uptime since when nothing is offered although the contactor is closed.
        var withdrawnAt: Duration?
        /// Uptime when the contactor was last told to open.
        var openedAt: Duration?
        /// Uptime before which closing is not tried again, after the interlock opened the contactor or kept it open.
        var closeNotBefore: Duration?
        var isLocked = false
        var isFaultSignalled = false

        struct Eased: Sendable, Equatable {
            var current: Amperes
            var until: Duration
        }
    }

    struct LockHolder: Sendable, Equatable {
        var idTag: IdToken
        var parentIdTag: IdToken?
    }

    /// Something may begin here, as far as operator and firmware are concerned.
    var isOperative: Bool { availability == .operative && !isHeldForUpdate }

    /// A vehicle hangs on the connector, as far as pilot and plug tell.
    var isConnected: Bool { isPlugged && (vehicle.isConnected ?? true) }

    /// Nobody can pull the plug under load: the lock has said so, or a tethered cable has none.
    var isPlugHeld: Bool { lock == nil || lock == .locked }

    /// It asks for energy, and may be given it here.
    var asksForEnergy: Bool { vehicle.mayCharge(withVentilation: profile.hasVentilation) }

    /// The most that may be offered here, and what sets it; nil: nothing may, the cable's rating is not known.
    var rating: (current: Amperes, source: String)? {
        guard profile.hasProximity else { return (profile.maximumCurrent, "board rating") }
        guard let cable = cable.current else { return nil }
        return cable < profile.maximumCurrent ? (cable, "cable rating") : (profile.maximumCurrent, "board rating")
    }

    /// No energy can flow: the auxiliary contact said so after the last closing.
    var isProvenOpen: Bool { !command.isClosed && (contactor == .open || contactor == .stuckOpen) }

    var transaction: ActiveTransaction? {
        get { if case .active(let transaction) = session { transaction } else { nil } }
        set { if let newValue { session = .active(newValue) } }
    }

    var authorisation: Authorisation? {
        if case .authorised(let authorisation) = session { authorisation } else { nil }
    }
}
