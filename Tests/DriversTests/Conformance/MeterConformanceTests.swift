import BoardSupport
@testable import Drivers
import Synchronization
import Testing
import Units

@Suite(.serialized) struct `Every meter` {
    private let map = RegisterMap(
        origin: MapOrigin(maker: "Example", model: "M1", document: "none", edition: "1"), phases: .three,
        measurements: [
            Measurement(.voltage, [0, 2, 4].map { RegisterField(table: .input, address: $0, type: .f32) }),
            Measurement(.power, [RegisterField(table: .input, address: 0x34, type: .f32)]),
            Measurement(.energyImport, [RegisterField(table: .input, address: 0x48, type: .f32, factor: 1000)]),
            Measurement(.energyExport, [RegisterField(table: .input, address: 0x4A, type: .f32, factor: 1000)]),
        ])

    private func check(_ devices: ModbusDevices, on bus: ModbusBus) async throws {
        devices.set(1, at: 0, [230.1, 231.1, 232.1].flatMap(words))
        devices.set(1, at: 0x34, words(7245.5))
        devices.set(1, at: 0x48, [1, 0.5].flatMap(words))
        let configuration = try ModbusMeterConfiguration(bus: "test", unit: 1, map: map)
        try await checkMeter(
            MeterUnderTest(
                meter: ModbusMeter(configuration, on: bus, rating: 32, phases: .three), profile: configuration.profile,
                show: { devices.set(1, at: 0x48, words(Float($0.value) / 1000)) },
                setSilent: { isSilent in devices.state.withLock { $0.permanentFaults = isSilent ? [1: .silent] : [:] } }))
        await bus.close()
    }

    private func bus(_ line: ModbusBusConfiguration.Line) -> ModbusBus {
        ModbusBus(ModbusBusConfiguration(name: "test", line: line, responseTimeout: .milliseconds(400)))
    }

    @Test func `on a serial bus keeps the rules`() async throws {
        let path = temporaryPath("meter-conformance")
        let devices = ModbusDevices.onSerialLine(path: path)
        defer { devices.unplug() }

        try await check(devices, on: bus(.serial(device: path, SerialSettings(baud: 115_200), rs485: false)))
    }

    @Test func `behind a gateway keeps the rules`() async throws {
        let listener = try #require(LoopbackListener())
        defer { listener.close() }
        let bus = bus(.tcp(host: "127.0.0.1", port: listener.port))
        // The connection is made by the first request, which nobody answers yet.
        _ = try? await bus.read(RegisterBlock(table: .input, address: 0, count: 1), unit: 1)
        let devices = ModbusDevices.onConnection(try #require(listener.accept()))
        defer { devices.unplug() }

        try await check(devices, on: bus)
    }

    @Test func `that is simulated keeps the rules`() async throws {
        try await SimulatedBench.with { bench in
            try await checkMeter(
                MeterUnderTest(
                    meter: try #require(bench.connector.meter), profile: try #require(bench.connector.profile.meter),
                    show: { try bench.simulator.setMeter(connector: 1, isSilent: nil, register: $0) },
                    setSilent: { try bench.simulator.setMeter(connector: 1, isSilent: $0, register: nil) }))
        }
    }
}
