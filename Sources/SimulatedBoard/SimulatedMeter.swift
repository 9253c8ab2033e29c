public import BoardSupport
public import Units

/// An electrical meter whose register counts whole milliwatt-hours and loses nothing between two steps.
public struct SimulatedMeter: Sendable, Equatable {
    /// The import register, in mWh: monotonic unless it is set.
    public private(set) var milliwattHours: Int64
    /// What is left below 1 mWh, in mW·ns.
    private var remainder: Int64 = 0
    /// How much faster than real time energy flows.
    public var speed: Double
    /// It does not answer; its register goes on.
    public var isSilent = false
    /// How many phases it measures.
    public let phases: Phases

    /// The highest register, in mWh: far beyond any charge point's life, far below what overflows.
    static let maximumMilliwattHours: Int64 = 1_000_000_000_000_000
    /// The highest register that can be set.
    public static let maximumRegister = WattHours(Int(clamping: maximumMilliwattHours / 1000))

    /// - Parameters:
    ///   - milliwattHours: what the register shows; brought into 0…10¹⁵.
    ///   - speed: finite and positive.
    public init(phases: Phases, milliwattHours: Int64 = 0, speed: Double = 1) {
        self.phases = phases
        self.milliwattHours = min(max(milliwattHours, 0), SimulatedMeter.maximumMilliwattHours)
        self.speed = speed
    }

    /// The register in whole watt-hours, rounded down, as meters show it.
    public var register: WattHours { WattHours(Int(clamping: milliwattHours / 1000)) }

    public mutating func setRegister(_ register: WattHours) {
        milliwattHours = Int64(min(max(register, 0), SimulatedMeter.maximumRegister).value) * 1000
        remainder = 0
    }

    /// Counts constant power over a time. Steps add up exactly, however finely a time is cut (down to 1 ns).
    /// - Returns: what the register gained, in mWh.
    @discardableResult
    public mutating func advance(by elapsed: Duration, power: Watts) -> Int64 {
        guard elapsed > .zero, power > 0 else { return 0 }
        // 10¹⁵ mW for 10¹⁹ ns stay well within 128 bits.
        let milliwatts = Int64(min((power.value * speed * 1000).rounded(), 1e15))
        let nanoseconds = min(elapsed.attoseconds / 1_000_000_000, Int128(Int64.max))
        let (whole, rest) = (Int128(milliwatts) * nanoseconds + Int128(remainder)).quotientAndRemainder(
            dividingBy: 3_600_000_000_000)
        let gained = min(whole, Int128(SimulatedMeter.maximumMilliwattHours - milliwattHours))
        remainder = Int64(rest)
        milliwattHours += Int64(gained)
        return Int64(gained)
    }

    /// What the meter answers while the vehicle draws `current` on the first `drawing` phases.
    public func read(current: Amperes, drawing: Phases) throws(MeterFault) -> MeterReading {
        guard !isSilent else { throw .silent("the simulated meter is set to be silent") }
        let used = min(drawing.rawValue, phases.rawValue)
        let currents = (0..<phases.rawValue).map { $0 < used ? current : 0 }
        let powers = currents.map { Watts($0.value * SimulatedGrid.voltage.value) }
        return MeterReading(
            energyImport: register, energyExport: 0, reactiveEnergyImport: 0, reactiveEnergyExport: 0,
            power: powers.reduce(0, +), powerPerPhase: powers, reactivePower: 0, powerFactor: 1, current: currents,
            // Three equal phases cancel out in the neutral; one or two leave one phase's current there.
            currentNeutral: used == 3 ? 0 : current, voltage: currents.map { _ in SimulatedGrid.voltage },
            frequency: SimulatedGrid.frequency, temperature: 25)
    }

    /// What `read` delivers, for the charge point's decisions.
    public static func profile(phases: Phases) -> MeterProfile {
        MeterProfile(
            quantities: Set(MeterProfile.Quantity.allCases).subtracting([.stateOfCharge]), phases: phases, serialNumber: "SIM-1",
            type: "simulated")
    }
}

/// The grid behind a simulated board: always there, always exact.
public enum SimulatedGrid {
    /// Line to neutral.
    public static let voltage: Volts = 230
    public static let frequency: Hertz = 50
}
