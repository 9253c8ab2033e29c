public import BoardSupport
public import Units

/// One simulated connector: vehicle, cable, lock, contactor and meter as one plain value.
///
/// No clock and no IO: time passes when `advance(by:)` is called. Every method answers with what the board's drivers would
/// report, in that order. Energy flows while the contacts conduct and the vehicle asks; whenever a fact changes, the
/// `Interlock` is judged and opens the contactor in the same step.
public struct SimulatedConnector: Sendable, Equatable {
    public let configuration: SimulatedConnectorConfiguration
    public private(set) var vehicle: SimulatedVehicle
    public private(set) var contactor = SimulatedContactor()
    /// nil where the outlet has none.
    public private(set) var lock: SimulatedLock?
    /// Always there, so that the truth is known; `configuration.hasMeter` says whether the charge point may read it.
    public private(set) var meter: SimulatedMeter
    /// The plug is in the outlet; for a tethered cable: the vehicle hangs on it.
    public private(set) var isPlugged = false
    /// What the pilot offers; nil: nothing.
    public private(set) var offer: Amperes?
    public private(set) var signalsFault = false
    /// What the pilot is forced to.
    public private(set) var pilotOverride: SimulatedPilotFault?
    /// Active faults of this connector, in the order they came.
    public private(set) var faults: [BoardFault] = []
    /// Active faults of the board as a whole.
    public private(set) var boardFaults: Set<BoardFault.Kind> = []
    /// The pilot's state as the board reports it.
    public private(set) var pilot: VehicleState = .a
    private var resetMeterOnPlug: Bool
    private var drawnMilliwattHours: Int64 = 0

    /// The least current that a pilot can offer (IEC 61851-1).
    public static let minimumOffer: Amperes = 6
    /// The most that a pilot can offer (IEC 61851-1).
    public static let maximumOffer: Amperes = 80
    /// The most that a vehicle can be told to overdraw.
    public static let maximumOverdraw: Amperes = 1000

    /// A vehicle that stays plugged is there from the start; its plug-in does not reset the meter.
    /// - Parameter milliwattHours: what the register shows at the start.
    public init(
        _ configuration: SimulatedConnectorConfiguration, vehicle: SimulatedVehicleConfiguration = .init(),
        resetMeterOnPlug: Bool = false, speed: Double = 1, milliwattHours: Int64 = 0
    ) {
        self.configuration = configuration
        self.vehicle = SimulatedVehicle(vehicle)
        self.resetMeterOnPlug = resetMeterOnPlug
        lock = configuration.hasLock ? SimulatedLock() : nil
        meter = SimulatedMeter(phases: configuration.phases, milliwattHours: milliwattHours, speed: speed)
        if vehicle.staysPlugged {
            isPlugged = true
            self.vehicle.connect()
            pilot = wirePilot
        }
    }

    public var id: Int { configuration.id }

    /// Everything that the drivers can say now, as they report it once at the start.
    public var report: [BoardEvent] {
        var events: [BoardEvent] = [.contactor(connector: id, contactor.state)]
        if let lock { events.append(.lock(connector: id, lock.state)) }
        events.append(.cable(connector: id, isPlugged: isPlugged))
        events.append(.pilot(connector: id, pilot))
        return events
    }

    public var interlock: Interlock {
        Interlock(
            pilot: pilot, isPlugged: isPlugged, isLocked: lock?.isHolding, hasVentilation: configuration.hasVentilation,
            activeFaults: boardFaults.union(faults.map(\.kind)))
    }

    /// The vehicle's own state, whatever the pilot reports. Forced to B, C or D, a connected vehicle really is in it.
    public var vehicleState: VehicleState {
        switch pilotOverride {
        case .state(let forced) where vehicle.isConnected && forced.isConnected == true: forced
        // Without a valid pilot a vehicle stops drawing.
        case .state, .diodeFault: vehicle.state(offer: nil)
        case nil: vehicle.state(offer: signalsFault ? nil : offer)
        }
    }

    /// What the vehicle draws now, per phase it uses.
    public var current: Amperes {
        guard contactor.conducts && vehicleState.asksForEnergy else { return 0 }
        return vehicle.current(offer: offer, boardRating: configuration.maximumCurrent)
    }

    /// What the vehicle draws now, all phases.
    public var power: Watts { Watts(current.value * Double(usedPhases.rawValue) * SimulatedGrid.voltage.value) }

