public import Units

/// A meter as data: which of its registers mean what, from the maker's own table.
public struct RegisterMap: Sendable, Equatable {
    public var origin: MapOrigin
    /// How many phases the meter measures.
    public var phases: Phases
    /// How the meter leaves the factory: where a search looks first.
    public var factorySettings: SerialSettings?
    public var factoryUnit: Int?
    public var limits: ReadLimits
    /// Each kind at most once; the import register always.
    public var measurements: [Measurement]
    /// What tells this model from others.
    public var identity: DeviceIdentity?
    /// Registers that exist and are read for nothing but to give a request a length of its own.
    public var padding: [RegisterBlock]

    public init(
        origin: MapOrigin, phases: Phases, factorySettings: SerialSettings? = nil, factoryUnit: Int? = nil,
        limits: ReadLimits = ReadLimits(), measurements: [Measurement], identity: DeviceIdentity? = nil,
        padding: [RegisterBlock] = []
    ) {
        self.origin = origin
        self.phases = phases
        self.factorySettings = factorySettings
        self.factoryUnit = factoryUnit
        self.limits = limits
        self.measurements = measurements
        self.identity = identity
        self.padding = padding
    }

    /// What one poll reads.
    public func plan() throws(BlockPlanError) -> BlockPlan {
        try BlockPlan(measurements.flatMap { $0.fields.flatMap(\.ranges) } + padding, limits: limits)
    }

    /// What the meter measures, for the charge point's decisions.
    public var profile: MeterProfile {
        MeterProfile(
            quantities: Set(measurements.compactMap(\.kind.quantity)), phases: phases, type: "\(origin.maker) \(origin.model)")
    }
}

/// Where a map comes from, and how far it can be trusted.
public struct MapOrigin: Sendable, Equatable {
    public var maker: String
    public var model: String
    /// The maker's document, by its title.
    public var document: String
    public var edition: String
    /// What was not compared with that document; nil: every value was.
    public var unverified: String?
    public var notes: [String]

    public init(
        maker: String, model: String, document: String, edition: String, unverified: String? = nil, notes: [String] = []
    ) {
        self.maker = maker
        self.model = model
        self.document = document
        self.edition = edition
        self.unverified = unverified
        self.notes = notes
    }
}

/// One quantity that a meter measures.
public struct Measurement: Sendable, Equatable {
    public var kind: Kind
    /// One, or one for each phase, L1 first.
    public var fields: [RegisterField]
    /// What was not compared with the maker's document.
    public var unverified: String?

    /// Named as in `MeterReading`.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case energyImport, energyExport, reactiveEnergyImport, reactiveEnergyExport
        case power, powerPerPhase, reactivePower, powerFactor
        case current, currentNeutral, voltage, frequency, temperature

        public var isPerPhase: Bool { self == .powerPerPhase || self == .current || self == .voltage }

        /// The import register is no extra: every meter has it.
        var quantity: MeterProfile.Quantity? { MeterProfile.Quantity(rawValue: rawValue) }

        /// The units that a map may name, with what one of them is in the base unit.
        public var units: [String: Double] {
            switch self {
            case .energyImport, .energyExport: ["Wh": 1, "kWh": 1000, "MWh": 1_000_000]
            case .reactiveEnergyImport, .reactiveEnergyExport: ["varh": 1, "kvarh": 1000, "Mvarh": 1_000_000]
            case .power, .powerPerPhase: ["W": 1, "kW": 1000, "mW": 0.001]
            case .reactivePower: ["var": 1, "kvar": 1000]
            case .powerFactor: ["1": 1]
            case .current, .currentNeutral: ["A": 1, "mA": 0.001]
            case .voltage: ["V": 1, "mV": 0.001]
            case .frequency: ["Hz": 1, "mHz": 0.001]
            case .temperature: ["°C": 1]
            }
        }
    }

    public init(_ kind: Kind, _ fields: [RegisterField], unverified: String? = nil) {
        self.kind = kind
        self.fields = fields
        self.unverified = unverified
    }
}

/// A register, or some, by which a model is known.
public struct DeviceIdentity: Sendable, Equatable {
    public var block: RegisterBlock
    public var expected: Expected

    public enum Expected: Sendable, Equatable {
        /// One register with one of these values.
        case codes([UInt16])
        /// Text, two characters to a register, that begins like this.
        case text(String)
    }

    public init(block: RegisterBlock, expected: Expected) {
        self.block = block
        self.expected = expected
    }

    public func matches(_ words: [UInt16]) -> Bool {
        switch expected {
        case .codes(let codes): words.first.map(codes.contains) ?? false
        case .text(let text):
            words.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }.starts(with: text.utf8)
        }
    }
}

/// How a serial line is driven; eight data bits always.
public struct SerialSettings: Sendable, Hashable, CustomStringConvertible {
    public var baud: Int
    public var parity: Parity
    public var stopBits: Int

    public enum Parity: String, Sendable, Hashable, CaseIterable { case none, even, odd }

    public static let bauds = [1200, 2400, 4800, 9600, 19200, 38400, 57600, 115_200, 230_400]

    public init(baud: Int = 9600, parity: Parity = .none, stopBits: Int = 1) {
        self.baud = baud
        self.parity = parity
        self.stopBits = stopBits
    }

    /// `9600 8N1`
    public var description: String {
        let letter =
            switch parity {
            case .none: "N"
            case .even: "E"
            case .odd: "O"
            }
        return "\(baud) 8\(letter)\(stopBits)"
    }
}
