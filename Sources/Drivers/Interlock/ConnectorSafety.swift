import BoardSupport
import Units

/// What a step of the interlock wants done, in this order; connectors by their place on the board.
enum SafetyAct: Sendable, Equatable {
    case coil(Int, Bool)
    /// A contactor that another driver holds has to open.
    case openElsewhere(Int)
    case testResidualCurrent(Int, Bool)
    case lockMotor(Int, Bool)
    case lockRelease(Int, Bool)
    case trip(Bool)
    /// State F was shown long enough: back to +12 V, so that the vehicle can be seen again.
    case endFaultSignal(Int)
    case report(BoardEvent)
}

/// One connector as the interlock's thread sees it: facts from lines, the rule, and what follows. Pure; time comes from outside.
///
/// Whatever arrives, `settle` judges the rule anew and lets the coil go first; only then does anybody hear of it.
struct ConnectorSafety: Sendable {
    /// A pilot that is measured, and says nothing for so long, is lost.
    static let pilotFreshness: Duration = .milliseconds(200)
    /// How long a vehicle is shown state F. At −12 V nobody can see whether one is there, so that a fault which ends when the vehicle
    /// leaves would never end: afterwards the pilot rests at +12 V, where nothing is offered either.
    static let faultSignal: Duration = .seconds(4)

    let index: Int
    let id: Int
    private(set) var interlock: Interlock
    private(set) var contactor: ContactorMonitor?
    private(set) var residualCurrent: ResidualCurrentMonitor?
    private(set) var lock: LockDrive?

    /// Raw levels of the pilot's and the proximity's lines.
    private var levels: [LineRole: Bool] = [:]
    private var pilot: Settling<VehicleState>
    private var proximity: Settling<CableRating>?
    private var pilotSaidAt: Duration?
    private var faultSignalEnd: Duration?
    /// The pilot is measured: silence means that it is lost.
    private let isMeasured: Bool
    private let isPilotElsewhere: Bool
    private var own: Hazards = []
    private var isClosingPending = false
    /// Uptime of the closing that stands.
    private(set) var closedAt: Duration?
    private var wasOpenElsewhere = true

    init(_ configuration: GPIOConnectorConfiguration, index: Int) {
        self.index = index
        id = configuration.id
        interlock = Interlock(
            pilot: .a, isPlugged: false, isLocked: configuration.lock.map { _ in false },
            hasVentilation: configuration.hasVentilation)
        contactor = configuration.contactor.map {
            ContactorMonitor(
                hasFeedback: $0.feedback != nil, within: $0.within,
                settle: $0.feedback?.debounce ?? ContactorMonitor.standardSettle)
        }
        residualCurrent = configuration.residualCurrent.map { ResidualCurrentMonitor(hasTest: $0.test != nil, within: $0.within) }
        lock = configuration.lock.map { lock in
            let pulse: Duration? = if case .pulse(_, let length) = lock.drive { length } else { nil }
            return LockDrive(
                pulse: pulse, hasFeedback: lock.feedback != nil, within: lock.within,
                settle: lock.feedback?.debounce ?? LockDrive.standardSettle)
        }
        isPilotElsewhere = configuration.pilot == nil
        isMeasured = if case .voltage = configuration.pilot?.sense { true } else { false }
        pilot = Settling(
            .a, delay: configuration.pilot?.debounce ?? .zero, limit: PilotConfiguration.restlessLimit, whenRestless: .e)
        proximity = configuration.proximity.map { proximity in
            Settling(
                .noCable, delay: proximity.debounce, limit: .seconds(1), whenRestless: .invalid("the coding does not rest"))
        }
    }

    var isWelded: Bool { own[.weld] }
    var isCommandedClosed: Bool { contactor?.isCommanded ?? false }

    /// Why closing is not granted now; nil: it is. The interlock's own facts, and what only this board can prove.
    var refusal: String? {
        if let reason = interlock.reasonToOpen { return reason.description }
        if let contactor, !contactor.isCommanded, !contactor.isProvenOpen { return "the contactor is not proven open" }
        return nil
    }

    // MARK: What the lines and other drivers say

    /// A pilot or coding line has this level now.
    mutating func sense(_ role: LineRole, _ isActive: Bool, at now: Duration) {
        levels[role] = isActive
        switch role {
        case .coding:
            let active = levels.compactMap { role, isActive -> Amperes? in
                if case .coding(let current) = role, isActive { Amperes(Double(current)) } else { nil }
            }
            proximity?.sense(Proximity.rating(active: active), at: now)
        default:
            pilot.sense(stateOfLevels, at: now)
        }
    }

    private var stateOfLevels: VehicleState {
        PilotSignal.state(
            isConnected: levels[.connected] ?? false, isReady: levels[.ready] ?? false,
            isVentilated: levels[.ventilated] ?? false, isFaulty: levels[.pilotFault] ?? false)
    }

