import ChargePointCore
import Logging
import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `firmware.install FILE`: what it is told, and what its end means. The page "Firmware" of the documentation is its contract.
struct InstallProgram: Sendable {
    var path: String
    var image: String
    var update: FirmwareUpdate

    /// A slow board writes a large image.
    static let timeLimit = Duration.seconds(3600)
    /// So long it may take to leave things in order when it is told to end.
    static let grace = Duration.seconds(10)
    /// So much of what it says is looked at, and logged.
    static let outputLimit = 65_536

    func run(_ signal: CancellationSignal, _ logger: Logger) -> FirmwareOutcome {
        var environment = [
            "LADEPUNKT_RUNNING_VERSION": update.versionBefore, "LADEPUNKT_UPDATE_ID": update.id,
            "LADEPUNKT_SIGNED": update.signed == nil ? "no" : "yes",
        ]
        for name in ["PATH", "HOME", "LANG"] { if let value = getenv(name) { environment[name] = String(cString: value) } }
        let child = ChildProcess(path, [image], environment: environment, timeLimit: Self.timeLimit, grace: Self.grace)
        logger.notice("installing firmware", metadata: ["program": "\(path)"])
        var said: [UInt8] = []
        let outcome = child.run(signal) { bytes in
            said += bytes.prefix(max(0, Self.outputLimit - said.count))
            return true
        }
        let output = String(decoding: said, as: UTF8.self)
        for line in Self.lines(output + "\n" + outcome.errorOutput) { logger.info("firmware.install: \(line)") }
        return Self.meaning(outcome, output: output, path: path)
    }

    static func meaning(_ outcome: ChildProcess.Outcome, output: String, path: String) -> FirmwareOutcome {
        let version = lines(output).last { $0.hasPrefix("version:") }.map { line in
            String(line.dropFirst("version:".count).drop { $0 == " " }.prefix(50))
        }
        let last = lines(outcome.errorOutput).last ?? lines(output).last ?? "it said nothing"
        switch outcome.end {
        case .exited(0): return .installed(version: version, .process)
        case .exited(10): return .installed(version: version, .machine)
        case .exited(11): return .installed(version: version, .none)
        case .exited(20): return .notInstalled("\(path) will not have the file: \(last)", isImageUnfit: true)
        case .exited(let status): return .notInstalled("\(path) failed with status \(status): \(last)", isImageUnfit: false)
        case .killed(let signal): return .notInstalled("\(path) was killed by signal \(signal): \(last)", isImageUnfit: false)
        case .timedOut:
            return .notInstalled("\(path) took longer than \(timeLimit.components.seconds) s and was ended", isImageUnfit: false)
        case .cancelled, .refused: return .notInstalled("\(path) was ended", isImageUnfit: false)
        case .notStarted(let error):
            return .notInstalled(
                "\(path) cannot be started: \(String(cString: strerror(error))). Check firmware.install, and that the file may be executed.",
                isImageUnfit: false)
        }
    }

    private static func lines(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).suffix(200).map { String($0.prefix(500)) }
    }
}
