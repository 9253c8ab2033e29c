import OCPP
import Units

/// One entry of a measurand list: `Voltage`, or with a phase `Voltage.L1` (OCPP 1.6 §9.1.17).
struct MeasurandRequest: Sendable, Equatable {
    var measurand: Measurand
    var phase: Phase?

    init?(_ text: String) {
        if let measurand = Measurand(rawValue: text) {
            self.measurand = measurand
            return
        }
        guard let dot = text.lastIndex(of: "."), let phase = Phase(rawValue: String(text[text.index(after: dot)...])),
            let measurand = Measurand(rawValue: String(text[..<dot]))
        else { return nil }
        self.measurand = measurand
        self.phase = phase
    }

    /// Whether at least one connector's meter can give it.
    func isMeasured(by board: BoardProfile) -> Bool {
        board.connectors.contains { connector in
            guard let meter = connector.meter else { return false }
            return isMeasured(by: meter)
        }
    }

    private func isMeasured(by meter: MeterProfile) -> Bool {
        if let phase {
            let phases: [Phase]
            switch measurand {
            case .currentImport: phases = [.l1, .l2, .l3, .n]
            case .voltage: phases = [.l1, .l2, .l3, .l1N, .l2N, .l3N]
            case .powerActiveImport: phases = [.l1, .l2, .l3]
            default: phases = []
            }
            guard let index = phases.firstIndex(of: phase) else { return false }
            if phase == .n { return meter.quantities.contains(.currentNeutral) }
            guard index % 3 < meter.phases.rawValue else { return false }
            if measurand == .powerActiveImport { return meter.quantities.contains(.powerPerPhase) }
        }
        switch measurand {
        case .energyActiveImportRegister, .energyActiveImportInterval, .currentOffered, .powerOffered: return true
        case .energyActiveExportRegister, .energyActiveExportInterval: return meter.quantities.contains(.energyExport)
        case .energyReactiveImportRegister, .energyReactiveImportInterval: return meter.quantities.contains(.reactiveEnergyImport)
        case .energyReactiveExportRegister, .energyReactiveExportInterval: return meter.quantities.contains(.reactiveEnergyExport)
        case .powerActiveImport: return meter.quantities.contains(.power)
        case .powerReactiveImport: return meter.quantities.contains(.reactivePower)
        case .powerFactor: return meter.quantities.contains(.powerFactor)
        case .currentImport: return meter.quantities.contains(.current)
        case .voltage: return meter.quantities.contains(.voltage)
        case .frequency: return meter.quantities.contains(.frequency)
        case .temperature: return meter.quantities.contains(.temperature)
        case .soC: return meter.quantities.contains(.stateOfCharge)
        case .powerActiveExport, .powerReactiveExport, .currentExport, .rpm: return false
        }
    }
}
