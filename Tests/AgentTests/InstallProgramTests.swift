import ChargePointCore
import Logging
import Testing
import Threads
import Units

@testable import Agent

@Suite struct `The installation program` {
    @Test(arguments: [
        (ChildProcess.End.exited(0), FirmwareOutcome.installed(version: nil, .process)),
        (.exited(10), .installed(version: nil, .machine)), (.exited(11), .installed(version: nil, .none)),
    ])
    func `that succeeds says what has to start anew`(end: ChildProcess.End, outcome: FirmwareOutcome) {
        #expect(InstallProgram.meaning(.init(end: end, errorOutput: ""), output: "", path: "p") == outcome)
    }

    @Test(arguments: [
        ("version: 2.0", "2.0"), ("a\nversion: 1\nversion:2 beta\nb\n", "2 beta"), ("Version: 2", nil), ("", nil),
        ("version: " + String(repeating: "x", count: 80), String(repeating: "x", count: 50)),
    ])
    func `names the version that it expects in its last such line`(output: String, version: String?) {
        let outcome = InstallProgram.meaning(.init(end: .exited(0), errorOutput: ""), output: output, path: "p")

        #expect(outcome == .installed(version: version, .process))
    }

    @Test(arguments: [
        (ChildProcess.End.exited(1), false), (.exited(20), true), (.exited(127), false), (.killed(signal: 9), false),
        (.timedOut, false),
        (.cancelled, false), (.notStarted(2), false),
    ])
    func `that fails says whether it is the file's fault, and why`(end: ChildProcess.End, isImageUnfit: Bool) {
        let outcome = InstallProgram.meaning(.init(end: end, errorOutput: "no room\n"), output: "", path: "/p")

        guard case .notInstalled(let reason, isImageUnfit) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason.hasPrefix("/p "))
        if case .exited = end { #expect(reason.contains("no room")) }
    }

    @Test func `is told the file and the running version`() {
        let update = FirmwareUpdate(
            id: "u", location: "ftp://user:secret@h/f", retrieveAt: Timestamp(seconds: 0), triesLeft: 1, retryInterval: 1,
            versionBefore: "1.0")
        let program = InstallProgram(path: "/bin/echo", image: "version: 7", update: update)

        #expect(program.run(CancellationSignal(), Logger(label: "test")) == .installed(version: "7", .process))
    }
}
