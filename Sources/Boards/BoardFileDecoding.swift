public import ConfigurationFile
import SimulatedBoard
import Units

extension BoardFile {
    /// Reads a board file's tree. Drivers that this build does not have are refused at their line.
    public init(_ root: Node) throws(ConfigurationError) {
        var top = try MappingReader(root)
        let model = try top.optionalString("model", length: 1...50) ?? Self.simulated
        try Driver.refuseAll(in: "buses", of: &top, realDrivers: ["modbus-rtu", "modbus-tcp"])
        let connectors = try top.sequence("connectors", count: Self.connectorCount)
        var simulated: [SimulatedConnectorConfiguration] = []
        for (index, node) in connectors.enumerated() {
            var reader = try MappingReader(node)
            simulated.append(try SimulatedConnectorConfiguration(&reader, number: index + 1))
            try reader.finish()
        }
        try Self.refuseLines("inputs", of: &top)
        try Self.refuseLines("outputs", of: &top)
        let readers: [Void] = try top.sequence("cardReaders", count: 0...1) { (reader) throws(ConfigurationError) in
            try Driver.checkSimulated(&reader, realDrivers: ["libnfc"])
        }
        simulation = SimulatedBoardConfiguration(model: model, connectors: simulated, hasCardReader: !readers.isEmpty)
        // The closure cannot capture `self` before the structure is whole.
        var changed = simulation
        _ = try top.optionalMapping("simulation") { (reader) throws(ConfigurationError) in try changed.read(&reader) }
        simulation = changed
        try top.finish()
    }

    /// Inputs and outputs are lines of real hardware.
    private static func refuseLines(_ key: String, of top: inout MappingReader) throws(ConfigurationError) {
        guard let first = try top.sequence(key, count: 0...256).first else { return }
        throw first.error(
            "\(key) are lines of the driver 'gpio', which this build does not have (it has: simulated)",
            "Remove the section '\(key)', or use a build with that driver.")
    }
}

extension SimulatedConnectorConfiguration {
    fileprivate init(_ reader: inout MappingReader, number: Int) throws(ConfigurationError) {
        let id = try reader.integer("id", in: 1...BoardFile.connectorCount.upperBound)
        guard id == number else {
            throw reader.error(
                "id", "the number is \(id); connectors are numbered 1, 2, … in their order, without gaps", "Write \(number).")
        }
        let rating = try reader.mapping("rating") { (inner) throws(ConfigurationError) in
            // 6 to 80 A is what a control pilot can signal (IEC 61851-1, table A.8).
            (current: try inner.quantity("current", unit: Amperes.symbol, in: 6...80), phases: try inner.phases())
        }
        let outlet = try reader.optionalEnumeration("outlet", ConnectorProfile.Outlet.self)
        try reader.mapping("contactor") { (inner) throws(ConfigurationError) in
            try Driver.checkSimulated(&inner, realDrivers: ["gpio"])
        }
        try reader.mapping("controlPilot") { (inner) throws(ConfigurationError) in
            try Driver.checkSimulated(&inner, realDrivers: ["state-lines", "modbus-evse"])
        }
        let meter: Void? = try reader.optionalMapping("meter") { (inner) throws(ConfigurationError) in
            try Driver.checkSimulated(&inner, realDrivers: ["modbus"])
        }
        let lock: Void? = try reader.optionalMapping("lock") { (inner) throws(ConfigurationError) in
            try Driver.checkSimulated(&inner, realDrivers: ["gpio"])
        }
        if outlet == .socket, lock == nil {
            throw reader.error(
                "outlet", "a socket needs a lock, and there is none", "Add 'lock: {driver: simulated}', or write 'outlet: cable'.")
        }
        if let node = reader.optionalNode("residualCurrent") {
            var inner = try MappingReader(node)
            try Driver.checkSimulated(&inner, realDrivers: ["gpio"])
            throw reader.error(
                "residualCurrent", "there is no simulated residual-current monitor",
                "Remove this key; the simulator's fault GroundFailure takes its place.")
        }
        self.init(
            id: id, maximumCurrent: Amperes(rating.current), phases: rating.phases, hasLock: lock != nil, hasMeter: meter != nil,
            outlet: outlet ?? (lock == nil ? .cable : .socket))
    }
}

extension SimulatedBoardConfiguration {
    /// The section `simulation`.
    fileprivate mutating func read(_ reader: inout MappingReader) throws(ConfigurationError) {
        resetMeterOnPlug = try reader.optionalBoolean("resetMeterOnPlug") ?? resetMeterOnPlug
        speed = try reader.optionalNumber("speed", in: 0.001...1_000_000) ?? speed
        var car = vehicle
        _ = try reader.optionalMapping("vehicle") { (inner) throws(ConfigurationError) in
            if let current = try inner.optionalQuantity("current", unit: Amperes.symbol, in: 0...1000) {
                car.current = Amperes(current)
            }
            if inner.contains("phases") { car.phases = try inner.phases() }
            car.readyAfter = try inner.optionalDuration("readyAfter", in: .zero ... .seconds(86_400)) ?? car.readyAfter
            car.staysPlugged = try inner.optionalBoolean("staysPlugged") ?? car.staysPlugged
        }
        vehicle = car
        var installation = firmwareInstallation
        _ = try reader.optionalMapping("firmwareInstallation") { (inner) throws(ConfigurationError) in
            installation.duration = try inner.optionalDuration("duration", in: .zero ... .seconds(86_400)) ?? installation.duration
            installation.reboot = try inner.optionalBoolean("reboot") ?? installation.reboot
        }
        firmwareInstallation = installation
    }
}

extension MappingReader {
    fileprivate mutating func phases() throws(ConfigurationError) -> Phases {
        let node = try node("phases")
        guard let phases = Phases(rawValue: try node.integer(in: 1...3)) else {
            throw node.error("this is no number of phases", "Write 1, 2 or 3.")
        }
        return phases
    }
}
