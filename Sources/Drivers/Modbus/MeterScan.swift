public import Units
import Threads

/// Looks for meters on a line: which unit answers, at which speed and parity, and which model it is.
///
/// Every device is asked for registers that most have; one that answers at all, be it with a refusal, is there. What it is say the
/// maps: by their identity register, or because a whole poll makes sense. The search is bounded in time, not in hope: it tries what
/// meters leave the factory with first.
public struct MeterScan: Sendable {
    public var line: Line
    public var units: [Int]
    public var maps: [(name: String, map: RegisterMap)]
    /// How long a device may take to answer.
    public var timeout: Duration
    /// When the search ends, however much is left.
    public var limit: Duration
    /// Goes on with other settings although some were found at which a device answers: for one that cannot be heard by the others.
    public var triesAllSettings: Bool

    public enum Line: Sendable, Equatable {
        /// With the settings to try, in this order.
        case serial(device: String, settings: [SerialSettings])
        case tcp(host: String, port: Int)
    }

    public struct Finding: Sendable, Equatable {
        /// nil: over TCP.
        public var settings: SerialSettings?
        public var unit: Int
        /// The maps that fit, the surest first, by name.
        public var candidates: [Candidate]
    }

    public struct Candidate: Sendable, Equatable {
        public var name: String
        public var certainty: Certainty
        /// What it measures right now; nil where its registers made no sense.
        public var reading: MeterReading?
    }

    public enum Certainty: Sendable, Equatable {
        /// The device's own model register says so.
        case identified
        /// It answers every request, and the values can be true.
        case plausible
    }

    public enum Ending: Sendable, Equatable {
        case everythingTried
        /// Somebody answered; the settings that were not tried yet were left out, for a line has one speed.
        case settingsFound
        case timeLimit
        case fault(ModbusFault)
    }

    public init(
        line: Line, units: [Int], maps: [(name: String, map: RegisterMap)], timeout: Duration = .milliseconds(150),
        limit: Duration = .seconds(120), triesAllSettings: Bool = false
    ) {
        self.line = line
        self.units = units
        self.maps = maps
        self.timeout = timeout
        self.limit = limit
        self.triesAllSettings = triesAllSettings
    }

    /// The settings of the maps' factory defaults, and what else is usual.
    public static func usualSettings(_ maps: [RegisterMap]) -> [SerialSettings] {
        var settings: [SerialSettings] = []
        let usual = [9600, 19200, 38400, 115_200, 2400].flatMap { baud in
            [SerialSettings.Parity.none, .even].map { SerialSettings(baud: baud, parity: $0) }
        }
        for setting in maps.compactMap(\.factorySettings) + usual where !settings.contains(setting) { settings.append(setting) }
        return settings
    }

    /// - Parameters:
    ///   - tries: told what is tried now, for a display.
    ///   - found: each device as it is found.
    public func run(
        tries: (SerialSettings?) -> Void = { _ in }, found: (Finding) -> Void
    ) async -> Ending {
        let end = monotonicTime() + limit
        let lines: [(SerialSettings?, ModbusBusConfiguration.Line)] =
            switch line {
            case .serial(let device, let settings): settings.map { ($0, .serial(device: device, $0, rs485: false)) }
            case .tcp(let host, let port): [(nil, .tcp(host: host, port: port))]
            }
        for (settings, line) in lines {
            tries(settings)
            var somebodyAnswered = false
            let bus = ModbusBus(ModbusBusConfiguration(name: "scan", line: line, responseTimeout: timeout))
            for unit in units {
                guard monotonicTime() < end else {
                    await bus.close()
                    return .timeLimit
                }
                do {
                    guard try await answers(unit, on: bus) else { continue }
                    somebodyAnswered = true
                    found(Finding(settings: settings, unit: unit, candidates: await candidates(unit, on: bus)))
                } catch {
                    await bus.close()
                    return .fault(error)
                }
            }
            await bus.close()
            if somebodyAnswered && !triesAllSettings && settings != nil { return .settingsFound }
        }
        return .everythingTried
    }

    /// - Throws: when the line itself does not work.
    private func answers(_ unit: Int, on bus: ModbusBus) async throws(ModbusFault) -> Bool {
        for table in [RegisterTable.input, .holding] {
            do {
                _ = try await bus.read(RegisterBlock(table: table, address: 0, count: 2), unit: unit)
                return true
            } catch {
                switch error {
                // A gateway's word that nobody is behind it.
                case .exception(_, 10), .exception(_, 11): continue
                case .exception: return true
                case .lineGone, .cannotOpen, .lineBusy, .invalid, .closed: throw error
                case .silent, .garbled, .wrongUnit, .mismatched: continue
                }
            }
        }
        return false
    }

    private func candidates(_ unit: Int, on bus: ModbusBus) async -> [Candidate] {
        var candidates: [Candidate] = []
        for (name, map) in maps {
            // A model register that does not exist proves nothing: not every firmware has it.
            if let identity = map.identity, let words = try? await bus.read(identity.block, unit: unit) {
                guard identity.matches(words) else { continue }
                candidates.append(Candidate(name: name, certainty: .identified, reading: await reading(map, unit, bus)))
            } else if let reading = await reading(map, unit, bus) {
                candidates.append(Candidate(name: name, certainty: .plausible, reading: reading))
            }
        }
        // The maps of one maker are alike: a model that is identified leaves nothing to guess, a dead line proves nothing.
        let identified = candidates.filter { $0.certainty == .identified }
        guard identified.isEmpty else { return identified }
        return candidates.filter { $0.reading.map { !$0.voltage.isEmpty && $0.voltage.contains { $0 > 80 } } ?? false }
    }

    private func reading(_ map: RegisterMap, _ unit: Int, _ bus: ModbusBus) async -> MeterReading? {
        guard let configuration = try? ModbusMeterConfiguration(bus: "scan", unit: unit, map: map) else { return nil }
        // The first reading has no register before it, so any rating will do.
        return try? await ModbusMeter(configuration, on: bus, rating: 80, phases: map.phases).read()
    }
}
