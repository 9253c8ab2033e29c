import ArgumentParser
import FoundationEssentials
import LocalAPIModels
import NIOHTTP1
import NIOPosix
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The charge point's command line: everything goes through the daemon's local API.
@main
struct Ladepunkt: CommandGroup {
    static let configuration = CommandConfiguration(
        commandName: "ladepunkt",
        abstract: "Looks at and operates a charge point that ladepunktd runs.",
        discussion: """
            The daemon is found at --socket, else at $LADEPUNKT_SOCKET, else at ./ladepunkt-data/control.sock when that is there, else at \
            /run/ladepunkt/control.sock.
            Exit status: 0 done; 1 refused; 64 unusable command line; 69 the daemon cannot be reached; \
            74 standard output cannot be written; 78 unusable board file.
            """,
        version: "ladepunkt \(Software.version)",
        subcommands: [
            Status.self, Sessions.self, Cards.self, Start.self, Stop.self, Unlock.self, Config.self, Queue.self, Simulate.self,
            Board.self, Meter.self, Reader.self, Doctor.self,
        ])

    @OptionGroup var connection: ConnectionOptions

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            end(failure)
        } catch {
            exit(withError: error)
        }
    }
}

/// Where the daemon is, and how its answers are printed: for every command.
struct ConnectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The daemon's Unix socket.", valueName: "path"))
    var socket: String?

    @Option(help: ArgumentHelp("The daemon's address on the network, such as http://charger.local:8080.", valueName: "url"))
    var url: String?

    @Option(help: "Password for --url; better in $LADEPUNKT_PASSWORD, which other users cannot see.")
    var password: String?

    @Flag(help: "Print the daemon's answer as JSON.")
    var json = false

    func validate() throws {
        guard socket == nil || url == nil else { throw ValidationError("--socket and --url exclude each other: name one of them") }
        if let url { _ = try Endpoint(url: url) }
    }

    func client() throws -> APIClient {
        guard let url else { return APIClient(endpoint: socket.map { .socket($0) } ?? .standard) }
        let fromEnvironment = ProcessInfo.processInfo.environment["LADEPUNKT_PASSWORD"]
        return APIClient(endpoint: try Endpoint(url: url), password: password ?? fromEnvironment)
    }

    /// Calls, and prints the answer: as JSON, or as `text` says.
    func act(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil, text: ([UInt8]) -> String = { _ in "" }) async throws {
        let answer = try await client().call(method, path, body)
        if json { printJSON(answer) } else { output(text(answer)) }
    }

    /// Gets a report and prints it.
    func show<Report: Codable>(_ type: Report.Type, _ path: String, text: (Report) -> String) async throws {
        let report = try await client().get(type, path)
        output(json ? try jsonText(report) : text(report))
    }
}

/// Writes to standard output, with a line feed at the end; ends the process when that cannot be written.
func output(_ text: String) {
    guard !text.isEmpty else { return }
    var bytes = Array(text.utf8)
    // Bytes, not characters: "\r\n" is one character that does not end in "\n".
    if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        if count < 0 {
            switch errno {
            case EINTR: continue
            case EAGAIN: waitUntilWritable(STDOUT_FILENO)
            case EPIPE: endByBrokenPipe()
            case let code: end(.unwritten("standard output cannot be written: \(String(cString: strerror(code)))"))
            }
        } else {
            rest = rest.dropFirst(count)
        }
    }
}

/// For a command that may rest for hours before it writes again: ends the process as soon as nobody reads its output any more.
func endWhenNobodyReads() {
    NIOThreadPool.singleton.submit { _ in
        var waited = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        while poll(&waited, 1, -1) < 0, errno == EINTR {}
        if waited.revents & Int16(POLLERR) != 0 { endByBrokenPipe() }
    }
}

/// For a pipe that whoever started this process made non-blocking.
private func waitUntilWritable(_ descriptor: Int32) {
    var waited = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    _ = poll(&waited, 1, -1)
}

/// Nobody reads any more, as in `| head`: ends as a program does that leaves SIGPIPE alone. The network library ignores it.
private func endByBrokenPipe() -> Never {
    signal(SIGPIPE, SIG_DFL)
    raise(SIGPIPE)
    // Blocked by whoever started this process: as a shell would tell it.
    exit(128 + SIGPIPE)
}

private func end(_ failure: Failure) -> Never {
    printError("ladepunkt: \(failure.message)")
    exit(failure.exitStatus)
}

func printError(_ text: String) {
    let line = Array("\(text)\n".utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

func jsonText(_ value: some Encodable) throws -> String {
    String(decoding: try JSONText.encode(value, indented: true), as: UTF8.self)
}

func printJSON(_ bytes: [UInt8]) {
    guard let value = try? JSONText.decode(JSONValue.self, from: bytes), let text = try? jsonText(value) else {
        return output(String(decoding: bytes, as: UTF8.self))
    }
    output(text)
}
