import Boards
import ConfigurationFile
import Drivers
import Testing
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The repository's folder `Board`, from this file's place in it.
private let boardFolder = "/" + (#filePath.split(separator: "/").dropLast(3) + ["Board"]).joined(separator: "/")

private func maps(_ folder: String) -> [String] {
    guard let directory = opendir(boardFolder + "/" + folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name.hasSuffix(".yaml") { names.append(name) }
    }
    return names.sorted()
}

private let meterMaps = maps("Meters")
private let controllerMaps = maps("EVSE")

private let text = """
    maker: Example
    model: M3
    document: {name: A document, edition: "1"}
    phases: 3
    defaults: {function: 4, type: f32}
    quantities:
      voltage: {addresses: [0x0000, 2, 4], unit: V}
      energyImport: {address: 0x0048, unit: kWh}
    """

private func refusal(_ text: String) -> String? {
    do {
        _ = try RegisterMap(Node.parse(text: text, file: "m.yaml"))
        return nil
    } catch { return error.description }
}

@Suite struct `A register map` {
    @Test func `is there for every meter that is promised`() {
        #expect(
            Set(meterMaps).isSuperset(of: [
                "eastron-sdm72.yaml", "eastron-sdm72-v2.yaml", "eastron-sdm120.yaml", "eastron-sdm230.yaml", "eastron-sdm630.yaml",
                "carlo-gavazzi-em24.yaml", "carlo-gavazzi-em340.yaml", "abb-b21.yaml", "abb-b23.yaml", "schneider-iem3155.yaml",
                "iskra-wm3.yaml", "phoenix-eem-350.yaml", "janitza-umg604.yaml",
            ]))
        #expect(controllerMaps.count >= 2)
    }

    @Test(arguments: meterMaps)
    func `of the repository is read, and plans requests of different lengths`(name: String) throws {
        let map = try RegisterMap.load(path: "\(boardFolder)/Meters/\(name)")
        let blocks = try map.plan().blocks

        #expect(Set(blocks.map { "\($0.table) \($0.count)" }).count == blocks.count)
        #expect(blocks.allSatisfy { $0.count <= map.limits.maximumRegisters })
        #expect(blocks.count <= 8, "\(blocks)")
        #expect(!map.origin.document.isEmpty && !map.origin.edition.isEmpty)
        #expect(map.measurements.contains { $0.kind == .power })
        #expect(map.phases == .three || map.measurements.allSatisfy { $0.fields.count == 1 })
    }

    @Test(arguments: controllerMaps)
    func `of a controller is read, and knows every state that a vehicle can be in`(name: String) throws {
        let map = try EVSERegisterMap.load(path: "\(boardFolder)/EVSE/\(name)")
        let blocks = try map.plan().blocks

        #expect(Set(map.state.values.values).isSuperset(of: [.a, .b, .c]))
        #expect(Set(blocks.map { "\($0.table) \($0.count)" }).count == blocks.count)
        #expect(!map.origin.document.isEmpty)
    }

    @Test func `says what it says`() throws {
        let map = try RegisterMap(Node.parse(text: text, file: "m.yaml"))

        #expect(map.phases == .three)
        #expect(map.measurements.map(\.kind) == [.energyImport, .voltage])
        #expect(map.measurements[0].fields == [RegisterField(table: .input, address: 0x48, type: .f32, factor: 1000)])
        #expect(map.measurements[1].fields.map(\.address) == [0, 2, 4])
        #expect(map.profile.quantities == [.voltage])
    }

    @Test func `reads documented neighbours along to give each request a length of its own`() throws {
        let alike = text + "\n  current: {addresses: [0x20, 0x22, 0x24], unit: A}"
        #expect(refusal(alike) != nil)

        let map = try RegisterMap(Node.parse(text: alike + "\nalsoRead: [{address: 0x26, count: 2}]", file: "m.yaml"))

        #expect(try map.plan().blocks.map(\.count) == [6, 8, 2])
    }

    @Test(arguments: [
        (text.replacing("energyImport", with: "energyInport"), "quantities.energyImport: the import register is missing."),
        (
            text + "\n  powerr: {address: 1, unit: W}",
            "m.yaml:9, quantities.powerr: unknown key 'powerr'. Did you mean 'power'?"
        ),
        (
            text.replacing("kWh", with: "kW"),
            "m.yaml:8, quantities.energyImport.unit: 'kW' is no unit of energyImport. Write one of:"
        ),
        (text.replacing("0x0048", with: "0x1FFFF"), "'0x1FFFF' is no number from 0 to 65535."),
        (text.replacing(", type: f32", with: ""), "m.yaml:8, quantities.energyImport.type: the type is missing."),
        (text.replacing("f32", with: "f16"), "m.yaml:5, defaults.type: 'f16' is not known here. Did you mean"),
        (text.replacing("function: 4", with: "function: 5"), "defaults.function: 5 is out of range."),
        (text.replacing("2, 4]", with: "2]"), "m.yaml:7, quantities.voltage.addresses: there are 2 addresses for 3 phases."),
        (
            text + "\n  power: {address: 0x34, unit: W}",
            "m.yaml:6, quantities: no requests of different lengths read these blocks: 6 input registers from 0x0000"
        ),
        (text + "\nidentity: {address: 1}", "an identity is either a text or a list of codes."),
        (text + "\nfactory: {baud: 9601}", "factory.baud: 9601 is no speed of a serial line."),
        (text.replacing("document: {name: A document, edition: \"1\"}", with: ""), "m.yaml:1, document: this key is missing."),
    ])
    func `is refused at the line of its mistake`(text: String, message: String) {
        let refusal = refusal(text)

        #expect(refusal?.contains(message) == true, "\(refusal ?? "read")")
    }
}

