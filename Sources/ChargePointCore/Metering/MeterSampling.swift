import OCPP
import Units

/// A reading together with what else a sample may ask for.
struct SampleSource: Sendable, Equatable {
    var reading: MeterReading
    var offered: Amperes?
    var phases: Phases
    /// The reading at the begin of the interval that `.Interval` measurands cover; nil: the interval has no begin.
    var intervalBegin: MeterReading?
}

extension SampleSource {
    /// Nominal line voltage for Power.Offered (errata 3.69).
    static let nominalVoltage = 230.0

    /// The sampled values that a list of measurands asks for: every phase measured unless one is named (errata 3.14.3).
    /// What the reading lacks is left out.
    func values(_ requests: [MeasurandRequest], context: ReadingContext) -> [SampledValue] {
        requests.flatMap { request in
            selected(data(request.measurand), by: request).map { datum in
                // Told under the name that it was asked for by: L1 and L1-N are the same line.
                SampledValue(
                    value: datum.text, context: context, format: .raw, measurand: request.measurand,
                    phase: request.phase ?? datum.phase, location: request.measurand.location, unit: datum.unit)
            }
        }
    }

    private func selected(_ data: [Datum], by request: MeasurandRequest) -> [Datum] {
        // Where phases are told apart, what has none is the total and no phase's.
        let isApart = data.contains { $0.phase != nil && $0.phase != .n }
        return data.filter { request.selects($0.phase) && (request.phase == nil || !isApart || $0.phase != nil) }
    }

    private struct Datum {
        var text: String
        var phase: Phase?
        var unit: UnitOfMeasure?
    }

    private func data(_ measurand: Measurand) -> [Datum] {
        switch measurand {
        case .energyActiveImportRegister: register(reading.energyImport, .wh)
        case .energyActiveExportRegister: register(reading.energyExport, .wh)
        case .energyReactiveImportRegister: register(reading.reactiveEnergyImport, .varh)
        case .energyReactiveExportRegister: register(reading.reactiveEnergyExport, .varh)
        case .energyActiveImportInterval: interval(\.energyImport, .wh)
        case .energyActiveExportInterval: interval(\.energyExport, .wh)
        case .energyReactiveImportInterval: interval(\.reactiveEnergyImport, .varh)
        case .energyReactiveExportInterval: interval(\.reactiveEnergyExport, .varh)
        case .powerActiveImport:
            // The only phase of one is the total already.
            number(reading.power?.value, .w)
                + (reading.powerPerPhase.count > 1 || reading.power == nil
                    ? perPhase(reading.powerPerPhase.map(\.value), Self.phaseNames, .w) : [])
        case .powerReactiveImport: number(reading.reactivePower?.value, .var)
        case .powerFactor: number(reading.powerFactor, nil)
        case .powerOffered: number((offered?.value ?? 0) * Self.nominalVoltage * Double(phases.rawValue), .w)
        case .currentOffered: number(offered?.value ?? 0, .a)
        case .currentImport:
            perPhase(reading.current.map(\.value), Self.phaseNames, .a)
                + number(reading.currentNeutral?.value, .a).map { Datum(text: $0.text, phase: .n, unit: $0.unit) }
        case .voltage: perPhase(reading.voltage.map(\.value), [.l1N, .l2N, .l3N], .v)
        // OCPP 1.6 has no unit for hertz (errata 3.86).
        case .frequency: number(reading.frequency?.value, nil)
        case .temperature: number(reading.temperature?.value, .celsius)
        case .soC: number(reading.stateOfCharge, .percent)
        case .powerActiveExport, .powerReactiveExport, .currentExport, .rpm: []
        }
    }

    private static let phaseNames: [Phase] = [.l1, .l2, .l3]

    private func register(_ value: WattHours?, _ unit: UnitOfMeasure) -> [Datum] {
        value.map { [Datum(text: String($0.value), unit: unit)] } ?? []
    }

    private func interval(_ path: KeyPath<MeterReading, WattHours>, _ unit: UnitOfMeasure) -> [Datum] {
        guard let intervalBegin else { return [] }
        return [Datum(text: String((reading[keyPath: path] - intervalBegin[keyPath: path]).value), unit: unit)]
    }

    private func interval(_ path: KeyPath<MeterReading, WattHours?>, _ unit: UnitOfMeasure) -> [Datum] {
        guard let begin = intervalBegin?[keyPath: path], let end = reading[keyPath: path] else { return [] }
        return [Datum(text: String((end - begin).value), unit: unit)]
    }

    private func number(_ value: Double?, _ unit: UnitOfMeasure?) -> [Datum] {
        guard let value, value.isFinite else { return [] }
        return [Datum(text: Self.decimal(value), unit: unit)]
    }

    private func perPhase(_ values: [Double], _ names: [Phase], _ unit: UnitOfMeasure) -> [Datum] {
        // A single-phase meter's only value belongs to no phase in particular.
        guard values.count > 1 else { return number(values.first, unit) }
        return zip(names, values).flatMap { name, value in
            number(value, unit).map { Datum(text: $0.text, phase: name, unit: $0.unit) }
        }
    }

    /// At most two decimals, none when they are zero.
    static func decimal(_ value: Double) -> String {
        guard abs(value) < 1e15 else { return String(value) }
        let hundredths = Int64((value * 100).rounded())
        let sign = hundredths < 0 ? "-" : ""
        let (whole, fraction) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
        if fraction == 0 { return "\(sign)\(whole)" }
        return fraction % 10 == 0 ? "\(sign)\(whole).\(fraction / 10)" : "\(sign)\(whole).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}

extension Measurand {
    /// Where it is measured (OCPP 1.6 §7.30): "Temperature reading inside Charge Point", "State of charge of charging vehicle".
    fileprivate var location: Location {
        switch self {
        case .temperature: .body
        case .soC: .ev
        default: .outlet
        }
    }
}

extension MeasurandRequest {
    /// L1 and L1-N name the same line; a meter of a single phase measures L1.
    fileprivate func selects(_ measured: Phase?) -> Bool {
        guard let phase else { return true }
        switch (phase, measured) {
        case (.l1, .l1N), (.l2, .l2N), (.l3, .l3N), (.l1, nil), (.l1N, nil): return true
        default: return phase == measured
        }
    }
}
