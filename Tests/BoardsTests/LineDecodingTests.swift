@testable import Boards
import ConfigurationFile
import Drivers
import Testing
import Units

/// One connector's section, without what is the integrator's.
private func connector(_ text: String) throws(ConfigurationError) -> GPIOConnectorConfiguration {
    var reader = try MappingReader(Node.parse(text: text, file: "b.yaml"))
    let configuration = try GPIOConnectorConfiguration(&reader, id: 1)
    try reader.finish()
    return configuration
}

private func refusal(_ text: String) -> String? {
    do {
        _ = try connector(text)
        return nil
    } catch { return error.description }
}

private func name(_ text: String) throws -> LineName { try #require(LineName(text)) }

@Suite struct `Lines in a board file` {
    @Test func `become what hangs on them`() throws {
        let read = try connector(
            """
            contactor: {driver: gpio, coil: gpiochip0/relay, feedback: {line: gpiochip0/fb, activeLow: true, pull: up, debounce: 2 ms}, feedbackContact: normallyClosed, within: 80 ms}
            controlPilot: {driver: state-lines, connected: gpiochip0/cp-b, ready: gpiochip0/cp-c, pwm: pwmchip0/1, negative: gpiochip0/cp-f}
            lock: {driver: gpio, motor: gpiochip0/lock-motor, release: gpiochip0/unlock, pulse: 300 ms, feedback: gpiochip0/lock-fb}
            residualCurrent: {driver: gpio, trip: gpiochip0/rcd-trip, test: gpiochip0/rcd-test}
            proximity: {voltage: {channel: "iio:device0/in_voltage1", factor: 2}, supply: 5 V, pullUp: 330 Ω}
            ventilation: true
            """)

        let feedback = LineConfiguration(
            try name("gpiochip0/fb"), isActiveLow: true, pull: .up, debounce: .milliseconds(2))
        #expect(
            read.contactor
                == GPIOContactorConfiguration(
                    coil: LineConfiguration(try name("gpiochip0/relay")), feedback: feedback, feedbackContact: .normallyClosed,
                    within: .milliseconds(80)))
        #expect(read.pilot?.pwm?.chip == "pwmchip0")
        #expect(read.pilot?.pwm?.channel == 1)
        #expect(read.pilot?.pwm?.negative?.name == (try name("gpiochip0/cp-f")))
        #expect(read.lock?.drive == .pulse(release: LineConfiguration(try name("gpiochip0/unlock")), .milliseconds(300)))
        #expect(read.residualCurrent?.test?.name == (try name("gpiochip0/rcd-test")))
        #expect(
            read.proximity
                == .voltage(VoltageChannel(device: "iio:device0", channel: "in_voltage1", factor: 2), supply: 5, pullUp: 330))
        #expect(read.hasVentilation)
    }

    @Test func `leave other drivers' sections alone`() throws {
        let read = try connector(
            """
            contactor: {driver: simulated}
            controlPilot: {driver: modbus-evse, bus: rs485, unit: 2, registers: EVSE/simple-evse.yaml}
            """)

        #expect(read == GPIOConnectorConfiguration(id: 1))
    }

    @Test func `read coding lines by their ratings`() throws {
        let read = try connector("proximity: {lines: {13 A: chip/a, 32 A: chip/b}}")

        #expect(
            read.proximity
                == .lines([
                    .init(13, LineConfiguration(try name("chip/a"))), .init(32, LineConfiguration(try name("chip/b"))),
                ]))
    }

    @Test(
        arguments: [
            ("contactor: {driver: gpio, coil: relay}", "names no GPIO line"),
            ("contactor: {driver: gpio}", "this key is missing"),
            ("contactor: {driver: gpio, coil: c/a, feedbackContact: normallyOpen}", "no feedback"),
            ("contactor: {driver: gpio, coil: {line: c/a, pull: up}}", "unknown key 'pull'"),
            ("contactor: {driver: gpio, coil: c/a, cool: c/b}", "unknown key 'cool'"),
            ("controlPilot: {driver: state-lines, connected: c/b, ready: c/c, pwm: pwm0}", "names no PWM channel"),
            ("controlPilot: {driver: state-lines, connected: {line: c/b, debounce: 200 ms}, ready: c/c}", "out of range"),
            ("controlPilot: {driver: pilot-voltage, high: adc0}", "names no voltage"),
            ("lock: {driver: gpio, motor: c/m, pulse: 1 s}", "a line for each direction"),
            ("residualCurrent: {driver: gpio, trip: {line: c/t, debounce: 5 ms}}", "out of range"),
            ("proximity: {lines: {16 A: c/x}}", "no coding line"),
        ])
    func `are refused with what is wrong`(text: String, problem: String) {
        let refused = refusal(text)

        #expect(refused?.contains(problem) ?? false, "\(refused ?? "accepted")")
        #expect(refused?.hasPrefix("b.yaml:1, ") ?? false)
    }

    @Test func `may be inputs and outputs of the board`() throws {
        var input = try MappingReader(
            Node.parse(text: "{kind: emergencyStop, line: c/stop, activeLow: true, debounce: 5 ms}", file: "b.yaml"))
        var output = try MappingReader(Node.parse(text: "{kind: trip, line: c/trip}", file: "b.yaml"))

        let (read, trip) = (try BoardInput(&input), try OutputConfiguration(&output))

        guard case .line(let stop) = read else {
            Issue.record("\(read)")
            return
        }
        #expect(stop.kind == .emergencyStop && stop.line.isActiveLow && stop.line.debounce == .milliseconds(5))
        #expect(trip == OutputConfiguration(.trip, LineConfiguration(try name("c/trip"))))
        try input.finish()
        try output.finish()
    }

    @Test func `may not make an emergency stop wait`() throws {
        var input = try MappingReader(Node.parse(text: "{kind: emergencyStop, line: c/stop, debounce: 50 ms}", file: "b.yaml"))

        #expect(throws: ConfigurationError.self) { try BoardInput(&input) }
    }
}