@Suite struct `A Modbus device in a board file` {
    private let board = """
        buses:
          - {name: rs485, driver: modbus-rtu, device: /dev/ttyS2, baud: 19200, parity: even}
          - {name: lan, driver: modbus-tcp, host: 192.0.2.7}
        connectors:
          - id: 1
            meter: {driver: modbus, bus: rs485, unit: 1, registers: Meters/eastron-sdm630.yaml}
          - id: 2
            meter: {driver: simulated}
        """

    /// A board file beside nothing, with the repository's maps as the installed ones.
    private func withFile<Answer>(_ text: String, _ body: (String) throws -> Answer) throws -> Answer {
        let path = "/tmp/ladepunkt-test-\(getpid())-\(UInt32.random(in: 0 ... .max)).yaml"
        let file = try #require(fopen(path, "w"))
        fputs(text, file)
        fclose(file)
        defer { unlink(path) }
        return try body(path)
    }

    @Test func `names its bus, its unit and a map that is found where maps are installed`() throws {
        let (bus, meter) = try withFile(board) {
            try ModbusMeterConfiguration.find(inBoardFile: $0, connector: 1, installedMaps: boardFolder)
        }

        #expect(bus.line == .serial(device: "/dev/ttyS2", SerialSettings(baud: 19200, parity: .even), rs485: false))
        #expect(bus.responseTimeout == .milliseconds(500))
        #expect(meter.unit == 1)
        #expect(meter.map.origin.model == "SDM630-Modbus V2")
    }

    @Test(arguments: [
        ("bus: rs485", "bus: rs48", 1, "connectors[0].meter.bus: there is no bus 'rs48'. Did you mean 'rs485'?"),
        ("unit: 1", "unit: 256", 1, "connectors[0].meter.unit: 256 is out of range."),
        (
            "eastron-sdm630", "eastron-sdm631", 1,
            "registers: there is no register map Meters/eastron-sdm631.yaml. It was looked for in /tmp and in "
        ),
        ("id: 1", "id: 1", 2, "connectors[1].meter.driver: this meter's driver is 'simulated'"),
        ("id: 1", "id: 1", 3, "there is no connector 3."),
        ("name: lan", "name: rs485", 1, "buses[1].name: there is a bus 'rs485' already."),
        ("baud: 19200", "baud: 19201", 1, "buses[0].baud: 19201 is no speed of a serial line."),
        ("modbus-tcp", "modbus-tpc", 1, "buses[1].driver: the driver 'modbus-tpc' is unknown. Did you mean 'modbus-tcp'?"),
        ("parity: even", "parity: mark", 1, "buses[0].parity: 'mark' is not known here."),
        ("unit: 1,", "unit: 1, units: 2,", 1, "connectors[0].meter.units: unknown key 'units'. Did you mean 'unit'?"),
    ])
    func `is refused at its line`(old: String, new: String, connector: Int, message: String) throws {
        let problem = try withFile(board.replacing(old, with: new)) { path -> String? in
            do throws(ConfigurationError) {
                _ = try ModbusMeterConfiguration.find(inBoardFile: path, connector: connector, installedMaps: boardFolder)
                return nil
            } catch { return error.description }
        }

        #expect(problem?.contains(message) == true, "\(problem ?? "read")")
    }

    @Test func `takes the map beside the board file before the installed one`() {
        #expect(RegisterMapFolders(besides: "/etc/ladepunkt/board.yaml", installed: "/b").folders == ["/etc/ladepunkt", "/b"])
        #expect(RegisterMapFolders(besides: "board.yaml").folders == [".", "/usr/share/ladepunkt/Board"])
        #expect(RegisterMapFolders(besides: "/board.yaml").folders[0] == "/")
        #expect(RegisterMapFolders(["/nonexistent", boardFolder]).meterMapNames().contains("Meters/abb-b23.yaml"))
    }

    @Test func `is an EVSE controller by its map`() throws {
        var reader = try MappingReader(
            Node.parse(
                text: "{bus: rs485, unit: 2, registers: EVSE/simple-evse.yaml, pollInterval: 200 ms}", file: "b.yaml"))

        let evse = try ModbusEVSEConfiguration(&reader, buses: ["rs485"], maps: RegisterMapFolders([boardFolder]))
        try reader.finish()

        #expect(evse.unit == 2)
        #expect(evse.pollInterval == .milliseconds(200))
        #expect(evse.map.state.values == [1: .a, 2: .b, 3: .c, 4: .d, 5: .e])
        #expect(evse.plan.blocks == [RegisterBlock(table: .holding, address: 1000, count: 4)])
    }
}
