import ArgumentParser

// Commands of the contract that this version does not have yet. They say so and fail, rather than seem to succeed.

struct Board: CommandGroup {
    static let configuration = CommandConfiguration(abstract: "Board files.", subcommands: [Check.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Checks a board file (not built yet).")
        @Argument(help: "The board file.")
        var file: String
        func run() async throws {
            throw notBuilt("board check", "`ladepunktd --check --config FILE` checks a configuration and the board that it names")
        }
    }
}

struct Meter: CommandGroup {
    static let configuration = CommandConfiguration(abstract: "Meters.", subcommands: [Read.self])

    struct Read: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Reads a meter directly (not built yet).")
        @Argument(parsing: .captureForPassthrough, help: .hidden)
        var rest: [String] = []
        func run() async throws { throw notBuilt("meter read", "`ladepunkt status` shows what the running daemon reads") }
    }
}

struct Reader: CommandGroup {
    static let configuration = CommandConfiguration(abstract: "Card readers.", subcommands: [Test.self])

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Tests a card reader directly (not built yet).")
        @Argument(parsing: .captureForPassthrough, help: .hidden)
        var rest: [String] = []
        func run() async throws { throw notBuilt("reader test", "`ladepunkt status` shows whether the reader works") }
    }
}

private func notBuilt(_ command: String, _ instead: String) -> Failure {
    .unavailable("`\(command)` is not part of this version; \(instead)")
}
