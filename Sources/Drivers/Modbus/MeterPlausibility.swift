import BoardSupport
import Units

/// Refuses what cannot be true of a meter, before anybody else sees it.
///
/// Two kinds of checks. A single reading is refused when it is outside of what such a device can measure: a wrong word order, type or
/// scale lies far beyond. Between readings the import register is refused when it falls, or rises by more than the connector can
/// have delivered; but only until `agreements` readings in a row tell the same new story, for a meter that was exchanged stays
/// exchanged, and what follows from that is the charge point's decision and not the driver's.
struct MeterPlausibility {
    /// What one phase of the connector carries at most, and how many there are.
    var rating: Amperes
    var phases: Phases

    private var last: Mark?
    private var suspect: (mark: Mark, agreements: Int)?

    private struct Mark {
        var register: WattHours
        var time: Duration
    }

    /// Line to neutral. There is no lower bound but 0: behind an open contactor a meter sees nothing, or what floats there.
    static let volts: ClosedRange<Volts> = 0...300
    /// Grids, generators and inverters that can still be called 50 or 60 Hz.
    static let hertz: ClosedRange<Hertz> = 40...70
    /// Below it a phase counts as dead, and a frequency of 0 as true.
    static let deadVolts: Volts = 20
    /// No charge point's meter measures more, not even while a fuse blows.
    static let amperes: ClosedRange<Amperes> = -1000...1000
    static let watts: ClosedRange<Watts> = -1_000_000...1_000_000
    static let celsius: ClosedRange<Celsius> = -60...200
    /// How often in a row a strange register must be confirmed.
    static let agreements = 2

    init(rating: Amperes, phases: Phases) {
        self.rating = rating
        self.phases = phases
    }

    /// - Parameter time: monotonic.
    mutating func check(_ reading: MeterReading, at time: Duration) throws(MeterFault) {
        if let problem = Self.problem(of: reading) { throw .implausible(problem) }
        let mark = Mark(register: reading.energyImport, time: time)
        guard let last, let problem = problem(from: last, to: mark) else { return accept(mark) }
        if let (before, count) = suspect, self.problem(from: before, to: mark) == nil {
            guard count + 1 < Self.agreements else { return accept(mark) }
            suspect = (mark, count + 1)
        } else {
            suspect = (mark, 0)
        }
        throw .implausible(problem)
    }

    private mutating func accept(_ mark: Mark) {
        last = mark
        suspect = nil
    }

    private func problem(from last: Mark, to mark: Mark) -> String? {
        if mark.register < last.register { return "the register fell from \(last.register) to \(mark.register)" }
        // Twice the rating at the highest voltage, and a little for coarse registers and for readings that were late.
        let power = 2 * rating.value * Double(phases.rawValue) * Self.volts.upperBound.value
        let most = power * (mark.time - last.time).inSeconds / 3600 + 100
        guard Double((mark.register - last.register).value) > most else { return nil }
        return "the register rose from \(last.register) to \(mark.register), more than the connector can deliver"
    }

    private static func problem(of reading: MeterReading) -> String? {
        if reading.energyImport < 0 { return "the register is negative: \(reading.energyImport)" }
        if let value = reading.voltage.first(where: { !volts.contains($0) }) { return "a voltage of \(value)" }
        if let value = reading.current.first(where: { !amperes.contains($0) }) { return "a current of \(value)" }
        if let value = reading.currentNeutral, !amperes.contains(value) { return "a neutral current of \(value)" }
        if let value = (reading.powerPerPhase + [reading.power].compactMap(\.self)).first(where: { !watts.contains($0) }) {
            return "a power of \(value)"
        }
        if let value = reading.powerFactor, abs(value) > 1.01 { return "a power factor of \(value)" }
        if let value = reading.temperature, !celsius.contains(value) { return "a temperature of \(value)" }
        guard let frequency = reading.frequency, !hertz.contains(frequency) else { return nil }
        let isDead = !reading.voltage.isEmpty && reading.voltage.allSatisfy { $0 < deadVolts }
        return frequency == 0 && isDead ? nil : "a frequency of \(frequency)"
    }
}
