import Testing
import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite struct `A child process` {
    static func shell(_ script: String, input: String = "", limit: Duration = .seconds(20)) -> ChildProcess {
        ChildProcess(
            "/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin"], input: input, timeLimit: limit,
            grace: .milliseconds(300))
    }

    static func run(_ child: ChildProcess, _ signal: CancellationSignal = CancellationSignal()) -> (ChildProcess.Outcome, String) {
        var said: [UInt8] = []
        let outcome = child.run(signal) { bytes in
            said += bytes
            return true
        }
        return (outcome, String(decoding: said, as: UTF8.self))
    }

    @Test func `reads what it is told and says what it found`() {
        let (outcome, said) = Self.run(Self.shell("cat; echo trouble >&2; exit 7", input: "hello"))

        #expect(outcome == ChildProcess.Outcome(end: .exited(7), errorOutput: "trouble\n"))
        #expect(said == "hello")
    }

    @Test func `knows no environment and no descriptor but its own`() {
        setenv("LADEPUNKT_SECRET", "x", 1)
        let leak = open("/dev/null", O_RDONLY)
        defer { close(leak) }

        let (outcome, said) = Self.run(Self.shell("echo $LADEPUNKT_SECRET; ls /proc/self/fd | wc -l"))

        #expect(outcome.end == .exited(0))
        // Its three, and the one that ls reads the folder with.
        #expect(said == "\n4\n")
    }

    @Test func `is told apart from one that was killed or never began`() {
        #expect(Self.run(Self.shell("kill -9 $$")).0.end == .killed(signal: 9))
        let (outcome, _) = Self.run(ChildProcess("/nowhere/program", [], timeLimit: .seconds(1)))
        #expect(outcome.end == .notStarted(ENOENT))
    }

    @Test func `ends with all it started when its time is over`() {
        let begin = monotonicTime()

        let (outcome, said) = Self.run(Self.shell("trap '' TERM; sleep 60 & echo $!; wait; sleep 60", limit: .milliseconds(300)))

        #expect(outcome.end == .timedOut)
        #expect(monotonicTime() - begin < .seconds(15))
        let grandchild = pid_t(said.split(separator: "\n").first ?? "") ?? 0
        #expect(grandchild > 0)
        // Gone, or a zombie that init has not collected yet. It dies when it is its turn on a processor, which may be a little later.
        func isGone() -> Bool { kill(grandchild, 0) != 0 || state(of: grandchild) == "Z" }
        while !isGone(), monotonicTime() - begin < .seconds(15) { sched_yield() }
        #expect(isGone())
    }

    @Test func `ends when nobody wants to hear more`() {
        let outcome = Self.shell("while :; do echo y; done").run(CancellationSignal()) { _ in false }

        #expect(outcome.end == .refused)
    }

    @Test func `ends when its task is cancelled`() async {
        let task = Task {
            await PlainThread.run(name: "test") { signal in Self.shell("sleep 60").run(signal) { _ in true }.end }
        }
        task.cancel()

        #expect(await task.value == .cancelled)
    }

    @Test func `is reaped even while something it left holds its output open`() {
        let begin = monotonicTime()

        let (outcome, _) = Self.run(Self.shell("sleep 60 & exit 3"))

        #expect(outcome.end == .exited(3))
        #expect(monotonicTime() - begin < .seconds(15))
    }

    @Test func `says as much as it likes, of which the end of its complaints is kept`() {
        let (outcome, said) = Self.run(
            Self.shell("head -c 300000 /dev/zero; head -c 100000 /dev/zero | tr '\\0' x >&2; echo end >&2"))

        #expect(said.utf8.count == 300_000)
        #expect(outcome.errorOutput.utf8.count == ChildProcess.keptErrorOutput)
        #expect(outcome.errorOutput.hasSuffix("xend\n"))
    }

    private func state(of process: pid_t) -> String? {
        guard let file = fopen("/proc/\(process)/stat", "r") else { return nil }
        defer { fclose(file) }
        var bytes = [CChar](repeating: 0, count: 256)
        guard fgets(&bytes, 255, file) != nil else { return nil }
        let text = String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.split(separator: ")").last?.split(separator: " ").first.map(String.init)
    }
}
