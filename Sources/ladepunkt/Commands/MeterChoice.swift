import ArgumentParser
import Boards
import ConfigurationFile
import Drivers

/// A line: serial or TCP.
struct LineChoice: ParsableArguments {
    @Option(help: ArgumentHelp("The serial line.", valueName: "path"))
    var device: String?
    @Option(help: "Its speed in baud.")
    var baud: Int?
    @Option(help: "Its parity: none, even or odd.", transform: parityNamed)
    var parity: SerialSettings.Parity?
    @Option(help: "Its stop bits: 1 or 2.")
    var stopBits: Int?
    @Option(help: "The device's or gateway's host name or address, for Modbus TCP.")
    var host: String?
    @Option(help: "Its port.")
    var port = 502

    func validate() throws {
        guard device == nil || host == nil else {
            throw ValidationError("--device and --host exclude each other: name one of them")
        }
        guard baud.map(SerialSettings.bauds.contains) ?? true else {
            throw ValidationError("--baud is one of: \(SerialSettings.bauds.map { String($0) }.joined(separator: ", "))")
        }
        guard stopBits.map((1...2).contains) ?? true else { throw ValidationError("--stop-bits is 1 or 2") }
        guard (1...65535).contains(port) else { throw ValidationError("--port is a number from 1 to 65535") }
    }

    /// - Parameter factory: what holds where nothing was said.
    func bus(_ factory: SerialSettings?) throws -> ModbusBusConfiguration {
        if let host { return ModbusBusConfiguration(name: "line", line: .tcp(host: host, port: port)) }
        guard let device else { throw ValidationError("name the line: --device PATH or --host HOST, or --board FILE") }
        let settings = SerialSettings(
            baud: baud ?? factory?.baud ?? 9600, parity: parity ?? factory?.parity ?? .none,
            stopBits: stopBits ?? factory?.stopBits ?? 1)
        return ModbusBusConfiguration(name: "line", line: .serial(device: device, settings, rs485: false))
    }

    /// With all usual settings that do not contradict what was said.
    func scanned(_ maps: [RegisterMap]) throws -> MeterScan.Line {
        if let host { return .tcp(host: host, port: port) }
        guard let device else { throw ValidationError("name the line: --device PATH or --host HOST") }
        var settings = MeterScan.usualSettings(maps).map { usual in
            SerialSettings(baud: baud ?? usual.baud, parity: parity ?? usual.parity, stopBits: stopBits ?? usual.stopBits)
        }
        settings = settings.indices.filter { settings.firstIndex(of: settings[$0]) == $0 }.map { settings[$0] }
        return .serial(device: device, settings: settings)
    }
}

private func parityNamed(_ text: String) throws -> SerialSettings.Parity {
    guard let parity = SerialSettings.Parity(rawValue: text) else { throw ValidationError("'\(text)' is none of: none, even, odd") }
    return parity
}

/// A meter: as a board file says, or by line, unit and map.
struct MeterChoice: ParsableArguments {
    @Option(help: ArgumentHelp("Takes line, unit and map from this board file.", valueName: "file"))
    var board: String?
    @Option(help: "The board's connector whose meter is meant.")
    var connector = 1
    @OptionGroup var line: LineChoice
    @Option(help: "The meter's unit address; default: as it leaves the factory.")
    var unit: Int?
    @Option(help: ArgumentHelp("Its register map, such as Meters/eastron-sdm630.yaml.", valueName: "file"))
    var registers: String?

    func validate() throws {
        if board != nil, line.device != nil || line.host != nil || unit != nil || registers != nil {
            throw ValidationError("--board says everything itself: leave --device, --host, --unit and --registers out")
        }
    }

    func meter() throws -> (bus: ModbusBusConfiguration, meter: ModbusMeterConfiguration) {
        if let board {
            do { return try ModbusMeterConfiguration.find(inBoardFile: board, connector: connector) } catch {
                throw Failure(message: "\(error)", exitStatus: 78)
            }
        }
        guard let registers else { throw ValidationError("name the register map: --registers FILE, or --board FILE") }
        let folders = RegisterMapFolders([".", "Board", RegisterMapFolders.installed])
        guard let path = folders.path(of: registers) else {
            throw Failure.usage(
                "there is no register map \(registers); looked for it in \(folders.folders.joined(separator: ", ")). The maps there are: "
                    + folders.meterMapNames().joined(separator: ", "))
        }
        let map = try map(at: path)
        guard let unit = unit ?? map.factoryUnit, (0...255).contains(unit) else {
            throw ValidationError("name the meter's address: --unit from 0 to 255")
        }
        return (try line.bus(map.factorySettings), try ModbusMeterConfiguration(bus: "line", unit: unit, map: map))
    }
}

func map(at path: String) throws -> RegisterMap {
    do { return try RegisterMap.load(path: path) } catch { throw Failure(message: "\(error)", exitStatus: 78) }
}

/// `1-10,33`
func unitList(_ text: String) throws -> [Int] {
    var units: [Int] = []
    for part in text.split(separator: ",") {
        let ends = part.split(separator: "-").map { Int($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last,
            (0...255).contains(first), (0...255).contains(last)
        else { throw ValidationError("--units: '\(part)' is no address and no range of addresses from 0 to 255") }
        units += Array(first...last).filter { !units.contains($0) }
    }
    guard !units.isEmpty else { throw ValidationError("--units names no address") }
    return units
}
