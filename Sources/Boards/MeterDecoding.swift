public import ConfigurationFile
public import Drivers

extension ModbusMeterConfiguration {
    /// The section `meter` of a connector with `driver: modbus`; the key `driver` is the caller's to read.
    /// - Parameters:
    ///   - buses: the names that there are.
    ///   - maps: where `registers` is looked for.
    public init(
        _ reader: inout MappingReader, buses: [String], maps: RegisterMapFolders
    ) throws(ConfigurationError) {
        let (bus, unit) = try reader.placeOnBus(buses)
        let map = try RegisterMap.load(path: try maps.path(of: try reader.node("registers")))
        do { try self.init(bus: bus, unit: unit, map: map) } catch {
            throw reader.error("registers", error.description, "Correct the register map.")
        }
    }

    /// The Modbus meter of one connector, and its bus, from a board file of which nothing else is read: for tools that talk to the
    /// meter alone.
    public static func find(
        inBoardFile path: String, connector number: Int, installedMaps: String = RegisterMapFolders.installed
    ) throws(ConfigurationError) -> (bus: ModbusBusConfiguration, meter: ModbusMeterConfiguration) {
        var top = try MappingReader(Node.load(path: path))
        let buses = try ModbusBusConfiguration.all(&top)
        let connectors = try top.sequence("connectors", count: 1...32)
        guard connectors.indices.contains(number - 1) else {
            throw top.error(
                "connectors", "there is no connector \(number)", "Name one of the \(connectors.count) connectors of this board.")
        }
        var connector = try MappingReader(connectors[number - 1])
        var reader = try MappingReader(try connector.node("meter"))
        let driver = try reader.string("driver")
        guard driver == "modbus" else {
            throw reader.error(
                "driver", "this meter's driver is '\(driver.prefix(64))', which is not on a Modbus bus", "Name another connector.")
        }
        let meter = try ModbusMeterConfiguration(
            &reader, buses: buses.map(\.name), maps: RegisterMapFolders(besides: path, installed: installedMaps))
        try reader.finish()
        guard let bus = buses.first(where: { $0.name == meter.bus }) else {
            throw reader.error("bus", "there is no bus '\(meter.bus)'", "Describe it in the section 'buses'.")
        }
        return (bus, meter)
    }
}
