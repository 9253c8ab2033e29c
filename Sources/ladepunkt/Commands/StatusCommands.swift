import ArgumentParser
import LocalAPIModels
import NIOHTTP1

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows the charge point as it is now.")

    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "Keep showing it as it changes, until interrupted; with --json one line for each change.")
    var watch = false

    func run() async throws {
        guard watch else { return try await connection.show(StatusReport.self, "/v1/status", text: \.text) }
        endWhenNobodyReads()
        let redraws = isatty(STDOUT_FILENO) == 1
        try await connection.client().events("/v1/events") { name, data in
            guard name == "status" else { return }
            if connection.json { return output(data) }
            guard let report = try? JSONText.decode(StatusReport.self, from: Array(data.utf8)) else { return }
            // Home, the table with every line cleared behind it, then everything below.
            let lines = report.text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\u{1B}[K\n")
            output(redraws ? "\u{1B}[H" + lines + "\u{1B}[J" : report.text + "\n")
        }
        throw Failure.unavailable("ladepunktd ended the connection: it has stopped, or this terminal did not keep up")
    }
}

struct Sessions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists charging sessions, newest first.")

    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "All of them as comma-separated values.")
    var csv = false
    @Option(help: "Only those that began at or after this time, such as 2026-11-22T09:00:00Z.")
    var from: String?
    @Option(help: "Only those that began before this time.")
    var to: String?
    @Option(help: "How many, at most 1000.")
    var limit: Int?

    func validate() throws {
        guard !(csv && connection.json) else { throw ValidationError("--csv and --json exclude each other: name one of them") }
    }

    func run() async throws {
        var query: [String] = []
        if let from { query.append("from=" + percentEncoded(from)) }
        if let to { query.append("to=" + percentEncoded(to)) }
        if let limit { query.append("limit=\(limit)") }
        if csv {
            let path = "/v1/sessions?" + (query + ["format=csv"]).joined(separator: "&")
            return output(String(decoding: try await connection.client().call(.GET, path), as: UTF8.self))
        }
        let path = "/v1/sessions" + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        try await connection.show(SessionPageReport.self, path) { page in
            page.text + (page.next == nil ? "" : "… and older ones: see --limit, --to and --csv\n")
        }
    }
}

struct Queue: CommandGroup {
    static let configuration = CommandConfiguration(
        abstract: "What waits for the central system, and what is parked.", subcommands: [List.self, Resend.self, Export.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the messages.")
        @OptionGroup var connection: ConnectionOptions

        func run() async throws { try await connection.show(QueueReport.self, "/v1/queue", text: \.text) }
    }

    struct Resend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Puts a parked message back into the queue.")
        @OptionGroup var connection: ConnectionOptions
        @Argument(help: "The message's number, as `queue list` shows it.")
        var message: Int64

        func run() async throws {
            try await connection.act(.POST, "/v1/queue/\(message)/resend") { _ in "Message \(message) is queued again." }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Writes the messages as JSON or CSV to standard output.")
        @OptionGroup var connection: ConnectionOptions
        @Flag(help: "As comma-separated values.")
        var csv = false

        func run() async throws {
            guard csv else { return printJSON(try await connection.client().call(.GET, "/v1/queue?limit=100000")) }
            let text = try await connection.client().call(.GET, "/v1/queue?limit=100000&format=csv")
            output(String(decoding: text, as: UTF8.self))
        }
    }
}
