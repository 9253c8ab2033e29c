@testable import Drivers
import Testing
import Units

@Suite struct `The pilot's signal` {
    @Test(
        arguments: [
            (nil, 100), (0, 100), (5.9, 100), (6, 10), (10, 16.6667), (16, 26.6667), (32, 53.3333), (51, 85), (52, 85),
            (52.5, 85), (63, 89.2), (80, 96), (200, 96), (.nan, 100),
        ] as [(Double?, Double)])
    func `offers a current by its duty cycle`(current: Double?, percent: Double) {
        #expect(abs(PilotSignal.dutyCycle(offering: current.map { Amperes($0) }) - percent) < 0.001)
    }

    @Test(
        arguments: [
            (0, nil), (5, nil), (9.9, nil), (10, 6), (16, 9.6), (50, 30), (85, 51), (85.1, 52.75), (90, 65), (96, 80), (96.1, nil),
            (100, nil), (.nan, nil),
        ] as [(Double, Double?)])
    func `is understood by a vehicle`(percent: Double, current: Double?) {
        let understood = PilotSignal.current(atDutyCycle: percent)?.value

        #expect(understood.map { ($0 * 1000).rounded() } == current.map { ($0 * 1000).rounded() })
    }

    @Test func `never offers more than it was told, from 6 to 80 A`() {
        for tenths in 60...800 {
            let told = Amperes(Double(tenths) / 10)
            let offered = PilotSignal.current(atDutyCycle: PilotSignal.dutyCycle(offering: told))
            #expect((offered?.value ?? 0) <= told.value + 1e-9, "\(told)")
            #expect((offered?.value ?? 0) >= told.value - 1.5, "\(told)")
        }
    }

    @Test(
        arguments: [
            (12, .a), (10.5, .a), (10.4, .b), (9, .b), (7.5, .b), (7.4, .c), (6, .c), (4.5, .c), (4.4, .d), (3, .d), (1.4, .e),
            (0, .e), (-1, .e), (-12, .f), (.nan, .e),
        ] as [(Double, VehicleState)])
    func `tells the vehicle's state by its voltage`(volts: Double, state: VehicleState) {
        #expect(PilotSignal.state(high: Volts(volts)) == state)
    }

    @Test(arguments: [(-12, false), (-10.1, false), (-10, true), (-9, true), (0, true), (.nan, true)] as [(Double, Bool)])
    func `shows a diode by a negative half that nothing loads`(volts: Double, isMissing: Bool) {
        #expect(PilotSignal.isDiodeMissing(low: Volts(volts)) == isMissing)
    }

    @Test(
        arguments: [
            (false, false, false, false, .a), (true, false, false, false, .b), (true, true, false, false, .c),
            (true, true, true, false, .d), (false, true, false, false, .e), (false, false, true, false, .e),
            (true, false, true, false, .e), (true, true, false, true, .e),
        ] as [(Bool, Bool, Bool, Bool, VehicleState)])
    func `is read from comparators, and what cannot be is an error`(
        connected: Bool, ready: Bool, ventilated: Bool, faulty: Bool, state: VehicleState
    ) {
        #expect(
            PilotSignal.state(isConnected: connected, isReady: ready, isVentilated: ventilated, isFaulty: faulty) == state)
    }
}

@Suite struct `A cable's coding resistor` {
    @Test(
        arguments: [
            (1500, 13), (1100, 13), (2460, 13), (680, 20), (400, 20), (936, 20), (220, 32), (164, 32), (308, 32), (100, 63),
            (80, 63),
            (140, 63), (10_000, 0), (.infinity, 0), (3000, nil), (1000, nil), (350, nil), (150, nil), (79, nil), (0, nil),
            (.nan, nil),
        ] as [(Double, Double?)])
    func `says what it carries; between the bands lies no cable`(ohms: Double, current: Double?) {
        let rating = Proximity.rating(ohms: ohms, phases: .three)

        switch current {
        case nil: if case .invalid = rating {} else { Issue.record("\(rating)") }
        case 0: #expect(rating == .noCable)
        case let current?: #expect(rating == .rated(Amperes(current)))
        }
    }

    @Test func `of the lowest value carries 70 A in one phase`() {
        #expect(Proximity.rating(ohms: 100, phases: .one) == .rated(70))
    }

    @Test(arguments: [(1.65, 1000), (0, 0), (3.3, .infinity), (5, .infinity)] as [(Double, Double)])
    func `is measured under a pull-up`(volts: Double, ohms: Double) {
        #expect(Proximity.ohms(at: Volts(volts), supply: 3.3, pullUp: 1000) == ohms)
    }

    @Test func `by coding lines is invalid when two are active`() {
        #expect(Proximity.rating(active: []) == .noCable)
        #expect(Proximity.rating(active: [32]) == .rated(32))
        if case .invalid = Proximity.rating(active: [20, 32]) {} else { Issue.record("two ratings at once") }
    }
}
