import BoardSupport
import Units

// What a configuration's lines are requested for.
extension InterlockThread.Outputs {
    /// All but the coils, which come first of all.
    mutating func request(_ configuration: GPIOBoardConfiguration, _ lines: some Lines) throws(LineFault) {
        for connector in configuration.connectors {
            tests.append(try connector.residualCurrent?.test.output(lines))
            lockMotors.append(try connector.lock?.motor.output(lines))
            let release: LineConfiguration? = if case .pulse(let line, _) = connector.lock?.drive { line } else { nil }
            lockReleases.append(try release.output(lines))
        }
        for output in configuration.outputs where output.kind == .trip { trips.append(try output.line.output(lines)) }
    }
}

extension InterlockThread.Input {
    static func all(_ configuration: GPIOBoardConfiguration, _ lines: some Lines) throws(LineFault) -> [InterlockThread.Input] {
        var inputs: [InterlockThread.Input] = []
        for (place, input) in configuration.inputs.enumerated() {
            inputs.append(.init(line: try lines.input(input.line), role: .input(place), connector: 0))
        }
        for (index, connector) in configuration.connectors.enumerated() {
            for (role, line, isInverted) in connector.inputLines {
                inputs.append(.init(line: try lines.input(line), role: role, connector: index, isInverted: isInverted))
            }
        }
        return inputs
    }
}

extension GPIOConnectorConfiguration {
    /// Its input lines, each with its role and whether rest means "yes".
    var inputLines: [(LineRole, LineConfiguration, Bool)] {
        var inputs: [(LineRole, LineConfiguration, Bool)] = []
        func add(_ role: LineRole, _ line: LineConfiguration?, isInverted: Bool = false) {
            if let line { inputs.append((role, line, isInverted)) }
        }
        add(.trip, residualCurrent?.trip)
        if case .lines(let lines) = pilot?.sense {
            add(.connected, lines.connected)
            add(.ready, lines.ready)
            add(.ventilated, lines.ventilated)
            add(.pilotFault, lines.fault)
        }
        add(.feedback, contactor?.feedback, isInverted: contactor?.feedbackContact == .normallyClosed)
        add(.bolt, lock?.feedback)
        if case .lines(let coding) = proximity { for code in coding { add(.coding(Int(code.current.value)), code.line) } }
        return inputs
    }

    /// Its output lines, each with what it is for.
    var outputLines: [(String, LineConfiguration)] {
        var outputs: [(String, LineConfiguration)] = []
        func add(_ key: String, _ line: LineConfiguration?) { if let line { outputs.append((key, line)) } }
        add("contactor.coil", contactor?.coil)
        add("controlPilot.negative", pilot?.pwm?.negative)
        add("lock.motor", lock?.motor)
        if case .pulse(let release, _) = lock?.drive { add("lock.release", release) }
        add("residualCurrent.test", residualCurrent?.test)
        return outputs
    }
}

extension GPIOLamp.Outputs {
    init(_ outputs: [OutputConfiguration], _ lines: some Lines) throws(LineFault) {
        for output in outputs {
            switch output.kind {
            case .lampGreen: green.append(try output.line.output(lines))
            case .lampRed: red.append(try output.line.output(lines))
            case .lampBlue: blue.append(try output.line.output(lines))
            case .buzzer: buzzer.append(try output.line.output(lines))
            case .trip: break
            }
        }
    }
}

extension VoltageSampler.Source {
    /// nil: the connector measures no voltage.
    init?(_ configuration: GPIOConnectorConfiguration, index: Int, roots: GPIOBoard.Roots, pilot: PWMPilot?) throws(LineFault) {
        self.init(connector: index)
        if case .voltage(let voltage) = configuration.pilot?.sense {
            high = try IIOChannel(voltage.high, root: roots.iio)
            low = try voltage.low.map { (channel) throws(LineFault) in try IIOChannel(channel, root: roots.iio) }
            isOscillating = { pilot?.isOscillating ?? false }
        }
        if case .voltage(let channel, let supply, let pullUp) = configuration.proximity {
            proximity = try IIOChannel(channel, root: roots.iio)
            rating = { [phases = configuration.phases] voltage in
                Proximity.rating(ohms: Proximity.ohms(at: voltage, supply: supply, pullUp: pullUp), phases: phases)
            }
        }
        if high == nil, proximity == nil { return nil }
    }
}

extension LineConfiguration {
    /// Inactive from the first moment.
    fileprivate func output(_ lines: some Lines) throws(LineFault) -> any OutputLine { try lines.output(self, isActive: false) }
}

extension LineConfiguration? {
    fileprivate func output(_ lines: some Lines) throws(LineFault) -> (any OutputLine)? {
        guard let self else { return nil }
        return try lines.output(self, isActive: false)
    }
}
