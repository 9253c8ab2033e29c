public import Units

/// The rule that opens a contactor whatever else the charge point believes: two opinions to close, one to open.
///
/// A pure function of what the board senses at one connector; a board evaluates it whenever one of the facts changes and
/// again before it closes. It has no memory: a connector whose facts are in order may close again.
public struct Interlock: Sendable, Equatable {
    /// What the control pilot reports.
    public var pilot: VehicleState
    /// The plug is in the outlet; for a tethered cable: a vehicle hangs on it.
    public var isPlugged: Bool
    /// Faults that the board detects at this connector or for itself as a whole.
    public var activeFaults: Set<BoardFault.Kind>

    /// Faults under which no energy may flow, the gravest first.
    public static let openingFaults: [BoardFault.Kind] = [.groundFailure, .overCurrentFailure, .highTemperature]

    /// Why the contactor has to be open.
    public enum Reason: Sendable, Equatable, CustomStringConvertible {
        case fault(BoardFault.Kind)
        case unplugged
        /// The pilot is in a state in which no vehicle asks for energy.
        case pilot(VehicleState)

        public var description: String {
            switch self {
            case .fault(let kind): "the board detects \(kind.rawValue)"
            case .unplugged: "no plug is in the outlet"
            case .pilot(.a): "no vehicle is connected (pilot state A)"
            case .pilot(.e): "the pilot is shorted, or its diode is missing (state E)"
            case .pilot(.f): "the pilot is in its fault state (F)"
            case .pilot(let state): "the vehicle does not ask for energy (pilot state \(state.rawValue))"
            }
        }
    }

    public init(pilot: VehicleState, isPlugged: Bool, activeFaults: Set<BoardFault.Kind>) {
        self.pilot = pilot
        self.isPlugged = isPlugged
        self.activeFaults = activeFaults
    }

    /// Why the contactor has to be open; nil: it may be closed. A fault is named before a missing plug, that before the pilot.
    public var reasonToOpen: Reason? {
        if let kind = Interlock.openingFaults.first(where: activeFaults.contains) { return .fault(kind) }
        if !isPlugged { return .unplugged }
        return pilot.asksForEnergy ? nil : .pilot(pilot)
    }
}
