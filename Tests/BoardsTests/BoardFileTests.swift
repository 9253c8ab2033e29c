import BoardSupport
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

private let connector = """
    connectors:
      - id: 1
        rating: {current: 32 A, phases: 3}
        contactor: {driver: simulated}
        controlPilot: {driver: simulated}
    """

private let real = """
    connectors:
      - id: 1
        rating: {current: 16 A, phases: 3}
        contactor: {driver: gpio, coil: gpiochip0/relay}
        controlPilot: {driver: state-lines, connected: gpiochip0/cp-b, ready: gpiochip0/cp-c}
    """

private func board(_ text: String) throws(ConfigurationError) -> BoardFile {
    try BoardFile(Node.parse(text: text, file: "b.yaml"))
}

private func refusal(_ text: String) -> String? {
    do {
        _ = try board(text)
        return nil
    } catch {
        return error.description
    }
}

@Suite struct `A board file` {
    /// The repository's folder, from this file's place in it.
    private var simulatedFile: String {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + (parts + ["Board", "simulated.yaml"]).joined(separator: "/")
    }

    @Test func `simulated is the same built in and in the repository`() throws {
        #expect(try BoardFile.load(simulatedFile) == BoardFile.load("simulated"))
    }

    @Test func `that is absent is the built-in board with as many connectors as asked for`() throws {
        #expect(try BoardFile.load("simulated", connectors: 1) == BoardFile.load("simulated"))
        #expect(try BoardFile.load("simulated", connectors: 2) != BoardFile.load("simulated"))
        #expect(throws: ConfigurationError.self) { try BoardFile.load("simulated", connectors: 0) }
        #expect(throws: ConfigurationError.self) { try BoardFile.load("simulated", connectors: 33) }
        #expect(throws: ConfigurationError.self) { try BoardFile.load(simulatedFile, connectors: 1) }
        #expect(throws: ConfigurationError.self) { try BoardFile.load("/nonexistent.yaml") }
    }

    @Test func `becomes a live board that is as it says`() async throws {
        let file = try board(
            """
            model: Two outlets
            supply: {current: 40 A}
            connectors:
              - id: 1
                rating: {current: 16 A, phases: 1}
                lock: {driver: simulated}
                contactor: {driver: simulated}
                controlPilot: {driver: simulated}
                meter: {driver: simulated}
              - id: 2
                rating: {current: 32 A, phases: 3}
                contactor: {driver: simulated}
                controlPilot: {driver: simulated}
            simulation:
              resetMeterOnPlug: true
              vehicle: {current: 20 A, phases: 3, readyAfter: 0 s, staysPlugged: true}
              firmwareInstallation: {duration: 500 ms, reboot: true}
              speed: 60
            """)
        var template = Array("/tmp/board-file-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            for number in 1...2 { unlink("\(folder)/simulated-meter-\(number).bin") }
            rmdir(folder)
        }

        let live = try file.open(dataDirectory: folder)

        let profile = live.profile
        #expect(profile.model == "Two outlets")
        #expect(profile.supplyCurrent == 40)
        #expect(profile.connectors.map(\.id) == [1, 2])
        #expect(profile.connectors.map(\.maximumCurrent) == [16, 32])
        #expect(profile.connectors.map(\.phases) == [.one, .three])
        #expect(profile.connectors.map(\.outlet) == [.socket, .cable])
        #expect(profile.connectors.map(\.hasLock) == [true, false])
        #expect(profile.connectors.map { $0.meter != nil } == [true, false])
        #expect(live.simulator?.truth().map(\.contactor) == [.open, .open])
        #expect(live.simulator?.truth().map(\.isPlugged) == [true, true])
        await live.close()
    }