    /// Time until something happens by itself; nil: nothing will.
    public var nextChange: Duration? { vehicle.timeUntilReady > .zero ? vehicle.timeUntilReady : nil }

    public var truth: SimulatedTruth {
        SimulatedTruth(
            connector: id, register: meter.register, contactor: contactor.state, isPlugged: isPlugged,
            isLocked: lock?.isEngaged ?? false, vehicleState: vehicleState,
            energyDrawn: WattHours(Int(clamping: drawnMilliwattHours / 1000)),
            power: power, closings: contactor.closings)
    }

    /// Lets time pass: energy flows, the vehicle gets ready.
    public mutating func advance(by elapsed: Duration) -> [BoardEvent] {
        var events: [BoardEvent] = []
        var rest = elapsed
        while rest > .zero {
            // Power is constant up to the next change, so each step counts exactly.
            let step = min(rest, nextChange ?? rest)
            drawnMilliwattHours += meter.advance(by: step, power: power)
            vehicle.advance(by: step)
            events += settle()
            rest -= step
        }
        return events
    }

    private var usedPhases: Phases {
        vehicle.configuration.phases.rawValue < configuration.phases.rawValue ? vehicle.configuration.phases : configuration.phases
    }

    /// The pilot's state as the board senses it on the wire.
    private var wirePilot: VehicleState {
        switch pilotOverride {
        case .state(let forced): forced
        case .diodeFault: .e
        case nil: signalsFault ? .f : vehicle.state(offer: offer)
        }
    }

    /// Brings everything in line after a fact has changed: pilot, plug, and the contactor by the interlock.
    private mutating func settle() -> [BoardEvent] {
        var events: [BoardEvent] = []
        if pilot != wirePilot {
            pilot = wirePilot
            events.append(.pilot(connector: id, pilot))
        }
        let isHeld = configuration.outlet == .socket && lock?.isEngaged == true
        let plugLeaves = isPlugged && !vehicle.isConnected && !isHeld
        if plugLeaves { isPlugged = false }
        if contactor.isEnergised && interlock.reasonToOpen != nil {
            contactor.open()
            events.append(.contactor(connector: id, contactor.state))
        }
        if plugLeaves { events.append(.cable(connector: id, isPlugged: false)) }
        return events
    }
}

// What the charge point does.
extension SimulatedConnector {
    /// Drives the coil.
    /// - Throws: `.interlocked` when the interlock forbids it; then nothing has changed.
    public mutating func close() throws(ContactorFault) -> [BoardEvent] {
        if let reason = interlock.reasonToOpen { throw .interlocked(reason.description) }
        contactor.close()
        return [.contactor(connector: id, contactor.state)]
    }

    /// Releases the coil; answers every time, so that an open contactor can be proven open.
    public mutating func open() -> [BoardEvent] {
        contactor.open()
        return [.contactor(connector: id, contactor.state)]
    }

    /// Offers current; nil, and what a pilot cannot signal, is 100 % duty cycle. Ends state F.
    public mutating func offer(_ current: Amperes?) -> [BoardEvent] {
        // By the numbers: a NaN is no offer.
        offer = current.flatMap {
            $0.value >= SimulatedConnector.minimumOffer.value ? min($0, SimulatedConnector.maximumOffer) : nil
        }
        signalsFault = false
        return settle()
    }

    /// Brings the pilot to state F.
    public mutating func signalFault() -> [BoardEvent] {
        offer = nil
        signalsFault = true
        return settle()
    }

    public mutating func engageLock() -> [BoardEvent] { moveLock { $0.lock() } }

    /// Unlocks only while no contact conducts; otherwise the bolt stays, and says so.
    public mutating func releaseLock() -> [BoardEvent] {
        guard !contactor.conducts else { return lock.map { [.lock(connector: id, $0.state)] } ?? [] }
        return moveLock { $0.unlock() }
    }

    private mutating func moveLock(_ body: (inout SimulatedLock) -> Void) -> [BoardEvent] {
        guard var moved = lock else { return [] }
        body(&moved)
        lock = moved
        return [.lock(connector: id, moved.state)] + settle()
    }

    public func readMeter() throws(MeterFault) -> MeterReading {
        guard configuration.hasMeter else { throw .silent("connector \(id) has no meter") }
        return try meter.read(current: current, drawing: usedPhases)
    }
}

