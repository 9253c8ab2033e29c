public import Units

/// The cable's coding resistor between proximity contact and protective earth (IEC 61851-1, annex B).
public enum Proximity {
    /// Nominal 1.5 kΩ, 680 Ω, 220 Ω, 100 Ω, each with the band in which it still counts. Between the bands no cable lies.
    static let bands: [(ohms: ClosedRange<Double>, current: Amperes)] = [
        (1_100...2_460, 13), (400...936, 20), (164...308, 32), (80...140, 63),
    ]
    /// Above, the contact is open.
    static let openAbove = 4_500.0

    /// The rating that a resistance means. The lowest resistor stands for 63 A in three phases and 70 A in one.
    public static func rating(ohms: Double, phases: Phases) -> CableRating {
        if ohms > openAbove { return .noCable }
        guard let band = bands.first(where: { $0.ohms.contains(ohms) }) else {
            return .invalid("a coding resistor of \(Int(max(0, ohms.isFinite ? ohms : 0).rounded())) Ω is none of a cable's")
        }
        return .rated(band.current == 63 && phases == .one ? 70 : band.current)
    }

    /// The resistance that pulls a contact down to `voltage` under a pull-up resistor.
    public static func ohms(at voltage: Volts, supply: Volts, pullUp: Double) -> Double {
        guard voltage.value < supply.value else { return .infinity }
        return pullUp * max(voltage.value, 0) / (supply.value - voltage.value)
    }

    /// - Parameter active: the ratings whose lines are active.
    public static func rating(active: [Amperes]) -> CableRating {
        guard let first = active.first else { return .noCable }
        return active.count == 1 ? .rated(first) : .invalid("\(active.count) coding lines are active at once")
    }
}
