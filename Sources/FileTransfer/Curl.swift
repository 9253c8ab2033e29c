import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Files fetched and sent by the `curl` program in a child process: nothing of it is in the daemon's memory or trust.
///
/// Each transfer is one child, watched by one thread of its own; cancelling the task that awaits it kills the child and reaps it.
/// What is fetched comes through a pipe and is written here, so that bounds are kept exactly and a curl that outlives a killed daemon
/// ends with its next byte.
public struct Curl: Sendable {
    public var program: String
    public var limits: TransferLimits
    /// A PEM file of authorities that are trusted beside the system's.
    public var extraTrust: String?

    public init(program: String = "curl", limits: TransferLimits = TransferLimits(), extraTrust: String? = nil) {
        self.program = program
        self.limits = limits
        self.extraTrust = extraTrust
    }

    /// What this curl can transfer; empty when there is none.
    public func protocols() async -> [TransferURL.Scheme] {
        await PlainThread.run(name: "curl") { [program] signal in
            var said: [UInt8] = []
            let child = ChildProcess(program, ["-q", "--version"], environment: Self.environment, timeLimit: .seconds(10))
            let outcome = child.run(signal) { bytes in
                said += bytes
                return said.count < 16_384
            }
            return outcome.end == .exited(0) ? Self.protocols(String(decoding: said, as: UTF8.self)) : []
        } ?? []
    }

    static func protocols(_ version: String) -> [TransferURL.Scheme] {
        let line = version.split(whereSeparator: \.isNewline).first { $0.hasPrefix("Protocols:") } ?? ""
        let names = line.split(separator: " ").dropFirst().map(String.init)
        return TransferURL.Scheme.allCases.filter { names.contains($0.rawValue) }
    }

    /// Proxies and trust as the system's administrator set them, the folder of SSH's known hosts, and nothing else.
    static var environment: [String: String] {
        var environment = ["LC_ALL": "C"]
        for name in [
            "PATH", "HOME", "http_proxy", "https_proxy", "HTTPS_PROXY", "ftp_proxy", "FTP_PROXY", "all_proxy", "ALL_PROXY",
            "no_proxy",
            "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE",
        ] {
            if let value = getenv(name) { environment[name] = String(cString: value) }
        }
        return environment
    }

    /// Runs curl once with this configuration.
    func run(
        _ configuration: CurlConfiguration, _ signal: CancellationSignal, hear: (UnsafeRawBufferPointer) -> Bool
    ) -> ChildProcess.Outcome {
        // curl bounds itself; the watch is for a curl that does not.
        let child = ChildProcess(
            program, ["-q", "--config", "-"], environment: Self.environment, input: configuration.text,
            timeLimit: limits.total + limits.connect + .seconds(30))
        return child.run(signal, hear: hear)
    }

    /// - Returns: nil for success.
    func failure(_ outcome: ChildProcess.Outcome, _ url: TransferURL, httpStatus: Int?) -> TransferFailure? {
        switch outcome.end {
        case .exited(0): nil
        case .exited(let status):
            TransferFailure(exitStatus: status, httpStatus: httpStatus, message: outcome.errorOutput, url: url)
        case .killed(let signal): TransferFailure(.noProgram, "\(url): curl was killed by signal \(signal)")
        case .timedOut: TransferFailure(.interrupted, "\(url): the transfer took longer than it may")
        case .cancelled: TransferFailure(.cancelled, "\(url): the transfer was given up")
        case .refused: TransferFailure(.localFile, "\(url): the file cannot be written")
        case .notStarted(let error):
            TransferFailure(
                .noProgram, "'\(program)' cannot be started: \(String(cString: strerror(error))). Install the package curl.")
        }
    }

    static let noThread = TransferFailure(.noProgram, "the system refuses another thread")
}
