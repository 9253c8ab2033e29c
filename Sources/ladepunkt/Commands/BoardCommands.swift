import ArgumentParser
import Boards
import ConfigurationFile
import Drivers
import LocalAPIModels
import Units

struct Board: CommandGroup {
    static let configuration = CommandConfiguration(
        abstract: "Board files, and the lines that this machine has.", subcommands: [Check.self, Lines.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Checks a board file: keys, units, register maps, conflicts of lines; says what is missing for safety.",
            discussion: "Opens nothing. Exit status: 0 usable, with or without remarks; 78 unusable.")
        @OptionGroup var connection: ConnectionOptions
        @Argument(help: "The board file, or 'simulated'.")
        var file: String

        func run() async throws {
            let board: BoardFile
            do { board = try BoardFile.load(file) } catch { throw Failure(message: error.description, exitStatus: 78) }
            let report = BoardCheckReport(
                model: board.profile.model, connectors: board.profile.connectors.map { BoardCheckReport.Connector($0) },
                remarks: board.warnings)
            output(connection.json ? try jsonText(report) : report.text)
        }
    }

    struct Lines: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the GPIO lines of this machine, by the names that a board file may use, and who holds them.")
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let lines = KernelLines.all().map { GPIOLineReport($0) }
            if connection.json { output(try jsonText(lines)) }
            guard !lines.isEmpty else {
                throw Failure.unavailable(
                    "this machine shows no GPIO chip; is the driver loaded, and may this user read /dev/gpiochip*?")
            }
            guard !connection.json else { return }
            output(
                TextTable.render(
                    [["Line", "By label", "Direction", "Held by"]]
                        + lines.map { [$0.line, $0.byLabel, $0.direction, $0.heldBy ?? ""] }))
        }
    }
}

/// What `board check` found.
private struct BoardCheckReport: Codable {
    struct Connector: Codable {
        var id: Int
        var currentA: Double
        var phases: Int
        var outlet: String
        var hasLock: Bool
        var hasMeter: Bool

        init(_ profile: ConnectorProfile) {
            id = profile.id
            currentA = profile.maximumCurrent.value
            phases = profile.phases.rawValue
            outlet = profile.outlet.rawValue
            hasLock = profile.hasLock
            hasMeter = profile.meter != nil
        }
    }

    var model: String
    var connectors: [Connector]
    /// What a board should have and this one has not.
    var remarks: [String]

    var text: String {
        let rows = connectors.map { connector in
            [
                "\(connector.id)", "\(Amperes(connector.currentA))", "\(connector.phases)", connector.outlet,
                connector.hasLock ? "yes" : "no", connector.hasMeter ? "yes" : "no",
            ]
        }
        return "\(model): usable\n" + TextTable.render([["Connector", "Current", "Phases", "Outlet", "Lock", "Meter"]] + rows)
            + remarks.map { "Remark: \($0)\n" }.joined()
    }
}

private struct GPIOLineReport: Codable {
    /// As a board file names it.
    var line: String
    var byLabel: String
    var direction: String
    var isUsed: Bool
    var heldBy: String?

    init(_ info: LineInfo) {
        let name = info.name ?? "\(info.offset)"
        line = "\(info.chip)/\(name)"
        byLabel = "\(info.label)/\(name)"
        direction = info.isOutput ? "output" : "input"
        isUsed = info.isUsed
        heldBy = info.isUsed ? info.holder ?? "a kernel driver" : nil
    }
}
