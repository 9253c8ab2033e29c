public import ConfigurationFile
public import Drivers
import Units

extension RegisterMap {
    /// Reads a file of `Board/Meters`.
    public static func load(path: String) throws(ConfigurationError) -> RegisterMap { try RegisterMap(Node.load(path: path)) }

    /// Reads and checks a map: its requests can be planned, its import register is there.
    public init(_ root: Node) throws(ConfigurationError) {
        var top = try MappingReader(root)
        let origin = try MapOrigin(&top)
        let phases = try top.phaseCount("phases")
        let factory = try FactorySettings(&top)
        let limits = try top.limits()
        let defaults = try FieldDefaults(&top)
        var measurements: [Measurement] = []
        try top.mapping("quantities") { (reader) throws(ConfigurationError) in
            for kind in Measurement.Kind.allCases {
                guard let node = reader.optionalNode(kind.rawValue) else { continue }
                measurements.append(try Measurement(kind, node, defaults, phases: phases))
            }
            guard measurements.first?.kind == .energyImport else {
                throw reader.error(
                    "energyImport", "the import register is missing", "Every map needs it: it is what is billed.")
            }
        }
        let identity = try top.optionalMapping("identity") { (reader) throws(ConfigurationError) in
            try DeviceIdentity(&reader, defaults)
        }
        let padding = try top.sequence("alsoRead", count: 0...8) { (reader) throws(ConfigurationError) in
            let table = try reader.optionalNode("function").map { (node) throws(ConfigurationError) in try RegisterTable(node) }
            return RegisterBlock(
                table: table ?? defaults.table, address: try reader.node("address").register(in: 0...0xFFFF),
                count: try reader.integer("count", in: 1...124))
        }
        try top.finish()
        self.init(
            origin: origin, phases: phases, factorySettings: factory.settings, factoryUnit: factory.unit, limits: limits,
            measurements: measurements, identity: identity, padding: padding)
        do { _ = try plan() } catch {
            throw top.error(
                "quantities", error.description,
                "Name documented neighbours in 'alsoRead', raise maximumGap where the device allows it, or leave a quantity out; requests of equal length are never made, "
                    + "because a late answer to one would pass for the answer to the other.")
        }
    }
}

extension MapOrigin {
    init(_ top: inout MappingReader) throws(ConfigurationError) {
        let maker = try top.string("maker", length: 1...50)
        let model = try top.string("model", length: 1...80)
        let document = try top.mapping("document") { (reader) throws(ConfigurationError) in
            (name: try reader.string("name", length: 1...200), edition: try reader.string("edition", length: 1...80))
        }
        let unverified = try top.optionalString("unverified", length: 1...500)
        var notes: [String] = []
        for node in try top.sequence("notes", count: 0...20) { notes.append(try node.string(length: 1...500)) }
        self.init(
            maker: maker, model: model, document: document.name, edition: document.edition, unverified: unverified, notes: notes)
    }
}

/// The section `factory`: how the device comes out of its box.
struct FactorySettings {
    var settings: SerialSettings?
    var unit: Int?

    init(_ top: inout MappingReader) throws(ConfigurationError) {
        let read = try top.optionalMapping("factory") { (reader) throws(ConfigurationError) in
            let settings = reader.contains("baud") ? try SerialSettings(&reader) : nil
            return (settings, try reader.optionalInteger("unit", in: 1...255))
        }
        settings = read?.0
        unit = read?.1
    }
}

extension SerialSettings {
    /// `baud`, `parity` and `stopBits`.
    init(_ reader: inout MappingReader) throws(ConfigurationError) {
        let baud = try reader.integer("baud", in: 1200...230_400)
        guard Self.bauds.contains(baud) else {
            throw reader.error(
                "baud", "\(baud) is no speed of a serial line",
                "Write one of: \(Self.bauds.map { String($0) }.joined(separator: ", ")).")
        }
        self.init(
            baud: baud, parity: try reader.optionalEnumeration("parity") ?? .none,
            stopBits: try reader.optionalInteger("stopBits", in: 1...2) ?? 1)
    }
}

/// What holds for every field that does not say otherwise.
struct FieldDefaults {
    var table = RegisterTable.input
    var type: RegisterType?
    var wordOrder = RegisterOrder.highFirst
    var byteOrder = RegisterOrder.highFirst
    var absentPattern: UInt64?

    init() {}

    init(_ top: inout MappingReader) throws(ConfigurationError) {
        var defaults = FieldDefaults()
        let read = try top.optionalMapping("defaults") { (reader) throws(ConfigurationError) in
            try defaults.override(&reader)
            return defaults
        }
        self = read ?? FieldDefaults()
    }

    mutating func override(_ reader: inout MappingReader) throws(ConfigurationError) {
        if let node = reader.optionalNode("function") { table = try RegisterTable(node) }
        type = try reader.optionalEnumeration("type") ?? type
        wordOrder = try reader.optionalEnumeration("wordOrder") ?? wordOrder
        byteOrder = try reader.optionalEnumeration("byteOrder") ?? byteOrder
        if let node = reader.optionalNode("absent") {
            absentPattern = UInt64(try node.pattern())
        }
    }
}

