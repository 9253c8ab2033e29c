public import ConfigurationFile
import Drivers
import SimulatedBoard
import Units

extension BoardFile {
    /// Reads a board file's tree.
    /// - Parameter maps: where register maps are looked for.
    public init(_ root: Node, maps: RegisterMapFolders = RegisterMapFolders([])) throws(ConfigurationError) {
        var top = try MappingReader(root)
        let model = try top.optionalString("model", length: 1...50)
        let buses = try ModbusBusConfiguration.all(&top)
        let surroundings = Surroundings(buses: buses.map(\.name), maps: maps)
        let nodes = try top.sequence("connectors", count: Self.connectorCount)
        let isSimulated = try Self.areSimulated(nodes)
        var meters: [Int: ModbusMeterConfiguration] = [:]
        var simulated: [SimulatedConnectorConfiguration] = []
        var real: [HardwareConnector] = []
        for (index, node) in nodes.enumerated() {
            var reader = try MappingReader(node)
            let frame = try ConnectorFrame(&reader, number: index + 1)
            meters[frame.id] = try surroundings.meter(&reader)
            if isSimulated {
                simulated.append(try SimulatedConnectorConfiguration(&reader, frame))
            } else {
                real.append(try HardwareConnector(&reader, frame, surroundings))
            }
            try reader.finish()
        }
        let (readers, hasSimulatedReader) = try Self.readers(&top, connectors: nodes.count, isSimulated: isSimulated)
        if isSimulated {
            for key in ["inputs", "outputs"] { try Self.refuseLines(key, of: &top) }
            var simulation = SimulatedBoardConfiguration(
                model: model ?? Self.simulated, connectors: simulated, hasCardReader: hasSimulatedReader)
            _ = try top.optionalMapping("simulation") { (reader) throws(ConfigurationError) in
                // The closure cannot change a variable that outlives it without a copy.
                var changed = simulation
                try changed.read(&reader)
                simulation = changed
            }
            connectors = .simulated(simulation)
        } else {
            connectors = .real(try HardwareConfiguration(&top, model: model ?? "board", connectors: real, meters: meters))
        }
        supplyCurrent = try top.optionalMapping("supply") { (reader) throws(ConfigurationError) in
            Amperes(try reader.quantity("current", unit: Amperes.symbol, in: 6...2_560))
        }
        self.meters = meters
        self.buses = buses
        self.readers = readers
        try top.finish()
    }

    /// Whether contactors, pilots and locks are simulated: all of them, or none.
    private static func areSimulated(_ nodes: [Node]) throws(ConfigurationError) -> Bool {
        var answer: Bool?
        for node in nodes {
            var reader = try MappingReader(node)
            let parts = [("contactor", Driver.contactors), ("controlPilot", Driver.pilots), ("lock", Driver.locks)]
            for (key, known) in parts {
                guard let name = try Driver.name(of: key, in: &reader, among: known) else { continue }
                let isSimulated = name == simulated
                if let answer, answer != isSimulated {
                    throw reader.error(
                        key, "simulated and real contactors, pilots and locks stand side by side",
                        "Make all of them simulated, or none; a simulated board may have real meters and card readers.")
                }
                answer = isSimulated
            }
        }
        return answer ?? true
    }

    private static func readers(
        _ top: inout MappingReader, connectors: Int, isSimulated: Bool
    ) throws(ConfigurationError) -> (real: [CardReaderConfiguration], hasSimulated: Bool) {
        var readers: [CardReaderConfiguration] = []
        var hasSimulated = false
        for node in try top.sequence("cardReaders", count: 0...connectorCount.upperBound) {
            var reader = try MappingReader(node)
            guard try Driver.name(&reader, among: Driver.readers) == "libnfc" else {
                guard isSimulated else {
                    throw reader.error("driver", "only a simulated board has a simulated reader", "Use the driver 'libnfc'.")
                }
                guard !hasSimulated else { throw node.error("there is a simulated reader already", "Remove this one.") }
                hasSimulated = true
                try reader.finish()
                continue
            }
            let configuration = try CardReaderConfiguration(&reader, connectorCount: connectors)
            try reader.finish()
            guard !readers.contains(where: { $0.device == configuration.device }) else {
                throw reader.error("device", "this device is another reader already", "Name each device once.")
            }
            readers.append(configuration)
        }
        return (readers, hasSimulated)
    }

    /// Inputs and outputs are lines of real hardware.
    private static func refuseLines(_ key: String, of top: inout MappingReader) throws(ConfigurationError) {
        guard let first = try top.sequence(key, count: 0...256).first else { return }
        throw first.error(
            "\(key) are lines of real hardware, and this board's connectors are simulated", "Remove the section '\(key)'.")
    }
}

/// What other sections of a board file say that a connector refers to.
struct Surroundings {
    /// Names of the buses.
    var buses: [String]
    var maps: RegisterMapFolders

    /// The section `meter`; nil: there is none, or a simulated one, which is left to the simulated connector.
    func meter(_ reader: inout MappingReader) throws(ConfigurationError) -> ModbusMeterConfiguration? {
        guard let node = reader.optionalNode("meter") else { return nil }
        var inner = try MappingReader(node)
        guard try Driver.name(&inner, among: Driver.meters) == "modbus" else { return nil }
        let meter = try ModbusMeterConfiguration(&inner, buses: buses, maps: maps)
        try inner.finish()
        return meter
    }
}

/// What every connector has, whatever drives it.
struct ConnectorFrame {
    var id: Int
    var current: Amperes
    var phases: Phases
    var outlet: ConnectorProfile.Outlet

    init(_ reader: inout MappingReader, number: Int) throws(ConfigurationError) {
        id = try reader.integer("id", in: 1...BoardFile.connectorCount.upperBound)
        guard id == number else {
            throw reader.error(
                "id", "the number is \(id); connectors are numbered 1, 2, … in their order, without gaps", "Write \(number).")
        }
        (current, phases) = try reader.mapping("rating") { (inner) throws(ConfigurationError) in
            // 6 to 80 A is what a control pilot can signal (IEC 61851-1, table A.8).
            (Amperes(try inner.quantity("current", unit: Amperes.symbol, in: 6...80)), try inner.phases())
        }
        outlet =
            try reader.optionalEnumeration("outlet", ConnectorProfile.Outlet.self) ?? (reader.contains("lock") ? .socket : .cable)
    }
}

extension MappingReader {
    mutating func phases() throws(ConfigurationError) -> Phases {
        let node = try node("phases")
        guard let phases = Phases(rawValue: try node.integer(in: 1...3)) else {
            throw node.error("this is no number of phases", "Write 1, 2 or 3.")
        }
        return phases
    }
}
