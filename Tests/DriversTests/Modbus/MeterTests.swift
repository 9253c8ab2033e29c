import BoardSupport
import Drivers
import Synchronization
import Testing
import Units

/// A meter with floats as many have them: voltage, current, power, frequency and import, export in kWh.
private let map = RegisterMap(
    origin: MapOrigin(maker: "Example", model: "M3", document: "none", edition: "1"), phases: .three,
    measurements: [
        Measurement(.voltage, [0, 2, 4].map { float($0) }), Measurement(.current, [6, 8, 10].map { float($0) }),
        Measurement(.power, [float(0x34)]), Measurement(.frequency, [float(0x46)]),
        Measurement(.energyImport, [float(0x48, factor: 1000)]), Measurement(.energyExport, [float(0x4A, factor: 1000)]),
    ])

private func float(_ address: Int, factor: Double = 1) -> RegisterField {
    RegisterField(table: .input, address: address, type: .f32, factor: factor)
}

private struct BusBench {
    let devices: ModbusDevices
    let bus: ModbusBus

    init(_ name: String, units: [Int] = [1]) {
        let path = temporaryPath(name)
        devices = .onSerialLine(path: path)
        bus = ModbusBus(
            ModbusBusConfiguration(
                name: "test", line: .serial(device: path, SerialSettings(baud: 115_200), rs485: false),
                responseTimeout: .milliseconds(80)))
        for unit in units { show(unit) }
    }

    func show(_ unit: Int = 1, volts: Float = 230.1, hertz: Float = 50.02, kilowattHours: Float = 1.234) {
        devices.set(unit, at: 0, [volts, volts + 1, volts + 2, 16, 15.5, 0].flatMap(words))
        devices.set(unit, at: 0x34, words(7245.5))
        devices.set(unit, at: 0x46, [hertz, kilowattHours, 0.5].flatMap(words))
    }

    func meter(_ unit: Int = 1) throws -> ModbusMeter {
        ModbusMeter(try ModbusMeterConfiguration(bus: "test", unit: unit, map: map), on: bus, rating: 16, phases: .three)
    }
}

private func fault(of meter: ModbusMeter) async -> MeterFault? {
    do {
        _ = try await meter.read()
        return nil
    } catch { return error }
}

@Suite(.serialized) struct `A Modbus meter` {
    @Test func `reads everything that its map names, and nothing else`() async throws {
        let bench = BusBench("meter")
        defer { bench.devices.unplug() }

        let reading = try await bench.meter().read()

        #expect(reading.energyImport == 1234)
        #expect(reading.energyExport == 500)
        #expect(reading.voltage.map { ($0.value * 10).rounded() } == [2301, 2311, 2321])
        #expect(reading.current == [16, 15.5, 0])
        #expect(reading.power == 7245.5)
        #expect(reading.frequency.map { ($0.value * 100).rounded() } == 5002)
        #expect(reading.powerPerPhase.isEmpty && reading.temperature == nil && reading.reactivePower == nil)
        #expect(bench.devices.requestCount == 3)
        let profile = map.profile
        #expect(profile.quantities == [.voltage, .current, .power, .frequency, .energyExport])
        #expect(profile.type == "Example M3")
    }

    @Test(arguments: [
        (ModbusDevices.Fault.silent, "the meter does not answer (unit 1 did not answer within 80 ms)"),
        (
            .exception(2),
            "the meter's answer cannot be true (unit 1 refused: it has no such register (exception 2)); check its register map"
        ),
        (.truncated, "the meter does not answer (unit 1 did not answer within 80 ms)"),
    ])
    func `names what went wrong in words that help`(trouble: ModbusDevices.Fault, words: String) async throws {
        let bench = BusBench("trouble")
        defer { bench.devices.unplug() }
        bench.devices.state.withLock { $0.faults = [trouble] }
        let meter = try bench.meter()

        let failure = await fault(of: meter)

        #expect(failure?.description.hasPrefix(words) == true, "\(String(describing: failure))")
        #expect(try await meter.read().energyImport == 1234)
    }

    @Test func `refuses a drop-out to zero and takes the next true reading`() async throws {
        let bench = BusBench("zeros")
        defer { bench.devices.unplug() }
        let meter = try bench.meter()
        _ = try await meter.read()

        bench.devices.state.withLock { $0.faults = [.zeros, .zeros, .zeros] }
        let failure = await fault(of: meter)

        #expect(failure == .implausible("every register is 0"))
        #expect(try await meter.read().energyImport == 1234)
    }

    @Test func `refuses floats with their words swapped`() async throws {
        let bench = BusBench("swapped")
        defer { bench.devices.unplug() }
        bench.devices.set(1, at: 0, words(230.1).reversed())

        let failure = await fault(of: try bench.meter())

        guard case .implausible(let what) = failure else { return #expect(Bool(false), "\(String(describing: failure))") }
        #expect(what.hasPrefix("voltage: ") && what.hasSuffix("is the word order right?"))
    }

    /// The trap: the first request of a poll is answered after its time-out, while the poll is asked for anew.
    @Test(arguments: [100, 150, 230])
    func `never bills a late answer as another quantity`(late: Int) async throws {
        let bench = BusBench("trap")
        defer { bench.devices.unplug() }
        let meter = try bench.meter()
        for position in 0..<3 {
            let punctual = Array(repeating: ModbusDevices.Fault.late(.zero), count: position)
            bench.devices.state.withLock { $0.faults = punctual + [.late(.milliseconds(late))] }
            var readings: [MeterReading] = []
            for _ in 0..<4 {
                if let reading = try? await meter.read() { readings.append(reading) }
            }
            #expect(!readings.isEmpty)
            #expect(readings.allSatisfy { $0.energyImport == 1234 && $0.power == 7245.5 })
            bench.devices.state.withLock { $0.faults = [] }
        }
    }

    @Test func `shares its bus with others, and a dead one among them costs only time`() async throws {
        let bench = BusBench("three", units: [1, 2])
        defer { bench.devices.unplug() }
        bench.show(2, kilowattHours: 2)
        let meters = try [bench.meter(1), bench.meter(2), bench.meter(3)]

        let readings = await withTaskGroup(of: (Int, WattHours?).self) { group in
            for (index, meter) in meters.enumerated() {
                group.addTask { (index, try? await meter.read().energyImport) }
            }
            var readings: [Int: WattHours?] = [:]
            for await (index, register) in group { readings[index] = register }
            return readings
        }

        #expect(readings == [0: 1234, 1: 2000, 2: nil])
    }

    @Test func `falls silent when the adapter is pulled, and reads again when it is back`() async throws {
        let bench = BusBench("pulled")
        let meter = try bench.meter()
        _ = try await meter.read()
        bench.devices.unplug()

        let failure = await fault(of: meter)

        guard case .silent(let what) = failure else { return #expect(Bool(false), "\(String(describing: failure))") }
        #expect(what.hasPrefix("the line is gone: "))
    }
}
