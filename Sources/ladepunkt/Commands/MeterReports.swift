import BoardSupport
import Drivers
import LocalAPIModels
import Synchronization
import Units

/// One reading, as `meter read` prints it.
struct MeterReport: Encodable {
    var maker: String
    var model: String
    var unverified: String?
    var unit: Int
    var line: String
    var energyImportWh: Int
    var energyExportWh: Int?
    var reactiveEnergyImportVarh: Int?
    var reactiveEnergyExportVarh: Int?
    var powerW: Double?
    var powerPerPhaseW: [Double]?
    var reactivePowerVar: Double?
    var powerFactor: Double?
    var currentA: [Double]?
    var currentNeutralA: Double?
    var voltageV: [Double]?
    var frequencyHz: Double?
    var temperatureC: Double?

    init(_ reading: MeterReading, of meter: ModbusMeterConfiguration, on bus: ModbusBusConfiguration) {
        maker = meter.map.origin.maker
        model = meter.map.origin.model
        unverified = meter.map.origin.unverified
        unit = meter.unit
        line = bus.place
        energyImportWh = reading.energyImport.value
        energyExportWh = reading.energyExport?.value
        reactiveEnergyImportVarh = reading.reactiveEnergyImport?.value
        reactiveEnergyExportVarh = reading.reactiveEnergyExport?.value
        powerW = reading.power?.value
        powerPerPhaseW = Self.present(reading.powerPerPhase)
        reactivePowerVar = reading.reactivePower?.value
        powerFactor = reading.powerFactor
        currentA = Self.present(reading.current)
        currentNeutralA = reading.currentNeutral?.value
        voltageV = Self.present(reading.voltage)
        frequencyHz = reading.frequency?.value
        temperatureC = reading.temperature?.value
    }

    private static func present(_ values: [some Quantity]) -> [Double]? { values.isEmpty ? nil : values.map(\.value) }

    var text: String {
        let rows: [(String, String?)] = [
            ("energy import", "\(energyImportWh) Wh"), ("energy export", energyExportWh.map { "\($0) Wh" }),
            ("reactive import", reactiveEnergyImportVarh.map { "\($0) varh" }),
            ("reactive export", reactiveEnergyExportVarh.map { "\($0) varh" }), ("power", Self.shown(powerW.map { [$0] }, "W")),
            ("power per phase", Self.shown(powerPerPhaseW, "W")),
            ("reactive power", Self.shown(reactivePowerVar.map { [$0] }, "var")),
            ("power factor", Self.shown(powerFactor.map { [$0] }, "")), ("current", Self.shown(currentA, "A")),
            ("neutral current", Self.shown(currentNeutralA.map { [$0] }, "A")), ("voltage", Self.shown(voltageV, "V")),
            ("frequency", Self.shown(frequencyHz.map { [$0] }, "Hz")), ("temperature", Self.shown(temperatureC.map { [$0] }, "°C")),
        ]
        var lines = ["\(maker) \(model), unit \(unit) on \(line)"]
        for case (let name, let value?) in rows {
            lines.append("  " + name + String(repeating: " ", count: 18 - name.count) + value)
        }
        if let unverified { lines.append("The register map is not verified: \(unverified)") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// To three decimals: more is noise.
    private static func shown(_ numbers: [Double]?, _ unit: String) -> String? {
        guard let numbers else { return nil }
        let texts = numbers.map { number in
            let rounded = (number * 1000).rounded() / 1000
            return Int(exactly: rounded).map { String($0) } ?? "\(rounded)"
        }
        return (texts + [unit]).joined(separator: " ").trimmingSuffix(while: { $0 == " " })
    }
}

/// One device that a search found.
struct FindingReport: Encodable {
    struct Candidate: Encodable {
        var registers: String
        var identified: Bool
        var energyImportWh: Int?
    }

    var settings: String?
    var baud: Int?
    var parity: String?
    var stopBits: Int?
    var unit: Int
    var candidates: [Candidate]

    init(_ finding: MeterScan.Finding) {
        settings = finding.settings?.description
        baud = finding.settings?.baud
        parity = finding.settings?.parity.rawValue
        stopBits = finding.settings?.stopBits
        unit = finding.unit
        candidates = finding.candidates.map {
            Candidate(registers: $0.name, identified: $0.certainty == .identified, energyImportWh: $0.reading?.energyImport.value)
        }
    }

    var text: String {
        let place = "unit \(unit)" + (settings.map { " at \($0)" } ?? "")
        guard !candidates.isEmpty else { return "\(place): something answers, but no register map fits" }
        return candidates.map { candidate in
            let sure = candidate.identified ? "says its model register" : "its values make sense; compare them with its display"
            let energy = candidate.energyImportWh.map { ", \($0) Wh" } ?? ""
            return "\(place): \(candidate.registers) (\(sure)\(energy))"
        }.joined(separator: "\n")
    }
}

/// On one line, as a stream of them wants it.
func jsonLine(_ value: some Encodable) throws -> String {
    String(decoding: try JSONText.encode(value, indented: false), as: UTF8.self)
}

/// The recording as it grows; written from the bus's thread.
final class RecordingOutput: Sendable {
    private let recording = Mutex(MeterRecording())

    func write(header remarks: [String]) { output(recording.withLock { $0.header(remarks) }) }
    func write(_ exchange: ModbusExchange) { output(recording.withLock { $0.line(exchange) }) }
}

extension String {
    fileprivate func trimmingSuffix(while matches: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, matches(last) { text.removeLast() }
        return text
    }
}
