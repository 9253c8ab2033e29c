import Units

/// Why a simulated board could not be built: where, what, and what to do.
public enum SimulatedBoardError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A value that cannot be simulated; `key` as in the board file.
    case configuration(key: String, problem: String)
    case registerFile(path: String, problem: String)
    /// The system refused the timer thread: its error number.
    case noThread(Int32)

    public var description: String {
        switch self {
        case .configuration(let key, let problem): "\(key): \(problem)"
        case .registerFile(let path, let problem):
            "\(path): the simulated meter's register cannot be kept here: \(problem). Check dataDirectory, its owner and free space"
        case .noThread(let code):
            "the system refuses a thread for the simulated board (error \(code)); raise the limit of tasks or free memory"
        }
    }
}

extension SimulatedBoardConfiguration {
    /// The most connectors that one simulated board has.
    public static let maximumConnectors = 64

    /// Refuses what cannot be simulated.
    public func validate() throws(SimulatedBoardError) {
        guard (1...Self.maximumConnectors).contains(connectors.count) else {
            throw .configuration(
                key: "connectors", problem: "\(connectors.count) connectors; a simulated board has 1 to \(Self.maximumConnectors)")
        }
        for (index, connector) in connectors.enumerated() {
            guard connector.id == index + 1 else {
                throw .configuration(
                    key: "connectors[\(index)].id",
                    problem: "\(connector.id); connectors are numbered 1, 2, … without gaps: \(index + 1) is due")
            }
            try check(connector.maximumCurrent.value, in: 6...1000, unit: "A", key: "connectors[\(index)].rating.current")
        }
        try check(vehicle.current.value, in: 0...1000, unit: "A", key: "simulation.vehicle.current")
        try check(vehicle.readyAfter.inSeconds, in: 0...86_400, unit: "s", key: "simulation.vehicle.readyAfter")
        try check(speed, in: 0.001...1_000_000, unit: "times real time", key: "simulation.speed")
        try check(
            firmwareInstallation.duration.inSeconds, in: 0...86_400, unit: "s", key: "simulation.firmwareInstallation.duration")
    }

    private func check(_ value: Double, in range: ClosedRange<Double>, unit: String, key: String) throws(SimulatedBoardError) {
        // A NaN is in no range.
        guard range.contains(value) else {
            throw .configuration(
                key: key, problem: "\(value) \(unit) is outside \(range.lowerBound) to \(range.upperBound) \(unit)")
        }
    }
}
