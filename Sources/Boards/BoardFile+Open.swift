public import BoardSupport
public import ConfigurationFile
import Drivers
import SimulatedBoard
import Units

extension BoardFile {
    /// Starts the drivers: a live board with its contactors open.
    /// - Parameters:
    ///   - dataDirectory: where simulated meters keep their registers; must exist and be writable.
    ///   - log: told in words what the drivers notice without failing.
    public func open(
        dataDirectory: String, log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(ConfigurationError) -> Board {
        let peripherals = Peripherals(self, log: log)
        var board =
            switch connectors {
            case .simulated(let simulation): try open(simulation, dataDirectory, peripherals, log)
            case .real(let hardware): try HardwareBoard.open(hardware, peripherals)
            }
        board.profile = profile
        for index in board.connectors.indices { board.connectors[index].profile = profile.connectors[index] }
        for (number, meter) in meters {
            let profile = board.profile.connectors[number - 1]
            board.connectors[number - 1].profile = profile
            board.connectors[number - 1].meter = ModbusMeter(
                meter, on: try peripherals.bus(meter.bus), rating: profile.maximumCurrent, phases: profile.phases)
        }
        return board
    }

    /// Only drives every coil that the file names to open, for a process that has nothing else to do: many chips hold the level of a
    /// line whose holder died.
    /// - Returns: what could not be driven, in words; the others are open nevertheless.
    public func makeSafe() -> [String] {
        lines.map { GPIOBoard.makeSafe($0, lines: KernelLines()).map(\.description) } ?? []
    }

    private func open(
        _ simulation: SimulatedBoardConfiguration, _ dataDirectory: String, _ peripherals: Peripherals,
        _ log: @escaping @Sendable (String) -> Void
    ) throws(ConfigurationError) -> Board {
        var board: Board
        do {
            board = try SimulatedBoard.make(configuration: simulation, dataDirectory: dataDirectory, log: log) { report in
                peripherals.startReaders(report: report)
            }
        } catch {
            throw Self.translated(error, board: simulation.model)
        }
        try signMeters(of: &board, simulation, dataDirectory)
        let close = board.close
        board.close = {
            await close()
            await peripherals.close()
        }
        return board
    }

    private static func translated(_ error: SimulatedBoardError, board: String) -> ConfigurationError {
        switch error {
        case .configuration(let key, let problem):
            ConfigurationError(file: board, line: nil, keyPath: key, problem: problem, remedy: "Correct the board file.")
        case .registerFile(let path, let problem):
            ConfigurationError(
                file: path, line: nil, problem: "the simulated meter's register cannot be kept here: \(problem)",
                remedy: "Check dataDirectory, its owner and the free space.")
        case .noThread:
            ConfigurationError(
                file: board, line: nil, problem: "the system refuses a thread for the simulated board",
                remedy: "Raise the limit of tasks, or free memory.")
        }
    }
}
