import ConfigurationFile
import SimulatedBoard
import Units

extension SimulatedConnectorConfiguration {
    init(_ reader: inout MappingReader, _ frame: ConnectorFrame) throws(ConfigurationError) {
        let rated = try reader.mapping("contactor") { (inner) throws(ConfigurationError) in
            try Driver.simulated(&inner)
            return try inner.ratedClosings()
        }
        try reader.mapping("controlPilot") { (inner) throws(ConfigurationError) in try Driver.simulated(&inner) }
        let lock: Void? = try reader.optionalMapping("lock") { (inner) throws(ConfigurationError) in try Driver.simulated(&inner) }
        if frame.outlet == .socket, lock == nil {
            throw reader.error(
                "outlet", "a socket needs a lock, and there is none", "Add 'lock: {driver: simulated}', or write 'outlet: cable'.")
        }
        for key in ["residualCurrent", "proximity", "ventilation"] where reader.contains(key) {
            throw reader.error(
                key, "a simulated connector has no \(key)",
                "Remove this key; the simulator's faults, such as GroundFailure, take its place.")
        }
        self.init(
            id: frame.id, maximumCurrent: frame.current, phases: frame.phases, hasLock: lock != nil,
            hasMeter: try Driver.name(of: "meter", in: &reader, among: Driver.meters) == BoardFile.simulated, outlet: frame.outlet,
            ratedClosings: rated)
        guard hasMeter else { return }
        meterSigns = try reader.mapping("meter") { (inner) throws(ConfigurationError) in
            try Driver.simulated(&inner)
            return try inner.optionalBoolean("signs") ?? false
        }
    }
}

extension SimulatedBoardConfiguration {
    /// The section `simulation`.
    mutating func read(_ reader: inout MappingReader) throws(ConfigurationError) {
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
