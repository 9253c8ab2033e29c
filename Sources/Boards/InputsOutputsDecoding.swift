import ConfigurationFile
import Drivers
import Units

/// One element of `inputs`: a line, or a sensor that the kernel reads.
enum BoardInput {
    case line(InputConfiguration)
    case temperature(TemperatureConfiguration)

    enum Kind: String, CaseIterable { case emergencyStop, door, tilt, water, button, temperature }

    /// `{kind: emergencyStop, line: gpiochip0/estop, activeLow: true}` or `{kind: temperature, file: /sys/…, limit: 80 °C}`.
    init(_ reader: inout MappingReader) throws(ConfigurationError) {
        switch try reader.enumeration("kind", Kind.self) {
        case .emergencyStop: self = .line(try InputConfiguration(.emergencyStop, &reader))
        case .door: self = .line(try InputConfiguration(.door, &reader))
        case .tilt: self = .line(try InputConfiguration(.tilt, &reader))
        case .water: self = .line(try InputConfiguration(.water, &reader))
        case .button: self = .line(try InputConfiguration(.button, &reader))
        case .temperature: self = .temperature(try TemperatureConfiguration(&reader))
        }
    }
}

extension InputConfiguration {
    fileprivate init(_ kind: Kind, _ reader: inout MappingReader) throws(ConfigurationError) {
        let debounces = kind == .button ? LineConfiguration.debounces : LineConfiguration.urgentDebounces
        self.init(kind, try LineConfiguration(&reader, isInput: true, debounce: debounces))
    }
}

extension TemperatureConfiguration {
    fileprivate init(_ reader: inout MappingReader) throws(ConfigurationError) {
        let file = try reader.string("file", length: 2...256)
        guard file.hasPrefix("/") else {
            throw reader.error(
                "file", "'\(file)' is no absolute path",
                "Write it like /sys/class/thermal/thermal_zone0/temp; a '*' stands for a number that changes.")
        }
        self.init(file: file, limit: Celsius(try reader.quantity("limit", unit: Celsius.symbol, in: 30...120)))
        if let degrees = try reader.optionalQuantity("hysteresis", unit: Celsius.symbol, in: 1...50) {
            hysteresis = Celsius(degrees)
        }
        onFailure = try reader.optionalEnumeration("onFailure", FailurePolicy.self) ?? onFailure
    }
}

extension OutputConfiguration {
    /// One element of `outputs`: `{kind: lampGreen, line: gpiochip0/led-green}`.
    init(_ reader: inout MappingReader) throws(ConfigurationError) {
        self.init(try reader.enumeration("kind", Kind.self), try LineConfiguration(&reader, isInput: false))
    }
}

extension GPIOConnectorConfiguration {
    /// The parts of one connector that hang on lines; each section with another driver is left to that driver.
    ///
    /// Reads `driver` of each section it looks at, and all of its keys where it takes the section.
    /// - Parameter reader: of the connector's section.
    init(_ reader: inout MappingReader, id: Int) throws(ConfigurationError) {
        self.init(id: id)
        contactor = try reader.lines("contactor", drivers: ["gpio"]) { (inner, _) throws(ConfigurationError) in
            try GPIOContactorConfiguration(&inner)
        }
        pilot = try reader.lines("controlPilot", drivers: ["state-lines", "pilot-voltage"]) {
            (inner, driver) throws(ConfigurationError) in
            driver == "state-lines" ? try PilotConfiguration(stateLines: &inner) : try PilotConfiguration(voltage: &inner)
        }
        lock = try reader.lines("lock", drivers: ["gpio"]) { (inner, _) throws(ConfigurationError) in
            try GPIOLockConfiguration(&inner)
        }
        residualCurrent = try reader.lines("residualCurrent", drivers: ["gpio"]) { (inner, _) throws(ConfigurationError) in
            try ResidualCurrentConfiguration(&inner)
        }
        proximity = try reader.optionalMapping("proximity") { (inner) throws(ConfigurationError) in
            try ProximityConfiguration(&inner)
        }
        hasVentilation = try reader.optionalBoolean("ventilation") ?? false
    }
}

extension MappingReader {
    /// A section, where its driver is one of these; nil where it is absent or another driver's.
    fileprivate mutating func lines<Value>(
        _ key: String, drivers: [String],
        _ read: (inout MappingReader, String) throws(ConfigurationError) -> Value
    ) throws(ConfigurationError) -> Value? {
        guard let node = optionalNode(key) else { return nil }
        var inner = try MappingReader(node)
        let driver = try inner.string("driver")
        guard drivers.contains(driver) else { return nil }
        let value = try read(&inner, driver)
        try inner.finish()
        return value
    }
}
