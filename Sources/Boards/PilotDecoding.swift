import ConfigurationFile
import Drivers
import Units

extension PilotConfiguration {
    /// The keys beside `driver: state-lines`.
    init(stateLines reader: inout MappingReader) throws(ConfigurationError) {
        func line(_ key: String, _ reader: inout MappingReader) throws(ConfigurationError) -> LineConfiguration? {
            try reader.optionalLine(key, isInput: true, debounce: LineConfiguration.pilotDebounces)
        }
        let lines = StateLines(
            connected: try reader.line("connected", isInput: true, debounce: LineConfiguration.pilotDebounces),
            ready: try reader.line("ready", isInput: true, debounce: LineConfiguration.pilotDebounces),
            ventilated: try line("ventilated", &reader), fault: try line("fault", &reader))
        self.init(sense: .lines(lines), pwm: try PWMConfiguration(&reader))
    }

    /// The keys beside `driver: pilot-voltage`.
    init(voltage reader: inout MappingReader) throws(ConfigurationError) {
        let high = try VoltageChannel(try reader.node("high"))
        let low = try reader.optionalNode("low").map { (node) throws(ConfigurationError) in try VoltageChannel(node) }
        self.init(sense: .voltage(PilotVoltageConfiguration(high: high, low: low)), pwm: try PWMConfiguration(&reader))
    }
}

extension PWMConfiguration {
    /// The keys of the generator; nil: there is none.
    fileprivate init?(_ reader: inout MappingReader) throws(ConfigurationError) {
        guard let text = try reader.optionalString("pwm", length: 3...64) else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].hasPrefix("pwmchip"), let channel = Int(parts[1]), (0...255).contains(channel) else {
            throw reader.error("pwm", "'\(text)' names no PWM channel", "Write it as 'pwmchip0/0'.")
        }
        self.init(chip: String(parts[0]), channel: channel)
        isInverted = try reader.optionalBoolean("inverted") ?? false
        negative = try reader.optionalLine("negative", isInput: false)
    }
}

extension VoltageChannel {
    /// `iio:device0/in_voltage0`, or `{channel: …, factor: 4.03, offset: -12 V}`.
    init(_ node: Node) throws(ConfigurationError) {
        guard case .mapping = node.kind else {
            self = try Self.named(node)
            return
        }
        var reader = try MappingReader(node)
        self = try Self.named(try reader.node("channel"))
        factor = try reader.optionalNumber("factor", in: -1000...1000) ?? 1
        offset = Volts(try reader.optionalQuantity("offset", unit: Volts.symbol, in: -100...100) ?? 0)
        try reader.finish()
    }

    private static func named(_ node: Node) throws(ConfigurationError) -> VoltageChannel {
        let text = try node.string(length: 3...96)
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].hasPrefix("iio:device"), parts[1].hasPrefix("in_voltage"), !parts[0].contains("..") else {
            throw node.error("'\(text)' names no voltage", "Write it as 'iio:device0/in_voltage0'.")
        }
        return VoltageChannel(device: String(parts[0]), channel: String(parts[1]))
    }
}

extension ProximityConfiguration {
    /// The section `proximity`: `voltage`, `supply` and `pullUp`, or `lines`.
    init(_ reader: inout MappingReader) throws(ConfigurationError) {
        if let lines = try reader.optionalMapping("lines", { (inner) throws(ConfigurationError) in try Self.coding(&inner) }) {
            self = .lines(lines)
            return
        }
        let channel = try VoltageChannel(try reader.node("voltage"))
        let supply = try reader.quantity("supply", unit: Volts.symbol, in: 1...24)
        self = .voltage(channel, supply: Volts(supply), pullUp: try reader.quantity("pullUp", unit: "Ω", in: 10...100_000))
    }

    private static func coding(_ reader: inout MappingReader) throws(ConfigurationError) -> [CodingLine] {
        var lines: [CodingLine] = []
        for current in [13, 20, 32, 63, 70] {
            if let line = try reader.optionalLine("\(current) A", isInput: true) {
                lines.append(CodingLine(Amperes(Double(current)), line))
            }
        }
        guard !lines.isEmpty else {
            throw reader.node.error("there is no coding line", "Write a line for each rating, such as '32 A: gpiochip0/pp-32'.")
        }
        return lines
    }
}
