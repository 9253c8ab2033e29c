/// What the control pilot says of the vehicle (IEC 61851-1, table A.4).
public enum VehicleState: String, Sendable, Hashable, Codable, CaseIterable {
    /// No vehicle connected.
    case a = "A"
    /// Connected, not ready to take energy.
    case b = "B"
    /// Ready to take energy.
    case c = "C"
    /// Ready, and demands ventilation.
    case d = "D"
    /// Short circuit or no power: an error.
    case e = "E"
    /// The charge point is not available: an error.
    case f = "F"

    /// A plug with a vehicle behind it; nothing can be said of it in an error state.
    public var isConnected: Bool? {
        switch self {
        case .a: false
        case .b, .c, .d: true
        case .e, .f: nil
        }
    }

    /// The vehicle asks for energy.
    public var asksForEnergy: Bool { self == .c || self == .d }

    /// It asks for energy, and nothing speaks against giving it: one that demands ventilation gets none without.
    public func mayCharge(withVentilation hasVentilation: Bool) -> Bool { self == .c || self == .d && hasVentilation }
}

/// How many phases a connector or a vehicle uses.
public enum Phases: Int, Sendable, Hashable, Codable, CaseIterable {
    case one = 1
    case two = 2
    case three = 3
}
