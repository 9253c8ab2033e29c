import Testing
import Units

@testable import Drivers

private func map(_ model: String, code: UInt16?) -> RegisterMap {
    RegisterMap(
        origin: MapOrigin(maker: "Example", model: model, document: "none", edition: "1"), phases: .one,
        measurements: [
            Measurement(.voltage, [RegisterField(table: .input, address: 0, type: .f32)]),
            Measurement(.energyImport, [RegisterField(table: .input, address: 2, type: .f32, factor: 1000)]),
        ],
        identity: code.map {
            DeviceIdentity(block: RegisterBlock(table: .holding, address: 0xFC02, count: 1), expected: .codes([$0]))
        })
}

@Suite(.serialized) struct `A search for meters` {
    @Test func `finds which units answer and which model each is, in bounded time`() async {
        let path = temporaryPath("scan")
        let devices = ModbusDevices.onSerialLine(path: path)
        defer { devices.unplug() }
        devices.set(2, at: 0, words(230) + words(1))
        devices.set(2, function: 3, at: 0xFC02, [0x0070])
        devices.set(4, at: 0, words(231) + words(2))
        devices.set(4, function: 3, at: 0xFC02, [0x0099])
        // It is there, but it is no meter of ours.
        devices.set(5, function: 3, at: 7, [1])
        let scan = MeterScan(
            line: .serial(device: path, settings: [SerialSettings(baud: 115_200)]), units: [1, 2, 3, 4, 5],
            maps: [("known", map("K", code: 0x0070)), ("other", map("O", code: 0x0071)), ("nameless", map("N", code: nil))],
            timeout: .milliseconds(60))
        var found: [MeterScan.Finding] = []

        let ending = await scan.run { found.append($0) }

        #expect(ending == .settingsFound)
        #expect(found.map(\.unit) == [2, 4, 5])
        #expect(found.map { $0.candidates.map(\.name) } == [["known"], ["nameless"], []])
        #expect(found.first?.candidates.first?.certainty == .identified)
        #expect(found.first?.candidates.first?.reading?.energyImport == 1000)
        #expect(found.allSatisfy { $0.settings == SerialSettings(baud: 115_200) })
    }

    @Test(arguments: [(false, 1, MeterScan.Ending.settingsFound), (true, 2, .everythingTried)])
    func `ends with the settings at which something answers, unless it shall try all`(
        all: Bool, findings: Int, expected: MeterScan.Ending
    ) async {
        let path = temporaryPath("settings")
        let devices = ModbusDevices.onSerialLine(path: path)
        defer { devices.unplug() }
        devices.set(1, at: 0, words(230) + words(1))
        // A pseudo-terminal has no speed: the device answers at both.
        let scan = MeterScan(
            line: .serial(device: path, settings: [SerialSettings(baud: 9600), SerialSettings(baud: 19200)]), units: [1],
            maps: [], timeout: .milliseconds(60), triesAllSettings: all)
        var found = 0

        let ending = await scan.run { _ in found += 1 }

        #expect(ending == expected)
        #expect(found == findings)
    }

    @Test func `ends at its time limit, and says so when there is no line`() async {
        let nowhere = MeterScan(line: .serial(device: "/nonexistent", settings: [SerialSettings()]), units: [1], maps: [])
        let late = MeterScan(
            line: .serial(device: "/nonexistent", settings: [SerialSettings()]), units: [1], maps: [], limit: .zero)

        #expect(await nowhere.run { _ in } == .fault(.cannotOpen(line: "/nonexistent", "No such file or directory")))
        #expect(await late.run { _ in } == .timeLimit)
    }

    @Test func `tries first how the meters leave the factory`() {
        var first = map("K", code: nil)
        first.factorySettings = SerialSettings(baud: 19200, parity: .even)

        let settings = MeterScan.usualSettings([first])

        #expect(settings.first == SerialSettings(baud: 19200, parity: .even))
        #expect(Set(settings).count == settings.count)
        #expect(settings.contains(SerialSettings(baud: 9600)))
    }
}

@Suite struct `A recording` {
    @Test func `has one line for each request, with registers, times and faults`() {
        var recording = MeterRecording()
        let block = RegisterBlock(table: .input, address: 0x48, count: 2)

        let lines = [
            recording.header(["Example M3", "two\nlines"]),
            recording.line(
                ModbusExchange(
                    begin: .seconds(10), end: .milliseconds(10_031), unit: 1, request: .read(block),
                    outcome: .success([0x3F9D, 0xF3B6]))),
            recording.line(
                ModbusExchange(
                    begin: .milliseconds(11_002), end: .milliseconds(11_502), unit: 1, request: .read(block),
                    outcome: .failure(.silent(unit: 1, after: .milliseconds(500))))),
            recording.line(
                ModbusExchange(
                    begin: .milliseconds(12_000), end: .milliseconds(12_004), unit: 2,
                    request: .write(.register(address: 1000, 16)), outcome: .success([]))),
        ]

        #expect(
            lines.joined(separator: "\n") == """
                # meter recording 1
                # Example M3
                # two lines
                0.000 unit 1 input 0x0048 2: 3F9D F3B6 (31 ms)
                1.002 unit 1 input 0x0048 2: ! unit 1 did not answer within 500 ms
                2.000 unit 2 write holding 0x03E8 = 0010: done (4 ms)
                """)
    }
}
