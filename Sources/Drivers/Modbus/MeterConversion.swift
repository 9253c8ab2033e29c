public import BoardSupport
public import Units

extension RegisterMap {
    /// Turns one poll's registers into a reading; everything that the map does not name is absent.
    public func reading(from contents: RegisterContents) throws(MeterFault) -> MeterReading {
        guard !contents.isAllZero else { throw .implausible("every register is 0") }
        var values: [Measurement.Kind: [Double]] = [:]
        for measurement in measurements {
            do {
                values[measurement.kind] = try measurement.values(in: contents)
            } catch {
                throw .implausible("\(measurement.kind.rawValue): \(error.problem)")
            }
        }
        guard let energy = values[.energyImport]?.first else { throw .implausible("there is no import register") }
        var reading = MeterReading(energyImport: try Self.wattHours(energy, .energyImport))
        for (kind, numbers) in values { try reading.set(kind, numbers) }
        return reading
    }

    /// To the nearest watt-hour: floats carry 1.234 kWh as a little less than that.
    static func wattHours(_ number: Double, _ kind: Measurement.Kind) throws(MeterFault) -> WattHours {
        // A processor of 32 bits counts to 2147 MWh.
        guard abs(number) <= 1e12, let whole = Int(exactly: number.rounded()) else {
            throw .implausible("\(kind.rawValue): \(number) Wh")
        }
        return WattHours(whole)
    }
}

extension Measurement {
    /// L1 first; shorter where the device has no value for a phase, empty where it has none at all.
    fileprivate func values(in contents: RegisterContents) throws(ImplausibleNumber) -> [Double] {
        var values: [Double] = []
        for field in fields {
            guard let value = try field.value(in: contents) else { return values }
            values.append(value)
        }
        return values
    }
}

extension MeterReading {
    fileprivate mutating func set(_ kind: Measurement.Kind, _ numbers: [Double]) throws(MeterFault) {
        switch kind {
        case .energyImport: break
        case .energyExport:
            energyExport = try numbers.first.map { (number) throws(MeterFault) in try RegisterMap.wattHours(number, kind) }
        case .reactiveEnergyImport:
            reactiveEnergyImport = try numbers.first.map { (number) throws(MeterFault) in try RegisterMap.wattHours(number, kind) }
        case .reactiveEnergyExport:
            reactiveEnergyExport = try numbers.first.map { (number) throws(MeterFault) in try RegisterMap.wattHours(number, kind) }
        case .power: power = numbers.first.map { Watts($0) }
        case .powerPerPhase: powerPerPhase = numbers.map { Watts($0) }
        case .reactivePower: reactivePower = numbers.first.map { VoltAmperesReactive($0) }
        case .powerFactor: powerFactor = numbers.first
        case .current: current = numbers.map { Amperes($0) }
        case .currentNeutral: currentNeutral = numbers.first.map { Amperes($0) }
        case .voltage: voltage = numbers.map { Volts($0) }
        case .frequency: frequency = numbers.first.map { Hertz($0) }
        case .temperature: temperature = numbers.first.map { Celsius($0) }
        }
    }
}
