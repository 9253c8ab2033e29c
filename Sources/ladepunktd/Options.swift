import Agent
import ArgumentParser
import ConfigurationFile
import Logging
import Systemd
import Units

/// The daemon's command line.
struct Options: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ladepunktd", abstract: "Runs a charge point in the foreground and logs to standard error.",
        discussion: """
            Exit status: 0 stopped by SIGTERM, SIGINT or SIGHUP, contactors open and ledger closed; 10 start me again (Reset); 64 unusable command line; \
            69 something that the daemon needs cannot be had; 78 unusable configuration or board file.
            """,
        version: "ladepunktd \(Software.version)")

    static let defaultConfiguration = "/etc/ladepunkt/ladepunkt.yaml"
    /// Where `--board` without a configuration file keeps its data.
    static let localData = "./ladepunkt-data"

    @Option(help: "The configuration file.")
    var config: String?

    @Option(
        help:
            "A board file, or 'simulated'. Without --config: a complete standalone charge point with its data in ./ladepunkt-data.")
    var board: String?

    @Option(help: "How many connectors the simulated board has (1 to 32).")
    var connectors: Int?

    @Flag(help: "Check configuration and board, and exit.")
    var check = false

    @Flag(help: "Only drive every contactor of the board to open, and exit: for after a crash, where a line may hold its level.")
    var makeSafe = false

    @Option(
        help: "How log lines on standard error look: text or json. Default: text, or, under systemd, the journal's own entries.")
    var logFormat: LogFormat?

    @Option(help: "The least severe lines to log: trace, debug, info, notice, warning, error or critical.")
    var logLevel = LogLevelOption.info

    func validate() throws {
        guard connectors.map((1...32).contains) ?? true else { throw ValidationError("--connectors is a number from 1 to 32") }
    }

    /// The configuration that file and options make together.
    func daemonConfiguration() throws(ConfigurationError) -> DaemonConfiguration {
        var configuration: DaemonConfiguration
        if config == nil, board != nil {
            configuration = DaemonConfiguration()
            configuration.dataDirectory = Self.localData
            configuration.control.socket = Self.localData + "/control.sock"
        } else {
            configuration = try DaemonConfiguration.load(path: config ?? Self.defaultConfiguration)
        }
        if let board { (configuration.board, configuration.boardLine) = (board, nil) }
        if let connectors { configuration.connectors = connectors }
        return configuration
    }
}

extension Options {
    /// Where log lines go, and which; those that no journal keeps are kept in the ring.
    func log(_ ring: LogRing) -> any LogHandler {
        if logFormat == nil, let journal = Journal(level: logLevel.level) { return CalmLog(journal) }
        return CalmLog(StandardErrorLog(level: logLevel.level, format: logFormat ?? .text, ring: ring))
    }
}

/// swift-log's levels by their names.
enum LogLevelOption: String, ExpressibleByArgument, CaseIterable {
    case trace, debug, info, notice, warning, error, critical

    var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}

enum LogFormat: String, ExpressibleByArgument, CaseIterable { case text, json }
