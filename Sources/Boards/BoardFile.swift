public import BoardSupport
public import ConfigurationFile
import SimulatedBoard
public import Units

/// A board as data: what a board file says is wired where, read and checked, with nothing opened yet.
public struct BoardFile: Sendable, Equatable {
    /// The name that stands for the built-in simulated board instead of a file's path.
    public static let simulated = "simulated"

    /// Every driver of this build is a simulated one.
    var simulation: SimulatedBoardConfiguration

    /// Reads a board file, or takes the built-in simulated board, which needs no file.
    /// - Parameters:
    ///   - board: `simulated` or the path of a board file.
    ///   - connectors: how many connectors the built-in board gets (1…32; one where `nil`). A file says that itself.
    public static func load(_ board: String, connectors: Int? = nil) throws(ConfigurationError) -> BoardFile {
        guard board == simulated else {
            guard connectors == nil else {
                throw ConfigurationError(
                    file: board, line: nil, problem: "a number of connectors is given, but a board file says that itself",
                    remedy: "Leave the number out, or use the board 'simulated'.")
            }
            return try BoardFile(Node.load(path: board))
        }
        let count = connectors ?? 1
        guard Self.connectorCount.contains(count) else {
            throw ConfigurationError(
                file: board, line: nil, keyPath: "connectors", problem: "\(count) is out of range",
                remedy: "Give the simulated board from \(connectorCount.lowerBound) to \(connectorCount.upperBound) connectors.")
        }
        return BoardFile(simulation: .standard(connectors: count))
    }

    /// What the board is and can do.
    public var profile: BoardProfile { simulation.profile }

    /// Starts the drivers: a live board with its contactors open.
    /// - Parameters:
    ///   - dataDirectory: where simulated meters keep their registers; must exist and be writable.
    ///   - log: told in words what the drivers notice without failing.
    public func open(
        dataDirectory: String, log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(ConfigurationError) -> Board {
        do {
            return try SimulatedBoard.make(configuration: simulation, dataDirectory: dataDirectory, log: log)
        } catch {
            throw Self.translated(error, board: simulation.model)
        }
    }

    static let connectorCount = 1...32

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
