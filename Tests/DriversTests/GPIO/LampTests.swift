import BoardSupport
@testable import Drivers
import Testing
import Units

@Suite struct `A lamp on lines` {
    @Test(
        arguments: [
            (.off, true, .init()), (.available, true, .init(green: true)),
            (.preparing, true, .init(green: true, lasts: GPIOLamp.blinking)),
            (.charging, true, .init(blue: true)), (.charging, false, .init(green: true, lasts: GPIOLamp.breathing)),
            (.suspended, true, .init(blue: true, lasts: GPIOLamp.blinking)), (.faulted, true, .init(red: true)),
        ] as [(LampSignal, Bool, GPIOLamp.Picture)])
    func `shows each signal, and wakes nobody while nothing blinks`(signal: LampSignal, hasBlue: Bool, picture: GPIOLamp.Picture) {
        #expect(GPIOLamp.picture(signal, isLit: true, phase: 0, hasBlue: hasBlue) == picture)
        #expect(GPIOLamp.picture(signal, isLit: false, phase: 0, hasBlue: hasBlue) == GPIOLamp.Picture())
    }

    @Test func `acknowledges by blinking and a sound, and goes on as before`() throws {
        let lines = ScriptedLines()
        let lamp = try GPIOLamp(
            try .init(
                [
                    OutputConfiguration(.lampGreen, .line("green")), OutputConfiguration(.lampRed, .line("red")),
                    OutputConfiguration(.buzzer, .line("buzzer")),
                ], lines))
        defer { lamp.close() }
        lamp.show(.available, intensity: 100)
        let (green, buzzer) = (try lines[output: "green"], try lines[output: "buzzer"])
        try eventually("green") { green.isActive }

        lamp.blink(times: 2)

        try eventually("two sounds") { buzzer.writes.split(separator: false, omittingEmptySubsequences: true).count == 2 }
        try eventually("as before") { green.isActive && !buzzer.isActive && buzzer.writes.suffix(1) == [false] }
        #expect(try !lines[output: "red"].isActive)
    }
}

@Suite struct `A line's name` {
    @Test(
        arguments: [
            ("gpiochip0/relay", "gpiochip0", "relay"), ("/dev/gpiochip0/17", "/dev/gpiochip0", "17"),
            ("pinctrl-bcm2711/GPIO17", "pinctrl-bcm2711", "GPIO17"),
        ])
    func `is chip and line`(text: String, chip: String, line: String) throws {
        let name = try #require(LineName(text))

        #expect(name.chip == chip && name.line == line)
        #expect(name.description == text)
    }

    @Test(arguments: ["", "/", "relay", "gpiochip0/", "/relay", "/dev/relay", "gpiochip0/" + String(repeating: "x", count: 32)])
    func `is refused without one of them`(text: String) { #expect(LineName(text) == nil) }
}

@Suite struct `A board's lines on paper` {
    @Test func `are in order when each is used once`() {
        #expect(GPIOBoardCheck(LineBench.configuration()).conflicts.isEmpty)
    }

    @Test func `conflict when one is used twice, or as output and input, under either name of its chip`() {
        let twice = LineBench.configuration(inputs: [InputConfiguration(.door, .line("b"))])
        var other = LineName(chip: "/dev/chip", line: "coil")
        #expect(GPIOBoardCheck(twice).conflicts.map { $0.problem.contains("is used twice") } == [true])
        let both = LineBench.configuration(inputs: [InputConfiguration(.door, LineConfiguration(other))])
        #expect(GPIOBoardCheck(both).conflicts.map { $0.problem.contains("as an output and as an input") } == [true])
        other.line = "free"
        #expect(
            GPIOBoardCheck(LineBench.configuration(inputs: [InputConfiguration(.door, LineConfiguration(other))])).conflicts.isEmpty
        )
    }

    @Test func `lack what protects people until it is there`() {
        let bare = GPIOBoardCheck(LineBench.configuration { $0.contactor?.feedback = nil }).warnings
        #expect(
            ["emergencyStop", "temperature", "feedback", "residualCurrent"].allSatisfy { word in bare.contains { $0.contains(word) }
            })

        var whole = LineBench.configuration(
            { $0.residualCurrent = ResidualCurrentConfiguration(trip: .line("trip"), test: .line("test")) },
            inputs: [InputConfiguration(.emergencyStop, .line("stop"))], outputs: [OutputConfiguration(.trip, .line("breaker"))])
        whole.temperatures = [TemperatureConfiguration(file: "/sys/x", limit: 80)]
        #expect(GPIOBoardCheck(whole).warnings.isEmpty)
    }
}
