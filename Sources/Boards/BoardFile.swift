import BoardSupport
public import ConfigurationFile
public import Drivers
import SimulatedBoard
public import Units

/// A board as data: what a board file says is wired where, read and checked, with nothing opened yet.
public struct BoardFile: Sendable, Equatable {
    /// The name that stands for the built-in simulated board instead of a file's path.
    public static let simulated = "simulated"

    var connectors: Connectors
    /// Modbus meters by the number of their connector; other meters are the connector's own affair.
    var meters: [Int: ModbusMeterConfiguration] = [:]
    var buses: [ModbusBusConfiguration] = []
    /// Readers by libnfc; a simulated one is part of the simulated board.
    var readers: [CardReaderConfiguration] = []
    /// What the supply carries for all connectors together; nil: as much as all of them may take.
    var supplyCurrent: Amperes?
    /// Public keys of simulated meters that sign, by the number of their connector; known once `prepareMeterKeys` was called.
    var publicKeys: [Int: String] = [:]

    /// Contactors, pilots and locks: a board has simulated ones or real ones. Real meters and readers go with both.
    enum Connectors: Sendable, Equatable {
        case simulated(SimulatedBoardConfiguration)
        case real(HardwareConfiguration)
    }

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
            return try BoardFile(Node.load(path: board), maps: RegisterMapFolders(besides: board))
        }
        let count = connectors ?? 1
        guard Self.connectorCount.contains(count) else {
            throw ConfigurationError(
                file: board, line: nil, keyPath: "connectors", problem: "\(count) is out of range",
                remedy: "Give the simulated board from \(connectorCount.lowerBound) to \(connectorCount.upperBound) connectors.")
        }
        return BoardFile(connectors: .simulated(.standard(connectors: count)))
    }

    /// What the board is and can do.
    public var profile: BoardProfile {
        var profile =
            switch connectors {
            case .simulated(let simulation): simulation.profile
            case .real(let hardware): hardware.profile
            }
        profile.supplyCurrent = supplyCurrent
        for (number, meter) in meters { profile.connectors[number - 1].meter = meter.profile }
        for (number, key) in publicKeys { profile.connectors[number - 1].meter?.publicKey = key }
        return profile
    }

    /// How long the simulated board takes to install firmware, and whether it restarts then; nil: a real board.
    public var simulatedFirmwareInstallation: (duration: Duration, restarts: Bool)? {
        guard case .simulated(let simulation) = connectors else { return nil }
        return (simulation.firmwareInstallation.duration, simulation.firmwareInstallation.reboot)
    }

    /// What is missing that a board should have, in sentences for the installer; nothing that keeps it from working.
    public var warnings: [String] {
        guard case .real(let hardware) = connectors else { return [] }
        let together = hardware.connectors.reduce(Amperes(0)) { $0 + $1.profile.maximumCurrent }
        let supply =
            hardware.connectors.count > 1 && supplyCurrent == nil
            ? ["supply: all connectors together may take \(together). Add 'supply: {current: …}' if wires or breaker carry less."]
            : []
        let unmetered = hardware.connectors.map(\.profile.id).filter { meters[$0] == nil }
        return GPIOBoardCheck(hardware.lines).warnings + supply
            + unmetered.map { "connectors[\($0 - 1)]: there is no meter, so that nothing can be billed. Add one." }
    }

    /// The lines that it names; nil where it has none.
    public var lines: GPIOBoardConfiguration? {
        if case .real(let hardware) = connectors { hardware.lines } else { nil }
    }

    static let connectorCount = 1...32
}