extension Measurement {
    init(_ kind: Kind, _ node: Node, _ defaults: FieldDefaults, phases: Phases) throws(ConfigurationError) {
        var reader = try MappingReader(node)
        var own = defaults
        try own.override(&reader)
        guard let type = own.type else {
            throw reader.error("type", "the type is missing", "Write one here or in the section 'defaults'.")
        }
        let unit = try reader.string("unit")
        guard let base = kind.units[unit] else {
            throw reader.error(
                "unit", "'\(unit.prefix(16))' is no unit of \(kind.rawValue)",
                "Write one of: \(kind.units.keys.sorted().joined(separator: ", ")).")
        }
        let scale = try reader.optionalNumber("scale", in: -1_000_000...1_000_000) ?? 1
        let exponent = try reader.optionalNode("exponentAddress").map { (node) throws(ConfigurationError) in
            try node.register(in: 0...0xFFFF)
        }
        let field = RegisterField(
            table: own.table, address: 0, type: type, wordOrder: own.wordOrder, byteOrder: own.byteOrder, factor: base * scale,
            exponentAddress: exponent, absentPattern: own.absentPattern)
        let fields = try reader.addresses(isPerPhase: kind.isPerPhase, phases: phases).map { address in
            var field = field
            field.address = address
            return field
        }
        self.init(kind, fields, unverified: try reader.optionalString("unverified", length: 1...500))
        try reader.finish()
    }
}

extension DeviceIdentity {
    init(_ reader: inout MappingReader, _ defaults: FieldDefaults) throws(ConfigurationError) {
        let table = try reader.optionalNode("function").map { (node) throws(ConfigurationError) in try RegisterTable(node) }
        let address = try reader.node("address").register(in: 0...0xFFFF)
        let text = try reader.optionalString("text", length: 1...64)
        var codes: [UInt16] = []
        for node in try reader.sequence("codes", count: 0...64) { codes.append(UInt16(try node.register(in: 0...0xFFFF))) }
        _ = try reader.optionalString("unverified", length: 1...500)
        guard (text == nil) != codes.isEmpty else {
            throw reader.node.error(
                "an identity is either a text or a list of codes", "Write 'text: …' or 'codes: [0x0070]', not both.")
        }
        let count = text.map { ($0.utf8.count + 1) / 2 } ?? 1
        self.init(
            block: RegisterBlock(table: table ?? defaults.table, address: address, count: count),
            expected: text.map { .text($0) } ?? .codes(codes))
    }
}

extension RegisterTable {
    /// By its function code.
    init(_ node: Node) throws(ConfigurationError) {
        guard let table = RegisterTable(rawValue: try node.integer(in: 3...4)) else {
            throw node.error("this is no function that reads registers", "Write 3 for holding registers or 4 for input registers.")
        }
        self = table
    }
}

extension Node {
    /// A number as makers' tables write them: `0x0034` or `52`.
    func register(in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        let text = try string(length: 1...32)
        guard text.hasPrefix("0x") else { return try integer(in: range) }
        guard let number = Int(text.dropFirst(2), radix: 16), range.contains(number) else {
            throw error("'\(text)' is no number from \(range.lowerBound) to \(range.upperBound)", "Write it like 0x0034 or 52.")
        }
        return number
    }

    /// As many as 32 bits of a register, which need not fit the processor's own integers.
    func pattern() throws(ConfigurationError) -> UInt32 {
        let text = try string(length: 1...32)
        guard let number = text.hasPrefix("0x") ? UInt32(text.dropFirst(2), radix: 16) : UInt32(text) else {
            throw error("'\(text)' is no number from 0 to \(UInt32.max)", "Write it like 0xFFFFFFFF or 4294967295.")
        }
        return number
    }
}

extension MappingReader {
    mutating func phaseCount(_ key: String) throws(ConfigurationError) -> Phases {
        let node = try node(key)
        guard let phases = Phases(rawValue: try node.integer(in: 1...3)) else {
            throw node.error("this is no number of phases", "Write 1, 2 or 3.")
        }
        return phases
    }

    /// `maximumRegisters`, `maximumGap` and `multipleOf`.
    mutating func limits() throws(ConfigurationError) -> ReadLimits {
        ReadLimits(
            maximumRegisters: try optionalInteger("maximumRegisters", in: 1...125) ?? ReadLimits().maximumRegisters,
            maximumGap: try optionalInteger("maximumGap", in: 0...124) ?? 0,
            multipleOf: try optionalInteger("multipleOf", in: 1...4) ?? 1)
    }

    /// `address`, or `addresses` with one for each phase.
    fileprivate mutating func addresses(isPerPhase: Bool, phases: Phases) throws(ConfigurationError) -> [Int] {
        guard isPerPhase else { return [try node("address").register(in: 0...0xFFFF)] }
        var addresses: [Int] = []
        for node in try sequence("addresses", count: 1...3) { addresses.append(try node.register(in: 0...0xFFFF)) }
        guard addresses.count == phases.rawValue else {
            throw error(
                "addresses", "there are \(addresses.count) addresses for \(phases.rawValue) phases",
                "Write one for each phase, L1 first.")
        }
        return addresses
    }
}
