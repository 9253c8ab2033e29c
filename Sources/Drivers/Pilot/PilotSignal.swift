public import Units

/// The control pilot's signal as IEC 61851-1 (annex A) defines it: 1 kHz, ±12 V, current by duty cycle one way, state by voltage the other.
public enum PilotSignal {
    /// A period of the pilot's oscillator.
    public static let period: Duration = .milliseconds(1)
    /// What a duty cycle can say.
    public static let currents: ClosedRange<Amperes> = 6...80

    /// The duty cycle that offers a current, in percent; 100 for none, and for less than can be said.
    ///
    /// 10 to 85 % mean 0.6 A each (6 to 51 A), 85 to 96 % mean 2.5 A each above 64 % (52.5 to 80 A). Between the two ranges 85 % is the
    /// lower one: never more is offered than was asked for.
    public static func dutyCycle(offering current: Amperes?) -> Double {
        // By the numbers: a NaN offers nothing.
        guard let current, current.value >= currents.lowerBound.value else { return 100 }
        if current.value <= 51 { return current.value / 0.6 }
        if current.value < 52.5 { return 85 }
        return min(current.value, currents.upperBound.value) / 2.5 + 64
    }

    /// What a vehicle understands; nil: nothing is offered (outside 10 to 96 %), or digital communication is demanded (5 %).
    public static func current(atDutyCycle percent: Double) -> Amperes? {
        switch percent {
        case 10...85: Amperes(percent * 0.6)
        case 85...96: Amperes((percent - 64) * 2.5)
        default: nil
        }
    }

    /// The state that the positive half's voltage means; the bounds lie midway between the nominal 12, 9, 6, 3, 0 and −12 V.
    public static func state(high: Volts) -> VehicleState {
        switch high.value {
        case 10.5...: .a
        case 7.5..<10.5: .b
        case 4.5..<7.5: .c
        case 1.5..<4.5: .d
        case -6..<1.5: .e
        case ..<(-6): .f
        // Not a number: nothing can be said, so nothing may flow.
        default: .e
        }
    }

    /// The negative half must reach −12 V whatever hangs on the pilot: a vehicle's diode keeps it from loading that half.
    /// Meaningful while the oscillator runs and something is connected.
    public static func isDiodeMissing(low: Volts) -> Bool { !(low.value < -10) }

    /// The state that comparator lines mean. Ready without connected cannot be.
    public static func state(isConnected: Bool, isReady: Bool, isVentilated: Bool, isFaulty: Bool) -> VehicleState {
        if isFaulty { return .e }
        switch (isConnected, isReady) {
        case (false, false): return isVentilated ? .e : .a
        case (true, false): return isVentilated ? .e : .b
        case (true, true): return isVentilated ? .d : .c
        case (false, true): return .e
        }
    }
}
