public import Units

/// The rule that opens a contactor whatever else the charge point believes: two opinions to close, one to open.
///
/// A pure function of what the board senses at one connector; a board evaluates it whenever one of the facts changes and
/// again before it closes. It has no memory: a connector whose facts are in order may close again. What must not pass by itself
/// (a residual-current trip) is a fact that the board keeps.
public struct Interlock: Sendable, Equatable {
    /// What the control pilot reports.
    public var pilot: VehicleState
    /// The plug is in the outlet; for a tethered cable: a vehicle hangs on it.
    public var isPlugged: Bool
    /// The plug lock holds the plug; nil: there is no lock.
    public var isLocked: Bool?
    /// A vehicle that demands ventilation (state D) may be given energy.
    public var hasVentilation: Bool
    /// Faults that the board detects at this connector or for itself as a whole.
    public var activeFaults: Set<BoardFault.Kind>
    /// What else the board senses.
    public var hazards: Hazards

    /// Faults under which no energy may flow, the gravest first.
    public static let openingFaults: [BoardFault.Kind] = [.groundFailure, .overCurrentFailure, .highTemperature]
    /// The daemon's loop gives a sign of life at least so often while a contactor is closed.
    public static let loopTimeOut: Duration = .seconds(5)

    /// Why the contactor has to be open.
    public enum Reason: Sendable, Equatable, CustomStringConvertible {
        case hazard(Hazard)
        case fault(BoardFault.Kind)
        case unplugged
        /// The pilot is in a state in which no vehicle asks for energy.
        case pilot(VehicleState)
        /// The plug could be pulled under load.
        case unlocked

        public var description: String {
            switch self {
            case .hazard(let hazard): hazard.description
            case .fault(let kind): "the board detects \(kind.rawValue)"
            case .unplugged: "no plug is in the outlet"
            case .pilot(.a): "no vehicle is connected (pilot state A)"
            case .pilot(.d): "the vehicle demands ventilation (pilot state D), and there is none"
            case .pilot(.e): "the pilot is shorted, or its diode is missing (state E)"
            case .pilot(.f): "the pilot is in its fault state (F)"
            case .pilot(let state): "the vehicle does not ask for energy (pilot state \(state.rawValue))"
            case .unlocked: "the plug is not locked"
            }
        }
    }

    public init(
        pilot: VehicleState, isPlugged: Bool, isLocked: Bool? = nil, hasVentilation: Bool = false,
        activeFaults: Set<BoardFault.Kind> = [], hazards: Hazards = []
    ) {
        self.pilot = pilot
        self.isPlugged = isPlugged
        self.isLocked = isLocked
        self.hasVentilation = hasVentilation
        self.activeFaults = activeFaults
        self.hazards = hazards
    }

    /// Why the contactor has to be open; nil: it may be closed. A hazard is named before a fault, that before a missing plug, that
    /// before the pilot, that before the lock.
    public var reasonToOpen: Reason? {
        if let hazard = hazards.gravest { return .hazard(hazard) }
        if !activeFaults.isEmpty, let kind = Interlock.openingFaults.first(where: activeFaults.contains) { return .fault(kind) }
        if !isPlugged { return .unplugged }
        guard pilot.mayCharge(withVentilation: hasVentilation) else { return .pilot(pilot) }
        return isLocked == false ? .unlocked : nil
    }
}

/// One thing that a board senses and that forbids a closed contactor, the gravest first.
public enum Hazard: UInt8, Sendable, Equatable, CaseIterable, CustomStringConvertible {
    case emergencyStop
    /// The residual-current device tripped, or failed its self-test; kept until the charge point is started again.
    case residualCurrent
    /// Told to open, contact still closed.
    case weld
    case water, tilt, door
    /// A temperature has reached its limit, and has not yet fallen far enough below.
    case overTemperature
    /// A temperature sensor gives no reading.
    case temperatureUnknown
    /// The auxiliary contact does not rest.
    case chatter
    /// A line can no longer be read or driven.
    case lineFailed
    /// The daemon's loop gave no sign of life for `Interlock.loopTimeOut`.
    case loopStalled
    /// The pilot's reading is too old, or it never rests.
    case pilotLost
    case diodeMissing
    /// The cable's rating cannot be told.
    case proximityInvalid

    public var description: String {
        switch self {
        case .emergencyStop: "the emergency stop is pressed"
        case .residualCurrent: "the residual-current device tripped or failed its test"
        case .weld: "the contactor is welded"
        case .water: "water is in the housing"
        case .tilt: "the charge point was knocked over"
        case .door: "the housing is open"
        case .overTemperature: "it is too hot"
        case .temperatureUnknown: "a temperature sensor cannot be read"
        case .chatter: "the contactor's auxiliary contact does not rest"
        case .lineFailed: "a line can no longer be read or driven"
        case .loopStalled: "the charge point's software stands still"
        case .pilotLost: "the control pilot gives no steady state"
        case .diodeMissing: "the pilot's diode is missing"
        case .proximityInvalid: "the cable's rating cannot be read"
        }
    }
}

/// A set of hazards in one word: changing it allocates nothing, which the interlock's thread must not wait for.
public struct Hazards: Sendable, Equatable, ExpressibleByArrayLiteral {
    private var bits: UInt16 = 0

    public init(arrayLiteral elements: Hazard...) { for hazard in elements { self[hazard] = true } }

    public subscript(hazard: Hazard) -> Bool {
        get { bits & (1 << hazard.rawValue) != 0 }
        set { if newValue { bits |= 1 << hazard.rawValue } else { bits &= ~(1 << hazard.rawValue) } }
    }

    public var isEmpty: Bool { bits == 0 }
    public func union(_ other: Hazards) -> Hazards {
        var both = self
        both.bits |= other.bits
        return both
    }

    /// The first in the order of `Hazard`; nil: none.
    public var gravest: Hazard? { bits == 0 ? nil : Hazard(rawValue: UInt8(bits.trailingZeroBitCount)) }
}