    /// The pilot was measured. A missing diode is a fact only while something is connected and the oscillator runs.
    mutating func measured(high: Volts, low: Volts?, isOscillating: Bool, at now: Duration) {
        pilotSaidAt = now
        let state = PilotSignal.state(high: high)
        let isDiodeMissing =
            if let low, isOscillating, state.isConnected ?? false { PilotSignal.isDiodeMissing(low: low) } else { false }
        let counts = isDiodeMissing ? VehicleState.e : state
        if counts != lastMeasured { pilot.sense(counts, at: now) }
        lastMeasured = counts
        isDiodeSuspect = isDiodeMissing
    }
    private var lastMeasured = VehicleState.a
    private var isDiodeSuspect = false

    mutating func measured(_ rating: CableRating, at now: Duration) {
        if rating != lastRating { proximity?.sense(rating, at: now) }
        lastRating = rating
    }
    private var lastRating = CableRating.noCable

    /// The pilot was told to show state F, or no longer: what is read meanwhile says nothing of a vehicle.
    mutating func signalsFault(_ isSignalled: Bool, at now: Duration) {
        if isSignalled {
            faultSignalEnd = now + Self.faultSignal
        } else if faultSignalEnd != nil {
            faultSignalEnd = nil
            // The levels change back within a period; until they have, the last state stands.
            pilot = pilot.begun(.f)
            pilot.sense(isMeasured ? lastMeasured : stateOfLevels, at: now)
        }
    }

    /// Another driver reads the pilot; it has debounced it.
    mutating func pilotSaid(_ state: VehicleState, isPlugged: Bool) {
        pilot = Settling(state, delay: .zero, limit: .zero, whenRestless: .e)
        pluggedElsewhere = isPlugged
    }
    private var pluggedElsewhere = false

    mutating func feedback(isConducting: Bool, edges: Int, at now: Duration) {
        contactor?.feedback(isConducting: isConducting, edges: edges, at: now)
    }

    mutating func bolt(isEngaged: Bool, at now: Duration) { lock?.feedback(isEngaged: isEngaged, at: now) }

    mutating func trip(isActive: Bool, wasPulsed: Bool, at now: Duration, _ acts: inout [SafetyAct]) {
        guard let findings = residualCurrent?.trip(isActive: isActive, wasPulsed: wasPulsed, at: now) else { return }
        take(findings, at: now, &acts)
    }

    // MARK: What the charge point wants

    /// Closes, or begins the residual-current self-test that comes before.
    mutating func close(at now: Duration, _ acts: inout [SafetyAct]) throws(ContactorFault) {
        if let refusal { throw .interlocked(refusal) }
        guard !isCommandedClosed, !isClosingPending else { return }
        isClosingPending = true
        take(residualCurrent?.test(at: now) ?? [.testPassed], at: now, &acts)
    }

    mutating func open(at now: Duration, _ acts: inout [SafetyAct]) {
        acts.append(.coil(index, false))
        contactor?.command(closed: false, at: now)
        isClosingPending = false
        closedAt = nil
    }

    /// Unlocks only what is proven open: otherwise the bolt stays, and says so.
    mutating func setLock(_ isLocked: Bool, at now: Duration, _ acts: inout [SafetyAct]) {
        guard let state = lock?.state else { return }
        if !isLocked, let contactor, !contactor.isProvenOpen {
            return acts.append(.report(.lock(connector: id, state)))
        }
        take(lock?.command(locked: isLocked, at: now) ?? [], &acts)
    }

    mutating func beginLock(isEngaged: Bool, _ acts: inout [SafetyAct]) {
        take(lock?.begin(isEngaged: isEngaged) ?? [], &acts)
    }

    // MARK: What follows

    /// Judges everything anew: the coil first, then what is to be told.
    /// - Parameter board: hazards of the board as a whole.
    mutating func settle(at now: Duration, board: Hazards, _ acts: inout [SafetyAct]) {
        pilot.advance(to: now)
        proximity?.advance(to: now)
        let before = interlock
        if let faultSignalEnd, now >= faultSignalEnd {
            acts.append(.endFaultSignal(index))
            signalsFault(false, at: now)
        }
        interlock.pilot = faultSignalEnd == nil ? pilot.value : .f
        interlock.isPlugged = isPlugged(before.isPlugged)
        let hazardsBefore = own
        noteHazards(at: now)
        let lockNews = lock?.advance(to: now) ?? []
        interlock.isLocked = lock?.isHolding
        interlock.hazards = own.union(board)
        enforce(at: now, &acts)
        if let residualCurrent, residualCurrent.deadline != nil {
            take(self.residualCurrent?.advance(to: now) ?? [], at: now, &acts)
        }
        take(contactor?.advance(to: now) ?? [], at: now, &acts)
        take(lockNews, &acts)
        // What was found just now may be a reason too.
        interlock.hazards = own.union(board)
        enforce(at: now, &acts)
        tell(before, hazardsBefore, &acts)
    }

    var deadline: Duration? {
        let silence = isMeasured ? pilotSaidAt.map { $0 + Self.pilotFreshness } : nil
        return [
            pilot.deadline, proximity?.deadline, contactor?.deadline, residualCurrent?.deadline, lock?.deadline,
            own[.pilotLost] ? nil : silence, faultSignalEnd,
        ].compactMap(\.self).min()
    }

