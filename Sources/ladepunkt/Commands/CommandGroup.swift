import ArgumentParser

/// A command that only has others below it: alone it is an unusable command line, not a success.
protocol CommandGroup: AsyncParsableCommand {}

extension CommandGroup {
    func run() async throws {
        let names = Self.configuration.subcommands.map { $0._commandName }.joined(separator: ", ")
        throw ValidationError("one of these is missing: \(names)")
    }
}
