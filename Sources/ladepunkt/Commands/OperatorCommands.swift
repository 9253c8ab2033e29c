import ArgumentParser
import LocalAPIModels
import NIOHTTP1

struct Start: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Starts a session, authorised as if the card had been presented.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The connector's number.")
    var connector: Int
    @Argument(help: "The identifier that is charged to.")
    var idTag: String

    func run() async throws {
        try await connection.act(.POST, "/v1/connectors/\(connector)/start", .object(["idTag": .text(idTag)])) { answer in
            let waits = (try? JSONText.decode(StatusAnswer.self, from: answer))?.status == "Waiting"
            return waits
                ? "Connector \(connector): the central system is being asked; `ladepunkt status` shows what it says."
                : "Connector \(connector): authorised."
        }
    }
}

struct Stop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Stops the session at a connector.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The connector's number.")
    var connector: Int

    func run() async throws {
        try await connection.act(.POST, "/v1/connectors/\(connector)/stop") { _ in "Connector \(connector): stopped." }
    }
}

struct Unlock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Unlocks the plug; ends the session first.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The connector's number.")
    var connector: Int

    func run() async throws {
        try await connection.act(.POST, "/v1/connectors/\(connector)/unlock") { _ in "Connector \(connector): unlocked." }
    }
}

struct Config: CommandGroup {
    static let configuration = CommandConfiguration(abstract: "OCPP configuration keys.", subcommands: [Get.self, Set.self])

    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows one key, or all.")
        @OptionGroup var connection: ConnectionOptions
        @Argument(help: "The key's name; without it all keys are shown.")
        var key: String?

        func run() async throws {
            let query = key.map { "?key=" + percentEncoded($0) } ?? ""
            try await connection.show(ConfigurationReport.self, "/v1/configuration" + query, text: \.text)
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Changes a key.")
        @OptionGroup var connection: ConnectionOptions
        @Argument(help: "The key's name.")
        var key: String
        @Argument(help: "Its new value; put -- before one that begins with a dash.")
        var value: String

        func run() async throws {
            try await connection.act(.PUT, "/v1/configuration/" + percentEncoded(key), .object(["value": .text(value)])) { answer in
                let status = try? JSONText.decode(StatusAnswer.self, from: answer).status
                return status == "RebootRequired" ? "Accepted; it takes effect after a restart of ladepunktd." : "Accepted."
            }
        }
    }
}
