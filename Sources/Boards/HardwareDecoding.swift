import ConfigurationFile
import Drivers
import Units

/// A board with real contactors, pilots and locks.
struct HardwareConfiguration: Sendable, Equatable {
    var model: String
    var connectors: [HardwareConnector]
    var inputs: [InputConfiguration]
    var outputs: [OutputConfiguration]
    var temperatures: [TemperatureConfiguration]

    var lines: GPIOBoardConfiguration {
        GPIOBoardConfiguration(connectors: connectors.map(\.lines), inputs: inputs, outputs: outputs, temperatures: temperatures)
    }

    var profile: BoardProfile {
        BoardProfile(model: model, connectors: connectors.map(\.profile), hasLamp: outputs.contains { $0.kind.isLamp })
    }
}

/// One connector with what drives it.
struct HardwareConnector: Sendable, Equatable {
    /// Without its meter.
    var profile: ConnectorProfile
    var lines: GPIOConnectorConfiguration
    /// The controller of its pilot; nil: the pilot is on lines.
    var controller: ModbusEVSEConfiguration?

    /// The controller switches the contactor.
    var isSwitchedByController: Bool { lines.contactor == nil }
}

extension HardwareConfiguration {
    /// The sections `inputs` and `outputs`, and what only shows when all lines are known.
    init(
        _ top: inout MappingReader, model: String, connectors: [HardwareConnector], meters: [Int: ModbusMeterConfiguration]
    ) throws(ConfigurationError) {
        self.model = model
        self.connectors = connectors
        (inputs, temperatures) = ([], [])
        for node in try top.sequence("inputs", count: 0...64) {
            var reader = try MappingReader(node)
            switch try BoardInput(&reader) {
            case .line(let input): inputs.append(input)
            case .temperature(let sensor): temperatures.append(sensor)
            }
            try reader.finish()
        }
        outputs = try top.sequence("outputs", count: 0...64) { (reader) throws(ConfigurationError) in
            try OutputConfiguration(&reader)
        }
        if let conflict = GPIOBoardCheck(lines).conflicts.first {
            throw top.node.nearest(to: conflict.keyPath).error(conflict.problem, "Name another line for one of them.")
        }
        var devices: [String: String] = [:]
        for connector in connectors {
            let places =
                [
                    meters[connector.profile.id].map { ("\($0.bus)/\($0.unit)", "the meter of connector \(connector.profile.id)") },
                    connector.controller.map { ("\($0.bus)/\($0.unit)", "the controller of connector \(connector.profile.id)") },
                ].compactMap { $0 }
            for (place, user) in places {
                if let other = devices.updateValue(user, forKey: place) {
                    throw top.error(
                        "connectors", "\(other) and \(user) are the same unit of the same bus (\(place))",
                        "Give each device a unit of its own.")
                }
            }
        }
    }
}

extension HardwareConnector {
    init(_ reader: inout MappingReader, _ frame: ConnectorFrame, _ surroundings: Surroundings) throws(ConfigurationError) {
        lines = try GPIOConnectorConfiguration(&reader, id: frame.id)
        lines.phases = frame.phases
        controller = try surroundings.controller("controlPilot", &reader)
        let hasMeter = try Driver.name(of: "meter", in: &reader, among: Driver.meters)
        if hasMeter == BoardFile.simulated {
            throw reader.error("meter", "only a simulated board has simulated meters", "Use the driver 'modbus'.")
        }
        profile = ConnectorProfile(
            id: frame.id, maximumCurrent: frame.current, phases: frame.phases, outlet: frame.outlet, hasLock: lines.lock != nil,
            hasVentilation: lines.hasVentilation, hasProximity: lines.proximity != nil,
            ratedClosings: lines.contactor?.ratedClosings)
        guard reader.contains("controlPilot") else { throw missing("controlPilot", "Say what reads the control pilot.", reader) }
        try checkContactor(&reader, surroundings)
        try checkSocket(&reader)
    }

    private func missing(_ key: String, _ remedy: String, _ reader: MappingReader) -> ConfigurationError {
        reader.error(key, "this key is missing", remedy)
    }

    /// A contactor on a line, or one that the pilot's controller switches.
    private func checkContactor(_ reader: inout MappingReader, _ surroundings: Surroundings) throws(ConfigurationError) {
        guard lines.contactor == nil else { return }
        guard let controller else { throw missing("contactor", "Say which line drives the contactor's coil.", reader) }
        if let other = try surroundings.controller("contactor", &reader),
            other.bus != controller.bus || other.unit != controller.unit
        {
            throw reader.error(
                "contactor", "this is another controller than the control pilot's",
                "Name the same bus and unit: a contactor that another controller switches would not see this pilot.")
        }
        guard controller.map.drivesContactor else {
            throw missing("contactor", "This controller switches no contactor: say which line drives its coil.", reader)
        }
    }

    private func checkSocket(_ reader: inout MappingReader) throws(ConfigurationError) {
        guard profile.outlet == .socket, controller == nil else { return }
        if lines.lock == nil {
            throw reader.error("outlet", "a socket needs a lock, and there is none", "Add 'lock', or write 'outlet: cable'.")
        }
        if lines.proximity == nil {
            throw reader.error(
                "outlet", "a socket has to read the cable's rating, and there is no 'proximity'",
                "Add 'proximity', or write 'outlet: cable'.")
        }
    }
}

extension Surroundings {
    /// A section with the driver `modbus-evse`; nil: it is absent or another driver's.
    func controller(_ key: String, _ reader: inout MappingReader) throws(ConfigurationError) -> ModbusEVSEConfiguration? {
        guard let node = reader.optionalNode(key) else { return nil }
        var inner = try MappingReader(node)
        guard try inner.string("driver") == "modbus-evse" else { return nil }
        let controller = try ModbusEVSEConfiguration(&inner, buses: buses, maps: maps)
        try inner.finish()
        return controller
    }
}

extension Node {
    /// The node of this path, or the nearest one above it that was written.
    fileprivate func nearest(to path: String) -> Node {
        let children: [Node] =
            switch kind {
            case .scalar: []
            case .sequence(let nodes): nodes
            case .mapping(let entries): entries.map(\.value)
            }
        let next = children.first { child in
            path == child.keyPath || path.hasPrefix(child.keyPath + ".") || path.hasPrefix(child.keyPath + "[")
        }
        return next?.nearest(to: path) ?? self
    }
}

extension OutputConfiguration.Kind {
    var isLamp: Bool { self == .lampGreen || self == .lampRed || self == .lampBlue }
}
