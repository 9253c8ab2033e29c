import ArgumentParser
import LocalAPIModels
import NIOHTTP1

/// The hand that plugs, swipes and breaks things on a simulated board.
struct Simulate: CommandGroup {
    static let configuration = CommandConfiguration(
        abstract: "Plugs, swipes and breaks things on a simulated board.",
        subcommands: [
            Plug.self, Unplug.self, SuspendEV.self, ResumeEV.self, Card.self, Fault.self, Contactor.self, SimulatedMeter.self,
            Pilot.self,
            Lock.self, Overdraw.self, SimulatedReader.self, PowerLoss.self, Show.self,
        ])

    struct Plug: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Plugs a vehicle in.")
        @OptionGroup var target: SimulatedConnector
        func run() async throws { try await target.act("plug", done: "plugged in") }
    }

    struct Unplug: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Pulls the cable.")
        @OptionGroup var target: SimulatedConnector
        func run() async throws { try await target.act("unplug", done: "unplugged") }
    }

    struct SuspendEV: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "suspend-ev", abstract: "The vehicle stops asking for energy.")
        @OptionGroup var target: SimulatedConnector
        func run() async throws { try await target.act("suspend-ev", done: "the vehicle waits") }
    }

    struct ResumeEV: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "resume-ev", abstract: "The vehicle asks for energy again.")
        @OptionGroup var target: SimulatedConnector
        func run() async throws { try await target.act("resume-ev", done: "the vehicle asks for energy") }
    }

    struct Card: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Presents a card to the reader.")
        @OptionGroup var connection: ConnectionOptions
        @Argument(help: "The card's identifier.")
        var idTag: String
        @Option(help: "Which connector the reader serves; may be repeated; without it all.")
        var connector: [Int] = []

        func run() async throws {
            var body: [String: JSONValue] = ["idTag": .text(idTag)]
            if !connector.isEmpty { body["connectors"] = .list(connector.map { .integer($0) }) }
            try await connection.act(.POST, "/v1/simulator/cards", .object(body)) { _ in "Card presented." }
        }
    }

    struct Fault: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a fault come, or go.")
        @OptionGroup var target: SimulatedConnector
        @Argument(help: "A ChargePointErrorCode such as GroundFailure.")
        var code: String
        @Option(help: "The vendor's own error code.")
        var vendorCode: String?
        @Flag(help: "The fault goes.")
        var clear = false

        func run() async throws {
            var body: [String: JSONValue] = ["errorCode": .text(code), "active": .bool(!clear)]
            if let vendorCode { body["vendorErrorCode"] = .text(vendorCode) }
            try await target.act("fault", body, done: clear ? "\(code) is gone" : code)
        }
    }

    struct Contactor: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Welds the contactor, or makes it stick open.")
        @OptionGroup var target: SimulatedConnector
        @Argument(help: "welded, stuckOpen or ok.")
        var state: String
        func run() async throws { try await target.act("contactor", ["failure": orNull(state)], done: "contactor \(state)") }
    }

    struct SimulatedMeter: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "meter", abstract: "Silences the meter, or sets its register.")
        @OptionGroup var target: SimulatedConnector
        @Argument(help: "silent or ok.")
        var state: String?
        @Option(help: "The import register, Wh.")
        var register: Int?

        func validate() throws {
            guard state != nil || register != nil else { throw ValidationError("say silent, ok or --register WH") }
        }

        func run() async throws {
            var body: [String: JSONValue] = [:]
            if let state { body["failure"] = orNull(state) }
            if let register { body["registerWh"] = .integer(register) }
            try await target.act("meter", body, done: "meter set")
        }
    }

    struct Pilot: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Forces the control pilot's state.")
        @OptionGroup var target: SimulatedConnector
        @Argument(help: "A to F, diodeFault, or ok: as the vehicle has it.")
        var state: String
        func run() async throws { try await target.act("pilot", ["state": orNull(state)], done: "pilot \(state)") }
    }

    struct Lock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes the plug lock stick, or let go.")
        @OptionGroup var target: SimulatedConnector
        @Argument(help: "stuck, released or ok.")
        var state: String
        func run() async throws { try await target.act("lock", ["failure": orNull(state)], done: "lock \(state)") }
    }

    struct Overdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The vehicle draws this current, whatever is offered.")
        @OptionGroup var target: SimulatedConnector
        @Argument(help: "Amperes, or ok: the vehicle obeys.")
        var current: String

        func validate() throws {
            guard current == "ok" || Double(current) != nil else {
                throw ValidationError("'\(current)': amperes such as 40, or ok, are expected")
            }
        }

        func run() async throws {
            try await target.act(
                "overdraw", ["currentA": Double(current).map { .number($0) } ?? .null], done: "overdraw \(current)")
        }
    }

    struct SimulatedReader: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "reader", abstract: "Makes the card reader fail.")
        @OptionGroup var connection: ConnectionOptions
        @Argument(help: "gone, hung or ok.")
        var state: String

        func run() async throws {
            try await connection.act(.POST, "/v1/simulator/reader", .object(["failure": orNull(state)])) { _ in "Reader \(state)." }
        }
    }

    struct PowerLoss: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "power-loss", abstract: "Ends the daemon as if the supply had failed.")
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let client = try connection.client()
            // Reachable and simulated: from here on a connection that breaks is the success.
            _ = try await client.call(.GET, "/v1/simulator")
            do {
                _ = try await client.call(.POST, "/v1/simulator/power-loss")
            } catch let failure as Failure where failure.exitStatus == 69 {}
            output(connection.json ? "{}" : "The power is gone.")
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows what is really so, whatever the drivers report.")
        @OptionGroup var connection: ConnectionOptions
        func run() async throws { try await connection.show(SimulatorReport.self, "/v1/simulator", text: \.text) }
    }
}

/// Which connector of the simulated board.
struct SimulatedConnector: ParsableArguments {
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The connector's number.")
    var connector: Int

    func act(_ action: String, _ body: [String: JSONValue]? = nil, done: String) async throws {
        try await connection.act(.POST, "/v1/simulator/connectors/\(connector)/\(action)", body.map { .object($0) }) { _ in
            "Connector \(connector): \(done)."
        }
    }
}

/// `ok` is "no failure".
private func orNull(_ word: String) -> JSONValue { word == "ok" ? .null : .text(word) }
