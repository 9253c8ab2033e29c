import BoardSupport
import SimulatedBoard
import Testing
import Units

@Suite struct `A simulated meter` {
    @Test(arguments: [
        // power W, seconds, speed, mWh
        (3680.0, 3600.0, 1.0, 3_680_000 as Int64), (1380, 0.1, 1, 38), (7360, 60, 10, 1_226_666), (22_080, 1, 3600, 22_080_000),
        (0, 3600, 1, 0), (-5, 3600, 1, 0), (1000, -1, 1, 0),
    ])
    func `counts power times time times speed`(power: Double, seconds: Double, speed: Double, expected: Int64) {
        var meter = SimulatedMeter(phases: .three, speed: speed)

        let gained = meter.advance(by: .seconds(seconds), power: Watts(power))

        #expect(gained == expected)
        #expect(meter.milliwattHours == expected)
    }

    @Test func `counts the same however finely time is cut`() {
        var fine = SimulatedMeter(phases: .one)
        var whole = SimulatedMeter(phases: .one)

        for _ in 0..<36_000 { fine.advance(by: .milliseconds(100), power: 1387) }
        whole.advance(by: .seconds(3600), power: 1387)

        #expect(fine == whole)
        #expect(whole.register == 1387)
    }

    @Test(arguments: [(0, 0), (999, 0), (1000, 1), (1999, 1)] as [(Int64, Int)])
    func `shows whole watt-hours, rounded down`(milliwattHours: Int64, shown: Int) {
        #expect(SimulatedMeter(phases: .one, milliwattHours: milliwattHours).register == WattHours(shown))
    }

    @Test func `stops at its highest register rather than overflow`() {
        var meter = SimulatedMeter(phases: .one, milliwattHours: .max, speed: 1e6)

        meter.advance(by: .seconds(Int64.max / 2), power: 1e9)

        #expect(meter.register == SimulatedMeter.maximumRegister)
    }

    @Test func `reports each phase that it measures, and zero where nothing is drawn`() throws {
        let reading = try SimulatedMeter(phases: .three, milliwattHours: 5_500).read(current: 16, drawing: .one)

        #expect(reading.energyImport == 5)
        #expect(reading.power == 3680)
        #expect(reading.powerPerPhase == [3680, 0, 0])
        #expect(reading.current == [16, 0, 0])
        #expect(reading.voltage == [230, 230, 230])
        #expect(reading.currentNeutral == 16)
        #expect(reading.frequency == 50)
        #expect(reading.temperature == 25)
        #expect(reading.powerFactor == 1)
        #expect(reading.stateOfCharge == nil)
    }

    @Test func `does not answer while it is silent, and counts on`() {
        var meter = SimulatedMeter(phases: .one)
        meter.isSilent = true

        meter.advance(by: .seconds(3600), power: 2300)

        #expect(throws: MeterFault.silent("the simulated meter is set to be silent")) { try meter.read(current: 10, drawing: .one) }
        #expect(meter.register == 2300)
    }
}
