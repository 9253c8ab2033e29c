/// One reading of an electrical meter; everything that the meter does not measure is absent, never zero.
public struct MeterReading: Sendable, Equatable {
    /// Lifetime import register: from the grid to the vehicle. Monotonic.
    public var energyImport: WattHours
    /// Lifetime export register, where the meter has one.
    public var energyExport: WattHours?
    public var reactiveEnergyImport: WattHours?
    public var reactiveEnergyExport: WattHours?
    /// Active power drawn by the vehicle, all phases.
    public var power: Watts?
    public var powerPerPhase: [Watts]
    public var reactivePower: VoltAmperesReactive?
    public var powerFactor: Double?
    /// Current to the vehicle, L1 first; empty when not measured.
    public var current: [Amperes]
    public var currentNeutral: Amperes?
    /// Line to neutral, L1 first; empty when not measured.
    public var voltage: [Volts]
    public var frequency: Hertz?
    public var temperature: Celsius?
    /// State of charge, percent, where the vehicle tells.
    public var stateOfCharge: Double?
    /// The same import register under the meter's own signature, where one was asked for.
    public var signed: SignedReading?

    public init(
        energyImport: WattHours, energyExport: WattHours? = nil, reactiveEnergyImport: WattHours? = nil,
        reactiveEnergyExport: WattHours? = nil, power: Watts? = nil, powerPerPhase: [Watts] = [],
        reactivePower: VoltAmperesReactive? = nil, powerFactor: Double? = nil, current: [Amperes] = [],
        currentNeutral: Amperes? = nil, voltage: [Volts] = [], frequency: Hertz? = nil, temperature: Celsius? = nil,
        stateOfCharge: Double? = nil, signed: SignedReading? = nil
    ) {
        self.energyImport = energyImport
        self.energyExport = energyExport
        self.reactiveEnergyImport = reactiveEnergyImport
        self.reactiveEnergyExport = reactiveEnergyExport
        self.power = power
        self.powerPerPhase = powerPerPhase
        self.reactivePower = reactivePower
        self.powerFactor = powerFactor
        self.current = current
        self.currentNeutral = currentNeutral
        self.voltage = voltage
        self.frequency = frequency
        self.temperature = temperature
        self.stateOfCharge = stateOfCharge
        self.signed = signed
    }
}