    @Test func `cannot be opened where registers cannot be kept`() throws {
        do {
            _ = try BoardFile.load("simulated").open(dataDirectory: "/nonexistent")
            Issue.record("opened")
        } catch {
            #expect(
                error.description.hasPrefix(
                    "/nonexistent/simulated-meter-1.bin: the simulated meter's register cannot be kept here: "))
            #expect(error.remedy == "Check dataDirectory, its owner and the free space.")
        }
    }

    @Test(arguments: ["raspberry-pi-relay-rs485", "beaglebone-pwm-pilot", "modbus-evse"])
    func `of a real board in the repository is usable`(name: String) throws {
        let file = try BoardFile.load(simulatedFile.replacing("simulated", with: name))

        #expect(file.profile.connectors.map(\.id) == [1])
        #expect(file.profile.connectors[0].meter != nil)
    }

    @Test func `reads temperature sensors with what they mean`() throws {
        let file = try board(
            real
                + "\ninputs: [{kind: temperature, file: /sys/a, limit: 80 °C}, "
                + "{kind: temperature, file: /sys/b, limit: 65.5 °C, hysteresis: 10 °C, onFailure: continue}]")

        #expect(
            file.lines?.temperatures == [
                TemperatureConfiguration(file: "/sys/a", limit: 80, hysteresis: 5, onFailure: .stop),
                TemperatureConfiguration(file: "/sys/b", limit: 65.5, hysteresis: 10, onFailure: .continue),
            ])
        #expect(!file.warnings.contains { $0.contains("temperature") })
    }

    @Test(arguments: [connector, real]) func `says what a contactor is rated for`(text: String) throws {
        let rated = text.replacing("contactor: {", with: "contactor: {ratedClosings: 100000, ")

        #expect(try board(rated).profile.connectors[0].ratedClosings == 100_000)
        #expect(try board(text).profile.connectors[0].ratedClosings == nil)
    }

    @Test func `of real hardware says what is missing for safety`() throws {
        let warnings = try board(real).warnings

        #expect(warnings.contains { $0.hasPrefix("inputs: there is no emergencyStop.") })
        #expect(warnings.contains { $0.hasPrefix("inputs: there is no temperature,") })
        #expect(warnings.contains { $0.hasPrefix("connectors[0].contactor: there is no feedback") })
        #expect(warnings.contains { $0.hasPrefix("connectors[0]: there is no meter") })
    }

    @Test(arguments: [
        ("", "b.yaml:1, connectors: this key is missing."),
        ("connectors: []", "b.yaml:1, connectors: the list has 0 elements. Write from 1 to 32."),
        ("modell: x\n" + connector, "b.yaml:1, modell: unknown key 'modell'. Did you mean 'model'?"),
        (
            connector.replacing("id: 1", with: "id: 2"),
            "b.yaml:2, connectors[0].id: the number is 2; connectors are numbered 1, 2, …"
        ),
        (connector.replacing("32 A", with: "32"), "b.yaml:3, connectors[0].rating.current: '32' has no unit. Write '32 A'."),
        (connector.replacing("32 A", with: "320 A"), "'320 A' is out of range. Write from '6 A' to '80 A'."),
        ("supply: {current: 20}\n" + connector, "b.yaml:1, supply.current: '20' has no unit. Write '20 A'."),
        ("supply: {current: 5 A}\n" + connector, "'5 A' is out of range. Write from '6 A' to '2560 A'."),
        (connector.replacing(", phases: 3", with: ""), "b.yaml:3, connectors[0].rating.phases: this key is missing."),
        (connector.replacing("phases: 3", with: "phases: 4"), "4 is out of range. Write a whole number from 1 to 3."),
        (connector.replacing("contactor", with: "contacter"), "contactor: this key is missing. Was 'contacter' in line 4 meant?"),
        (
            connector.replacing("contactor: {driver: simulated}", with: "contactor: {driver: gpio, coil: gpiochip0/relay}"),
            "b.yaml:5, connectors[0].controlPilot: simulated and real contactors, pilots and locks stand side by side."
        ),
        (
            connector.replacing("contactor: {driver: simulated}", with: "contactor: {driver: simulatd}"),
            "b.yaml:4, connectors[0].contactor.driver: the driver 'simulatd' is unknown. Did you mean 'simulated'?"
        ),
        (
            connector.replacing("contactor: {driver: simulated}", with: "contactor: {driver: magic}"),
            "the driver 'magic' is unknown. The drivers here are: simulated, gpio, modbus-evse."
        ),
        (
            connector.replacing("contactor: {driver: simulated}", with: "contactor: {driver: simulated, coil: x}"),
            "b.yaml:4, connectors[0].contactor.coil: unknown key 'coil'."
        ),
        (connector + "\n    outlet: socket", "b.yaml:6, connectors[0].outlet: a socket needs a lock, and there is none."),
        (
            connector + "\n    residualCurrent: {driver: gpio, trip: x}",
            "residualCurrent: a simulated connector has no residualCurrent."
        ),
        (
            connector + "\n    residualCurrent: {driver: simulated}",
            "residualCurrent: a simulated connector has no residualCurrent."
        ),
        (
            connector + "\nbuses: [{name: b, driver: modbus-rtu}]",
            "b.yaml:6, buses[0].device: this key is missing."
        ),
        (
            connector + "\ninputs: [{kind: door, line: x}]",
            "b.yaml:6, inputs[0]: inputs are lines of real hardware, and this board's connectors are simulated."
        ),
        (
            connector + "\noutputs: [{kind: trip, line: x}]",
            "b.yaml:6, outputs[0]: outputs are lines of real hardware, and this board's connectors are simulated."
        ),
        (
            connector + "\ncardReaders: [{driver: libnfc}]",
            "b.yaml:6, cardReaders[0].device: this key is missing."
        ),
        (
            connector
                + "\ncardReaders: [{driver: libnfc, device: 'pn532_uart:/dev/a'}, {driver: libnfc, device: 'pn532_uart:/dev/a'}]",
            "b.yaml:6, cardReaders[1].device: this device is another reader already."
        ),
        (
            connector.replacing("simulated", with: "gpio"),
            "b.yaml:5, connectors[0].controlPilot.driver: the driver 'gpio' is unknown."
        ),
        (
            real.replacing("contactor: {driver: gpio, coil: gpiochip0/relay}", with: "door: 1"),
            "connectors[0].contactor: this key is missing. Say which line drives the contactor's coil."
        ),
        (real + "\n    outlet: socket", "connectors[0].outlet: a socket needs a lock, and there is none."),
        (real + "\n    meter: {driver: simulated}", "connectors[0].meter: only a simulated board has simulated meters."),
        (real + "\ncardReaders: [{driver: simulated}]", "only a simulated board has a simulated reader. Use the driver 'libnfc'."),
        (
            real + "\ninputs: [{kind: door, line: gpiochip0/cp-b}]", "gpiochip0/cp-b"
        ),
        (
            real + "\ninputs: [{kind: temperature, file: hwmon0/temp1_input, limit: 80 °C}]",
            "inputs[0].file: 'hwmon0/temp1_input' is no absolute path."
        ),
        (real + "\ninputs: [{kind: temperature, file: /sys/x, limit: 80}]", "inputs[0].limit: '80' has no unit. Write '80 °C'."),
        (real + "\ninputs: [{kind: temperature, file: /sys/x, limit: 300 °C}]", "Write from '30 °C' to '120 °C'."),
        (real + "\ninputs: [{kind: temperatur, file: /sys/x}]", "temperatur"),
        (
            real + "\ninputs: [{kind: temperature, line: gpiochip0/x, file: /sys/x, limit: 80 °C}]",
            "inputs[0].line: unknown key 'line'."
        ),
        (
            connector.replacing("contactor: {driver: simulated}", with: "contactor: {driver: simulated, ratedClosings: 0}"),
            "ratedClosings: 0 is out of range"
        ),
        (
            connector + "\nsimulation: {speed: 0}",
            "b.yaml:6, simulation.speed: 0 is out of range. Write a number from 0.001 to 1000000."
        ),
        (
            connector + "\nsimulation: {vehicle: {readyAfter: 1}}",
            "simulation.vehicle.readyAfter: '1' has no unit. Write '1 ms' or '1 s'."
        ),
        (connector + "\nsimulation: {vehicle: {stayPlugged: true}}", "unknown key 'stayPlugged'. Did you mean 'staysPlugged'?"),
        (connector + "\nsimulation: {firmwareInstallation: {reboot: yes}}", "reboot: 'yes' is neither true nor false."),
    ])
    func `is refused at the line of its mistake`(text: String, message: String) {
        let refusal = refusal(text)

        #expect(refusal?.contains(message) == true, "\(refusal ?? "read")")
    }
}
