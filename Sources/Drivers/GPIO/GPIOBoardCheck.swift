/// What is wrong with a board's lines, found on paper: for `board check`, before anything is requested.
public struct GPIOBoardCheck: Sendable, Equatable {
    /// Such a board does not work.
    public var conflicts: [Conflict] = []
    /// Such a board works, but something that protects people is missing.
    public var warnings: [String] = []

    /// A line with two users.
    public struct Conflict: Sendable, Equatable {
        /// Where its second user stands in the board file, such as `connectors[0].lock.motor`.
        public var keyPath: String
        /// What is wrong, without a full stop.
        public var problem: String
    }

    public init(_ configuration: GPIOBoardConfiguration) {
        findConflicts(configuration)
        findMissing(configuration)
    }

    private mutating func findConflicts(_ configuration: GPIOBoardConfiguration) {
        var users: [String: (what: String, isOutput: Bool)] = [:]
        func use(_ line: LineConfiguration, at key: String, _ kind: String = "", isOutput: Bool) {
            let what = key + kind
            guard let other = users[line.name.canonical] else { return users[line.name.canonical] = (what, isOutput) }
            let how = other.isOutput == isOutput ? "twice" : "as an output and as an input"
            conflicts.append(
                Conflict(keyPath: key, problem: "line \(line.name) is used \(how): by \(other.what) and by \(what)"))
        }
        for connector in configuration.connectors {
            for (key, line) in connector.outputLines { use(line, at: "connectors[\(connector.id - 1)].\(key)", isOutput: true) }
            for (role, line, _) in connector.inputLines {
                use(line, at: "connectors[\(connector.id - 1)].\(role.key)", isOutput: false)
            }
        }
        for (place, input) in configuration.inputs.enumerated() {
            use(input.line, at: "inputs[\(place)]", " (\(input.kind.rawValue))", isOutput: false)
        }
        for (place, output) in configuration.outputs.enumerated() {
            use(output.line, at: "outputs[\(place)]", " (\(output.kind.rawValue))", isOutput: true)
        }
    }

    private mutating func findMissing(_ configuration: GPIOBoardConfiguration) {
        if !configuration.inputs.contains(where: { $0.kind == .emergencyStop }) {
            warnings.append("inputs: there is no emergencyStop. Add one if the site has such a button.")
        }
        if configuration.temperatures.isEmpty {
            warnings.append(
                "inputs: there is no temperature, so that heat at a bad terminal stays unseen. Add the board's sensor if it has one."
            )
        }
        for connector in configuration.connectors {
            let key = "connectors[\(connector.id - 1)]"
            if let contactor = connector.contactor {
                if contactor.feedback == nil {
                    warnings.append(
                        "\(key).contactor: there is no feedback, so that a weld stays unseen. Wire the auxiliary contact.")
                } else if !configuration.outputs.contains(where: { $0.kind == .trip }) {
                    warnings.append(
                        "\(key).contactor: a weld cannot be cut off, there is no output 'trip'. Add one if the breaker has a shunt trip."
                    )
                }
            }
            if connector.residualCurrent == nil {
                warnings.append(
                    "\(key): there is no residualCurrent. Without it a device in the distribution board must detect 6 mA DC.")
            } else if connector.residualCurrent?.test == nil {
                warnings.append("\(key).residualCurrent: there is no test line, so that the device is not tested before closing.")
            }
            if let lock = connector.lock, lock.feedback == nil {
                warnings.append("\(key).lock: there is no feedback, so that the lock is believed. Wire it.")
            }
        }
    }
}

extension LineRole {
    /// Its key in a board file.
    var key: String {
        switch self {
        case .connected: "controlPilot.connected"
        case .ready: "controlPilot.ready"
        case .ventilated: "controlPilot.ventilated"
        case .pilotFault: "controlPilot.fault"
        case .coding(let current): "proximity.lines.\(current) A"
        case .feedback: "contactor.feedback"
        case .trip: "residualCurrent.trip"
        case .bolt: "lock.feedback"
        case .input(let place): "inputs[\(place)]"
        }
    }
}
