import ArgumentParser

// Commands of the contract that this version does not have yet. They say so and fail, rather than seem to succeed.

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Finds out why the central system is not reached (not built yet).")
    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var rest: [String] = []
    func run() async throws { throw notBuilt("doctor", "`ladepunkt status` shows the last error of the connection") }
}

private func notBuilt(_ command: String, _ instead: String) -> Failure {
    .unavailable("`\(command)` is not part of this version; \(instead)")
}
