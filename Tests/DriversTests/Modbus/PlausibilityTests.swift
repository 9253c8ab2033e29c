import BoardSupport
import Testing
import Units

@testable import Drivers

private func reading(
    _ register: WattHours = 1000, volts: [Volts] = [230], amperes: [Amperes] = [], watts: Watts? = nil, hertz: Hertz? = 50,
    powerFactor: Double? = nil
) -> MeterReading {
    MeterReading(
        energyImport: register, power: watts, powerFactor: powerFactor, current: amperes, voltage: volts, frequency: hertz)
}

private func problem(_ reading: MeterReading, _ plausibility: inout MeterPlausibility, at seconds: Int) -> String? {
    do {
        try plausibility.check(reading, at: .seconds(seconds))
        return nil
    } catch {
        guard case .implausible(let what) = error else { return "\(error)" }
        return what
    }
}

@Suite struct `What a meter says` {
    @Test(
        arguments: [
            (reading(), nil), (reading(-1), "the register is negative: -1 Wh"),
            (reading(volts: [230, 300.5]), "a voltage of 300.5 V"), (reading(volts: [-1]), "a voltage of -1.0 V"),
            // Behind an open contactor there is nothing, or what floats there.
            (reading(volts: [0, 0, 0], hertz: 0), nil), (reading(volts: [0, 47, 3]), nil),
            (reading(hertz: 0), "a frequency of 0.0 Hz"), (reading(hertz: 39.9), "a frequency of 39.9 Hz"),
            (reading(hertz: 60), nil), (reading(hertz: 500), "a frequency of 500.0 Hz"), (reading(volts: [], hertz: nil), nil),
            (reading(amperes: [16, 1001]), "a current of 1001.0 A"), (reading(watts: 1_000_001), "a power of 1000001.0 W"),
            (reading(watts: -11_000), nil), (reading(powerFactor: 1.02), "a power factor of 1.02"), (reading(powerFactor: -1), nil),
        ] as [(MeterReading, String?)])
    func `is refused when no such device can measure it`(reading: MeterReading, expected: String?) {
        var plausibility = MeterPlausibility(rating: 16, phases: .three)

        #expect(problem(reading, &plausibility, at: 0) == expected)
    }

    @Test(
        arguments: [
            (1000, 1, nil), (1000, 10, nil), (1108, 1, nil), (1109, 1, "rose"), (1900, 100, nil), (1901, 100, "rose"),
            (65_536_000, 3600, "rose"),
            (999, 1, "fell"), (0, 1, "fell"),
        ] as [(Int, Int, String?)])
    func `is refused when the register falls or outruns the connector's rating`(register: Int, after: Int, word: String?) {
        var plausibility = MeterPlausibility(rating: 16, phases: .three)
        #expect(problem(reading(1000), &plausibility, at: 0) == nil)

        let problem = problem(reading(WattHours(register)), &plausibility, at: after)

        #expect(problem.map { $0.hasPrefix("the register \(word ?? "?")") } == word.map { _ in true }, "\(problem ?? "accepted")")
    }

    @Test func `is believed when a strange register is confirmed twice: the meter was exchanged`() {
        var plausibility = MeterPlausibility(rating: 16, phases: .three)
        _ = problem(reading(500_000), &plausibility, at: 0)

        #expect(problem(reading(12), &plausibility, at: 1) != nil)
        #expect(problem(reading(12), &plausibility, at: 2) != nil)
        #expect(problem(reading(13), &plausibility, at: 3) == nil)
        #expect(problem(reading(13), &plausibility, at: 4) == nil)
        #expect(problem(reading(500_000), &plausibility, at: 5) != nil)
    }

    @Test func `is not believed when strange registers disagree`() {
        var plausibility = MeterPlausibility(rating: 16, phases: .three)
        _ = problem(reading(500_000), &plausibility, at: 0)

        for (second, register) in [(1, 12), (2, 9_000_000), (3, 13), (4, 8_000_000)] {
            #expect(problem(reading(WattHours(register)), &plausibility, at: second) != nil)
        }
        #expect(problem(reading(500_001), &plausibility, at: 5) == nil)
    }
}