    private func isPlugged(_ before: Bool) -> Bool {
        if isPilotElsewhere { return pluggedElsewhere }
        if let proximity { return proximity.value != .noCable }
        return interlock.pilot.isConnected ?? before
    }

    private mutating func noteHazards(at now: Duration) {
        if isMeasured {
            pilotSaidAt = pilotSaidAt ?? now
            own[.pilotLost] = now >= (pilotSaidAt ?? now) + Self.pilotFreshness
        }
        own[.diodeMissing] = isDiodeSuspect && pilot.value == .e
        own[.proximityInvalid] = if case .invalid = proximity?.value { true } else { false }
    }

    /// One opinion to open.
    private mutating func enforce(at now: Duration, _ acts: inout [SafetyAct]) {
        let mustOpen = interlock.reasonToOpen != nil
        if mustOpen, isCommandedClosed || isClosingPending { open(at: now, &acts) }
        if contactor == nil {
            if mustOpen, !wasOpenElsewhere { acts.append(.openElsewhere(index)) }
            wasOpenElsewhere = mustOpen
        }
    }

    private mutating func take(_ findings: [ResidualCurrentMonitor.Finding], at now: Duration, _ acts: inout [SafetyAct]) {
        for finding in findings {
            switch finding {
            case .driveTest(let isActive): acts.append(.testResidualCurrent(index, isActive))
            case .tripped, .testFailed:
                own[.residualCurrent] = true
                open(at: now, &acts)
                let fault = finding == .tripped ? BoardFault.residualCurrent : .residualCurrentTest
                acts.append(.report(.fault(connector: id, fault, isActive: true)))
            case .testPassed:
                guard isClosingPending else { continue }
                isClosingPending = false
                acts.append(.coil(index, true))
                contactor?.command(closed: true, at: now)
                closedAt = now
            }
        }
    }

    private mutating func take(_ findings: [ContactorMonitor.Finding], at now: Duration, _ acts: inout [SafetyAct]) {
        for finding in findings {
            switch finding {
            case .state(let state):
                if state == .stuckOpen { open(at: now, &acts) }
                own[.weld] = state == .welded
                acts.append(.report(.contactor(connector: id, state)))
            case .chatter(let isActive):
                own[.chatter] = isActive
                if isActive { open(at: now, &acts) }
                acts.append(.report(.fault(connector: id, .contactorChatter, isActive: isActive)))
            }
        }
    }

    private mutating func take(_ findings: [LockDrive.Finding], _ acts: inout [SafetyAct]) {
        for finding in findings {
            switch finding {
            case .motor(let isActive): acts.append(.lockMotor(index, isActive))
            case .release(let isActive): acts.append(.lockRelease(index, isActive))
            case .state(let state): acts.append(.report(.lock(connector: id, state)))
            }
        }
    }

    /// A plug comes before its pilot and goes after it.
    private mutating func tell(_ before: Interlock, _ hazards: Hazards, _ acts: inout [SafetyAct]) {
        if interlock.isPlugged, !before.isPlugged { acts.append(.report(.cable(connector: id, isPlugged: true))) }
        if let rating = proximity?.value, rating != toldRating {
            toldRating = rating
            acts.append(.report(.proximity(connector: id, rating)))
        }
        if interlock.pilot != before.pilot { acts.append(.report(.pilot(connector: id, interlock.pilot))) }
        if !interlock.isPlugged, before.isPlugged { acts.append(.report(.cable(connector: id, isPlugged: false))) }
        for (hazard, fault) in [(Hazard.diodeMissing, BoardFault.diodeMissing), (.pilotLost, .pilotLost)]
        where own[hazard] != hazards[hazard] {
            acts.append(.report(.fault(connector: id, fault, isActive: own[hazard])))
        }
    }
    private var toldRating = CableRating.noCable

    /// Everything known, as it is told once at the start.
    func report(_ acts: inout [SafetyAct]) {
        acts.append(.report(.cable(connector: id, isPlugged: interlock.isPlugged)))
        acts.append(.report(.pilot(connector: id, interlock.pilot)))
    }
}

extension ProximityConfiguration {
    /// The longest that one of its lines asks for.
    var debounce: Duration {
        let written: [Duration] = if case .lines(let coding) = self { coding.compactMap(\.line.debounce) } else { [] }
        return written.max() ?? .milliseconds(100)
    }
}

extension PilotConfiguration {
    /// With the debounce a pilot that never rests is lost within the 100 ms that a lost pilot may take.
    static let restlessLimit: Duration = .milliseconds(60)
    static let standardDebounce: Duration = .milliseconds(20)

    /// The longest that one of its lines asks for.
    var debounce: Duration {
        guard case .lines(let lines) = sense else { return Self.standardDebounce }
        let written = [lines.connected, lines.ready, lines.ventilated, lines.fault].compactMap { $0?.debounce }
        return written.max() ?? Self.standardDebounce
    }
}

/// What an input line is for.
enum LineRole: Sendable, Hashable {
    case connected, ready, ventilated, pilotFault
    /// Active for a cable of this many amperes.
    case coding(Int)
    case feedback, trip, bolt
    /// The board's own, by its place among the inputs.
    case input(Int)
}
