import BoardSupport
@testable import Drivers
import Synchronization
import Testing
import Units

extension Sysfs {
    /// What the generator's duty cycle says.
    fileprivate var offered: Amperes? {
        guard pilot[2] == "1", let length = Double(pilot[1]) else { return nil }
        return PilotSignal.current(atDutyCycle: length / 10_000)
    }

    fileprivate var roots: GPIOBoard.Roots { GPIOBoard.Roots(pwm: root, iio: root) }
}

@Suite(.serialized) struct `Every control pilot` {
    private let generator = PWMConfiguration(chip: "pwmchip0", channel: 0)

    private func pilot(of board: GPIOBoard) throws -> any ControlPilot { try #require(board.connectors[0].pilot) }

    @Test func `on comparator lines with a generator keeps the rules`() throws {
        let sysfs = try Sysfs(Sysfs.pwm)
        let bench = try LineBench(LineBench.configuration { $0.pilot?.pwm = generator }, roots: sysfs.roots)
        defer { bench.board.close() }

        try checkPilot(
            PilotUnderTest(
                pilot: try pilot(of: bench.board), log: bench.log, vehicle: { try bench.vehicle($0) },
                offered: { sysfs.offered }, isFaultShown: { sysfs.pilot[1] == "0" }))
    }

    @Test func `on comparator lines with a fixed offer keeps the rules`() throws {
        let bench = try LineBench()
        defer { bench.board.close() }

        try checkPilot(
            PilotUnderTest(pilot: try pilot(of: bench.board), log: bench.log, vehicle: { try bench.vehicle($0) }))
    }

    @Test func `that is measured keeps the rules`() throws {
        let sysfs = try Sysfs(
            Sysfs.pwm.merging(["iio:device0/in_voltage0_raw": "12000", "iio:device0/in_voltage0_scale": "1"]) { $1 })
        let configuration = LineBench.configuration {
            $0.pilot = PilotConfiguration(
                sense: .voltage(.init(high: .init(device: "iio:device0", channel: "in_voltage0"))), pwm: generator)
        }
        let bench = try LineBench(configuration, roots: sysfs.roots)
        defer { bench.board.close() }

        try checkPilot(
            PilotUnderTest(
                pilot: try pilot(of: bench.board), log: bench.log,
                vehicle: { try sysfs.write("iio:device0/in_voltage0_raw", $0 == .a ? "12000" : $0 == .b ? "9000" : "6000") },
                offered: { sysfs.offered }, isFaultShown: { sysfs.pilot[1] == "0" }))
    }

    @Test func `of an EVSE controller keeps the rules`() async throws {
        let path = temporaryPath("pilot-conformance")
        let devices = ModbusDevices.onSerialLine(path: path)
        defer { devices.unplug() }
        devices.set(2, function: 3, at: 1000, [0, 0, 1])
        let bus = ModbusBus(
            ModbusBusConfiguration(name: "test", line: .serial(device: path, SerialSettings(baud: 115_200), rs485: false)))
        let log = try EventLog()
        let map = EVSERegisterMap(
            origin: MapOrigin(maker: "Example", model: "E1", document: "none", edition: "1"), limits: ReadLimits(maximumGap: 1),
            state: .init(table: .holding, address: 1002, values: [1: .a, 2: .b, 3: .c]), offer: .init(address: 1000))
        let evse = ModbusEVSE(
            try ModbusEVSEConfiguration(bus: "test", unit: 2, map: map, pollInterval: .milliseconds(20)), on: bus, connector: 1,
            outlet: .cable, report: { log.add($0) })
        evse.start()

        do {
            // The last of what it says at the start.
            log.expect(.contactor(connector: 1, .open))
            try checkPilot(
                PilotUnderTest(
                    pilot: evse, log: log,
                    vehicle: { devices.set(2, function: 3, at: 1002, [$0 == .a ? 1 : $0 == .b ? 2 : 3]) },
                    offered: {
                        let word = devices.state.withLock { $0.registers[2]?[3]?[1000] } ?? 0
                        return word == 0 ? nil : Amperes(Double(word))
                    }))
        } catch { Issue.record(error) }

        await evse.shutDown()
    }

    @Test func `that is simulated keeps the rules`() async throws {
        try await SimulatedBench.waiting { bench in
            // The last of what it says at the start.
            bench.log.expect(.pilot(connector: 1, .a))
            try checkPilot(
                PilotUnderTest(
                    pilot: bench.connector.pilot, log: bench.log,
                    vehicle: { state in
                        let simulator = bench.simulator
                        if state == .c {
                            // A state is forced upon a vehicle that is there.
                            try simulator.plug(connector: 1)
                            return try simulator.setPilot(connector: 1, .state(.c))
                        }
                        try simulator.setPilot(connector: 1, nil)
                        if state == .a { try simulator.unplug(connector: 1) } else { try simulator.plug(connector: 1) }
                    }, offered: { bench.offered }, isFaultShown: { bench.isFaultShown }))
        }
    }
}
