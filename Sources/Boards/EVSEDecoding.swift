public import ConfigurationFile
public import Drivers
import Units

extension ModbusEVSEConfiguration {
    /// The section `controlPilot` (or `contactor`) of a connector with `driver: modbus-evse`; the key `driver` is the caller's to read.
    /// - Parameters:
    ///   - buses: the names that there are.
    ///   - maps: where `registers` is looked for.
    public init(
        _ reader: inout MappingReader, buses: [String], maps: RegisterMapFolders
    ) throws(ConfigurationError) {
        let (bus, unit) = try reader.placeOnBus(buses)
        let map = try EVSERegisterMap.load(path: try maps.path(of: try reader.node("registers")))
        let interval = try reader.optionalDuration("pollInterval", in: .milliseconds(50) ... .seconds(1)) ?? .milliseconds(100)
        let misses = try reader.optionalInteger("toleratedMisses", in: 1...20) ?? 3
        do {
            try self.init(bus: bus, unit: unit, map: map, pollInterval: interval, toleratedMisses: misses)
        } catch {
            throw reader.error("registers", error.description, "Correct the register map.")
        }
    }
}

extension EVSERegisterMap {
    /// Reads a file of `Board/EVSE`.
    public static func load(path: String) throws(ConfigurationError) -> EVSERegisterMap {
        try EVSERegisterMap(Node.load(path: path))
    }

    /// Reads and checks a map.
    public init(_ root: Node) throws(ConfigurationError) {
        var top = try MappingReader(root)
        let origin = try MapOrigin(&top)
        let factory = try FactorySettings(&top)
        let limits = try top.limits()
        let defaults = try FieldDefaults(&top)
        let state = try top.mapping("state") { (reader) throws(ConfigurationError) in try StateRegister(&reader, defaults) }
        let offer = try top.mapping("offer") { (reader) throws(ConfigurationError) in try OfferRegister(&reader) }
        let enable = try top.optionalMapping("enable") { (reader) throws(ConfigurationError) in try EnableSwitch(&reader) }
        let available = try top.optionalMapping("available") { (reader) throws(ConfigurationError) in try EnableSwitch(&reader) }
        guard offer.none != nil || enable != nil else {
            throw top.error(
                "offer", "nothing says how no current is offered", "Write 'none: 0' here, or a section 'enable'.")
        }
        let cable = try top.optionalMapping("cableRating") { (reader) throws(ConfigurationError) in
            var own = defaults
            try own.override(&reader)
            _ = try reader.optionalString("unverified", length: 1...500)
            return RegisterField(
                table: own.table, address: try reader.node("address").register(in: 0...0xFFFF), type: own.type ?? .u16,
                wordOrder: own.wordOrder, byteOrder: own.byteOrder,
                factor: try reader.optionalNumber("step", in: 0.001...1000) ?? 1,
                absentPattern: own.absentPattern)
        }
        let faults = try top.optionalMapping("faults") { (reader) throws(ConfigurationError) in try FaultRegister(&reader, defaults)
        }
        let contactor = try top.optionalMapping("contactor") { (reader) throws(ConfigurationError) in
            try ContactorRegister(&reader, defaults)
        }
        let drives = try top.optionalBoolean("drivesContactor") ?? true
        let timeout = try top.optionalDuration("responseTimeout", in: .milliseconds(20) ... .seconds(2)) ?? .milliseconds(200)
        try top.finish()
        self.init(
            origin: origin, factorySettings: factory.settings, factoryUnit: factory.unit, limits: limits, state: state,
            offer: offer, enable: enable, available: available, cableRating: cable, faults: faults, drivesContactor: drives,
            contactor: contactor,
            responseTimeout: timeout)
        do { _ = try plan() } catch {
            throw top.node.error(
                error.description, "Raise maximumGap where the device allows it, or leave an optional register out.")
        }
    }
}

extension EVSERegisterMap.StateRegister {
    init(_ reader: inout MappingReader, _ defaults: FieldDefaults) throws(ConfigurationError) {
        let (table, address, mask) = try reader.word(defaults)
        var values: [UInt16: VehicleState] = [:]
        for (raw, node) in try reader.table("values") { values[raw] = try node.enumeration(VehicleState.self) }
        self.init(table: table, address: address, mask: mask, values: values)
    }
}

