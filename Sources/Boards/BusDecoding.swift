public import ConfigurationFile
public import Drivers

extension ModbusBusConfiguration {
    /// One entry of `buses`, its `driver` included (`modbus-rtu` or `modbus-tcp`).
    public init(_ reader: inout MappingReader) throws(ConfigurationError) {
        let name = try reader.string("name", length: 1...32)
        let driver = try reader.string("driver")
        let line: Line
        switch driver {
        case "modbus-rtu":
            let device = try reader.string("device")
            line = .serial(
                device: device, try SerialSettings(&reader), rs485: try reader.optionalBoolean("rs485") ?? false)
        case "modbus-tcp":
            line = .tcp(
                host: try reader.string("host", length: 1...253), port: try reader.optionalInteger("port", in: 1...65535) ?? 502)
        default:
            let known = ["modbus-rtu", "modbus-tcp"]
            let remedy =
                nearest(driver, among: known).map { "Did you mean '\($0)'?" } ?? "The drivers here are: modbus-rtu, modbus-tcp."
            throw reader.error("driver", "the driver '\(driver.prefix(64))' is unknown", remedy)
        }
        self.init(
            name: name, line: line,
            responseTimeout: try reader.optionalDuration("responseTimeout", in: .milliseconds(20) ... .seconds(10))
                ?? .milliseconds(500))
    }

    /// The section `buses` of a board file. No two may have the same name or the same line.
    public static func all(_ top: inout MappingReader) throws(ConfigurationError) -> [ModbusBusConfiguration] {
        var buses: [ModbusBusConfiguration] = []
        for node in try top.sequence("buses", count: 0...16) {
            var reader = try MappingReader(node)
            let bus = try ModbusBusConfiguration(&reader)
            try reader.finish()
            if buses.contains(where: { $0.name == bus.name }) {
                throw reader.error("name", "there is a bus '\(bus.name)' already", "Give each bus a name of its own.")
            }
            if buses.contains(where: { $0.line.description == bus.line.description }) {
                throw node.error(
                    "\(bus.line) is the line of another bus already",
                    "Write one bus for one line, and several units on it.")
            }
            buses.append(bus)
        }
        return buses
    }
}

extension MappingReader {
    /// The keys `bus` and `unit` of a device on a bus.
    mutating func placeOnBus(_ buses: [String]) throws(ConfigurationError) -> (bus: String, unit: Int) {
        let bus = try string("bus", length: 1...32)
        guard buses.contains(bus) else {
            let remedy =
                if let similar = nearest(bus, among: buses) {
                    "Did you mean '\(similar)'?"
                } else if buses.isEmpty {
                    "Describe the bus in the section 'buses'."
                } else {
                    "The buses are: \(buses.joined(separator: ", "))."
                }
            throw error("bus", "there is no bus '\(bus)'", remedy)
        }
        return (bus, try integer("unit", in: 0...255))
    }
}
