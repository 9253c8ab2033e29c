import BoardSupport
@testable import Drivers
import Testing
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite struct `A pilot by the kernel's PWM` {
    @Test func `begins at 100 %, with a period of a millisecond`() throws {
        let sysfs = try Sysfs(Sysfs.pwm)

        _ = try PWMChannel(PWMConfiguration(chip: "pwmchip0", channel: 0), root: sysfs.root)

        #expect(sysfs.pilot == ["1000000", "1000000", "1", "normal"])
    }

    @Test func `can be inverted`() throws {
        let sysfs = try Sysfs(Sysfs.pwm)

        _ = try PWMChannel(PWMConfiguration(chip: "pwmchip0", channel: 0, isInverted: true), root: sysfs.root)

        #expect(sysfs.pilot[3] == "inversed")
    }

    @Test func `that is not there says which file, and what to do`() throws {
        let sysfs = try Sysfs([:])

        let fault = #expect(throws: PWMFault.self) {
            try PWMChannel(PWMConfiguration(chip: "pwmchip0", channel: 0), root: sysfs.root)
        }

        #expect(fault?.path == "\(sysfs.root)/pwmchip0/export")
    }

    @Test func `offers, withdraws to 100 %, and shows F for faults alone`() throws {
        let sysfs = try Sysfs(Sysfs.pwm)
        let log = try EventLog()
        let channel = try PWMChannel(PWMConfiguration(chip: "pwmchip0", channel: 0), root: sysfs.root)
        let pilot = PWMPilot(connector: 1, channel: channel, negative: nil) { log.add($0) }

        pilot.offer(16)
        #expect(sysfs.pilot == ["1000000", "266667", "1", "normal"])
        #expect(pilot.isOscillating)
        pilot.offer(nil)
        #expect(sysfs.pilot == ["1000000", "1000000", "1", "normal"])
        #expect(!pilot.isOscillating)
        pilot.signalFault()
        #expect(sysfs.pilot == ["1000000", "0", "1", "normal"])
        pilot.offer(6)
        #expect(sysfs.pilot == ["1000000", "100000", "1", "normal"])
        #expect(log.all.isEmpty)
    }

    @Test func `shows F by its own line where there is one`() throws {
        let sysfs = try Sysfs(Sysfs.pwm)
        let lines = ScriptedLines()
        let negative = try lines.output(.line("negative"), isActive: false)
        let channel = try PWMChannel(PWMConfiguration(chip: "pwmchip0", channel: 0), root: sysfs.root)
        let pilot = PWMPilot(connector: 1, channel: channel, negative: negative) { _ in }

        pilot.signalFault()
        #expect(try lines[output: "negative"].isActive)
        #expect(sysfs.pilot[2] == "0")
        pilot.offer(nil)

        #expect(try !lines[output: "negative"].isActive)
        #expect(sysfs.pilot == ["1000000", "1000000", "1", "normal"])
    }

    @Test func `says once that it cannot be set, and once that it can again`() throws {
        let sysfs = try Sysfs(Sysfs.pwm)
        let log = try EventLog()
        let channel = try PWMChannel(PWMConfiguration(chip: "pwmchip0", channel: 0), root: sysfs.root)
        let pilot = PWMPilot(connector: 1, channel: channel, negative: nil) { log.add($0) }
        unlink("\(sysfs.root)/pwmchip0/pwm0/duty_cycle")

        pilot.offer(16)
        pilot.offer(20)
        try sysfs.write("pwmchip0/pwm0/duty_cycle", "0")
        pilot.offer(16)

        let news = log.all.compactMap { event -> Bool? in
            guard case .fault(1, let fault, let isActive) = event, fault.vendorErrorCode == "PilotGenerator" else { return nil }
            return isActive
        }
        #expect(news == [true, false])
    }
}

@Suite struct `A voltage of the kernel's industrial IO` {
    @Test func `is scaled to the measured point`() throws {
        let sysfs = try Sysfs([
            "iio:device0/in_voltage0_raw": "2048\n", "iio:device0/in_voltage0_scale": "0.805664\n",
            "iio:device0/in_voltage_offset": "0\n",
        ])
        let channel = try IIOChannel(
            VoltageChannel(device: "iio:device0", channel: "in_voltage0", factor: 8, offset: -12), root: sysfs.root)

        #expect(abs(try #require(channel.read()).value - 1.2) < 0.001)
        try sysfs.write("iio:device0/in_voltage0_raw", "4095\n")
        #expect(abs(try #require(channel.read()).value - 14.393) < 0.001)
        try sysfs.write("iio:device0/in_voltage0_raw", "")
        #expect(channel.read() == nil)
    }

    @Test func `that is not there is named`() throws {
        let sysfs = try Sysfs([:])

        let fault = #expect(throws: LineFault.self) {
            try IIOChannel(VoltageChannel(device: "iio:device9", channel: "in_voltage0"), root: sysfs.root)
        }

        #expect(fault?.line.description == "iio:device9/in_voltage0")
    }

    @Test func `tells a board of vehicle and cable`() throws {
        let sysfs = try Sysfs([
            "iio:device0/in_voltage0_raw": "12000", "iio:device0/in_voltage0_scale": "1", "iio:device0/in_voltage1_raw": "5000",
            "iio:device0/in_voltage1_scale": "1",
        ])
        let log = try EventLog()
        let configuration = LineBench.configuration {
            $0.pilot = PilotConfiguration(sense: .voltage(.init(high: .init(device: "iio:device0", channel: "in_voltage0"))))
            $0.proximity = .voltage(.init(device: "iio:device0", channel: "in_voltage1"), supply: 5, pullUp: 1000)
        }
        let board = try GPIOBoard.open(
            configuration, lines: ScriptedLines(), roots: GPIOBoard.Roots(pwm: sysfs.root, iio: sysfs.root)
        ) { log.add($0) }
        defer { board.close() }

        // 680 Ω under 1 kΩ, and 6 V.
        try sysfs.write("iio:device0/in_voltage1_raw", "2024")
        try sysfs.write("iio:device0/in_voltage0_raw", "6000")

        log.expect(.cable(connector: 1, isPlugged: true))
        log.expect(.proximity(connector: 1, .rated(20)))
        log.expect(.pilot(connector: 1, .c))
    }
}