extension EVSERegisterMap.OfferRegister {
    init(_ reader: inout MappingReader) throws(ConfigurationError) {
        let address = try reader.node("address").register(in: 0...0xFFFF)
        let step = try reader.optionalNumber("step", in: 0.001...10) ?? 1
        let none = try reader.optionalNode("none").map { (node) throws(ConfigurationError) in
            UInt16(try node.register(in: 0...0xFFFF))
        }
        self.init(address: address, step: step, none: none, writesMultiple: try reader.writesMultiple())
    }
}

extension EVSERegisterMap.EnableSwitch {
    init(_ reader: inout MappingReader) throws(ConfigurationError) {
        if let node = reader.optionalNode("coil") {
            self = .coil(address: try node.register(in: 0...0xFFFF), on: try reader.optionalBoolean("on") ?? true)
            return
        }
        self = .register(
            address: try reader.node("address").register(in: 0...0xFFFF),
            on: UInt16(try reader.node("on").register(in: 0...0xFFFF)),
            off: UInt16(try reader.node("off").register(in: 0...0xFFFF)), writesMultiple: try reader.writesMultiple())
    }
}

extension EVSERegisterMap.FaultRegister {
    init(_ reader: inout MappingReader, _ defaults: FieldDefaults) throws(ConfigurationError) {
        let (table, address, mask) = try reader.word(defaults)
        var bits: [UInt16: BoardFault.Kind] = [:]
        for (raw, node) in try reader.optionalTable("bits") { bits[raw] = try node.enumeration(BoardFault.Kind.self) }
        var values: [UInt16: BoardFault.Kind] = [:]
        for (raw, node) in try reader.optionalTable("values") { values[raw] = try node.enumeration(BoardFault.Kind.self) }
        guard bits.isEmpty != values.isEmpty else {
            throw reader.node.error("faults are either bits or values", "Write 'bits: {…}' or 'values: {…}', not both.")
        }
        self.init(table: table, address: address, mask: mask, values: bits.isEmpty ? values : bits, areBits: !bits.isEmpty)
    }
}

extension EVSERegisterMap.ContactorRegister {
    init(_ reader: inout MappingReader, _ defaults: FieldDefaults) throws(ConfigurationError) {
        let (table, address, mask) = try reader.word(defaults)
        var closed: [UInt16] = []
        for node in try reader.sequence("closed", count: 1...16) { closed.append(UInt16(try node.register(in: 0...0xFFFF))) }
        self.init(table: table, address: address, mask: mask, closed: closed)
    }
}

extension MappingReader {
    /// `function`, `address` and `mask` of one register.
    fileprivate mutating func word(
        _ defaults: FieldDefaults
    ) throws(ConfigurationError) -> (table: RegisterTable, address: Int, mask: UInt16) {
        let table = try optionalNode("function").map { (node) throws(ConfigurationError) in try RegisterTable(node) }
        let address = try node("address").register(in: 0...0xFFFF)
        let mask = try optionalNode("mask").map { (node) throws(ConfigurationError) in try node.register(in: 1...0xFFFF) }
        return (table ?? defaults.table, address, UInt16(mask ?? 0xFFFF))
    }

    /// `write: single` (function 6, the default) or `write: multiple` (function 16).
    fileprivate mutating func writesMultiple() throws(ConfigurationError) -> Bool {
        try optionalEnumeration("write", WriteFunction.self) == .multiple
    }

    /// A section whose keys are register values.
    fileprivate mutating func table(_ key: String) throws(ConfigurationError) -> [(UInt16, Node)] {
        let entries = try node(key).entries()
        guard (1...256).contains(entries.count) else {
            throw error(key, "there are \(entries.count) values", "Write from 1 to 256.")
        }
        var rows: [(UInt16, Node)] = []
        for entry in entries {
            let digits = entry.key
            let number = digits.hasPrefix("0x") ? UInt16(digits.dropFirst(2), radix: 16) : UInt16(digits)
            guard let number else {
                throw entry.value.error("'\(digits.prefix(16))' is no value of a register", "Write it like 0x0003 or 3.")
            }
            rows.append((number, entry.value))
        }
        return rows
    }

    fileprivate mutating func optionalTable(_ key: String) throws(ConfigurationError) -> [(UInt16, Node)] {
        optionalNode(key) == nil ? [] : try table(key)
    }
}

private enum WriteFunction: String, CaseIterable { case single, multiple }