// What the driver, the vehicle and bad luck do.
extension SimulatedConnector {
    /// The cable goes into outlet and vehicle. Does nothing where it already is.
    public mutating func plug() throws(SimulatorError) -> [BoardEvent] {
        guard !vehicle.isConnected else { return [] }
        var events: [BoardEvent] = []
        if !isPlugged {
            if configuration.outlet == .socket && lock?.isEngaged == true {
                throw .notPossible("the outlet of connector \(id) is locked: no plug goes in; unlock it first")
            }
            if resetMeterOnPlug && !contactor.conducts { meter.setRegister(0) }
            isPlugged = true
            events.append(.cable(connector: id, isPlugged: true))
        }
        drawnMilliwattHours = 0
        vehicle.connect()
        return events + settle()
    }

    /// The cable leaves the vehicle at once, and the outlet as soon as the lock lets it go.
    public mutating func unplug() -> [BoardEvent] {
        vehicle.disconnect()
        return settle()
    }

    /// The vehicle stops asking for energy (C → B), or asks again.
    public mutating func setVehicle(wantsEnergy: Bool) -> [BoardEvent] {
        vehicle.wantsEnergy = wantsEnergy
        return settle()
    }

    /// - Parameter current: per phase, 0 to 1000 A; nil: the vehicle obeys.
    public mutating func setOverdraw(_ current: Amperes?) throws(SimulatorError) {
        if let current, !(0...SimulatedConnector.maximumOverdraw.value).contains(current.value) {
            throw .notPossible("a vehicle cannot draw \(current); give 0 to \(SimulatedConnector.maximumOverdraw)")
        }
        vehicle.overdraw = current
    }

    public mutating func setContactorFailure(_ failure: SimulatedContactorFailure?) -> [BoardEvent] {
        let before = contactor.state
        contactor.fail(failure)
        return (contactor.state == before ? [] : [.contactor(connector: id, contactor.state)]) + settle()
    }

    public mutating func setLock(_ failure: SimulatedLockFailure?) throws(SimulatorError) -> [BoardEvent] {
        guard var changed = lock else { throw .notPossible("connector \(id) has no lock") }
        let before = changed.state
        changed.fail(failure)
        lock = changed
        return (changed.state == before ? [] : [.lock(connector: id, changed.state)]) + settle()
    }

    public mutating func setMeter(isSilent: Bool?, register: WattHours?) throws(SimulatorError) {
        guard configuration.hasMeter else { throw .notPossible("connector \(id) has no meter") }
        if let register {
            guard (0...SimulatedMeter.maximumRegister).contains(register) else {
                throw .notPossible("a meter cannot show \(register); give 0 to \(SimulatedMeter.maximumRegister)")
            }
            meter.setRegister(register)
        }
        if let isSilent { meter.isSilent = isSilent }
    }

    /// Forces the pilot's state; a missing diode shows as state E and as EVCommunicationError.
    public mutating func setPilot(_ override: SimulatedPilotFault?) -> [BoardEvent] {
        let hadDiodeFault = pilotOverride == .diodeFault
        pilotOverride = override
        var events = settle()
        if hadDiodeFault != (override == .diodeFault) {
            events += setFault(SimulatedConnector.diodeFault, isActive: !hadDiodeFault)
        }
        return events
    }

    static let diodeFault = BoardFault(.evCommunicationError, info: "the pilot's diode is missing")

    /// A fault comes or goes. One without a vendor's code takes every fault of its kind with it when it goes.
    public mutating func setFault(_ fault: BoardFault, isActive: Bool) -> [BoardEvent] {
        faults.change(fault, isActive: isActive).map { .fault(connector: id, $0, isActive: isActive) } + settle()
    }

    /// What the board as a whole suffers from, for the interlock.
    public mutating func setBoardFaults(_ kinds: Set<BoardFault.Kind>) -> [BoardEvent] {
        boardFaults = kinds
        return settle()
    }
}

extension [BoardFault] {
    /// Adds or removes a fault and answers with those that came or went.
    mutating func change(_ fault: BoardFault, isActive: Bool) -> [BoardFault] {
        if isActive {
            guard !contains(fault) else { return [] }
            // The same fault in other words: the latest stands.
            removeAll { $0.kind == fault.kind && $0.vendorErrorCode == fault.vendorErrorCode }
            append(fault)
            return [fault]
        }
        let leaving = filter {
            $0.kind == fault.kind && (fault.vendorErrorCode == nil || $0.vendorErrorCode == fault.vendorErrorCode)
        }
        removeAll(where: leaving.contains)
        return leaving
    }
}
