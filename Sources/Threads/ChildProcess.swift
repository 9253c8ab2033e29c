#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A program run as a child: told what it needs through its standard input, heard through its output, bounded in time and in what it
/// says, and never left behind.
///
/// It is the leader of a process group of its own, so that whatever it starts ends with it. It inherits no descriptor but its three and
/// no environment but the given one. `run` blocks: call it on a thread that may wait (`PlainThread.run`).
public struct ChildProcess: Sendable {
    /// A path, or a name to look for in PATH.
    public var program: String
    public var arguments: [String]
    public var environment: [String: String]
    /// What its standard input says before it ends; at most 64 KiB, which a pipe holds.
    public var input: String
    public var timeLimit: Duration
    /// How long it may take to end after SIGTERM before SIGKILL follows.
    public var grace: Duration

    /// So much of what it says to standard error is kept: the end of it.
    public static let keptErrorOutput = 4096

    public init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String = "", timeLimit: Duration,
        grace: Duration = .seconds(3)
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.input = input
        self.timeLimit = timeLimit
        self.grace = grace
    }

    public struct Outcome: Sendable, Equatable {
        public var end: End
        /// The end of its error output.
        public var errorOutput: String

        public init(end: End, errorOutput: String) {
            self.end = end
            self.errorOutput = errorOutput
        }
    }

    public enum End: Sendable, Equatable {
        case exited(Int32)
        case killed(signal: Int32)
        case timedOut
        case cancelled
        /// Whoever hears its output wanted no more of it.
        case refused
        /// It could not be started; the system's error number.
        case notStarted(Int32)
    }

    /// Runs it to its end.
    ///
    /// - Parameter hear: gets standard output piece by piece; false ends the program.
    public func run(_ signal: CancellationSignal, hear: (UnsafeRawBufferPointer) -> Bool) -> Outcome {
        guard var pipes = ChildPipes(saying: input) else { return Outcome(end: .notStarted(errno), errorOutput: "") }
        defer { pipes.shutAll() }
        var child: pid_t = 0
        let error = spawn(&child, pipes)
        guard error == 0 else { return Outcome(end: .notStarted(error), errorOutput: "") }
        pipes.keepOwnEnds()
        var watch = ChildWatch(
            child: child, output: pipes.output.reader, errors: pipes.errors.reader, deadline: monotonicTime() + timeLimit,
            grace: grace)
        let end = watch.untilItEnds(signal, hear)
        return Outcome(end: end, errorOutput: watch.errorOutput)
    }

    private func spawn(_ child: inout pid_t, _ pipes: ChildPipes) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipes.input.reader, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, pipes.output.writer, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, pipes.errors.writer, STDERR_FILENO)
        for descriptor in Self.inherited { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The daemon's threads block some signals and ignore others; a child that inherited that could not be asked to end.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var ordinary = sigset_t()
        sigemptyset(&ordinary)
        for number in SignalThread.waited + SignalThread.ignored { sigaddset(&ordinary, number) }
        posix_spawnattr_setsigdefault(&attributes, &ordinary)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETPGROUP))
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return Self.withCStrings([program] + arguments) { argumentList in
            Self.withCStrings(variables) { variableList in
                posix_spawnp(&child, program, &actions, &attributes, argumentList, variableList)
            }
        } ?? ENOMEM
    }

    /// What a library opened without the flag that keeps it from children.
    private static var inherited: [Int32] {
        guard let folder = opendir("/proc/self/fd") else { return [] }
        defer { closedir(folder) }
        var descriptors: [Int32] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            guard let descriptor = Int32(name), descriptor > STDERR_FILENO else { continue }
            let flags = fcntl(descriptor, F_GETFD)
            if flags >= 0, flags & FD_CLOEXEC == 0 { descriptors.append(descriptor) }
        }
        return descriptors
    }

    /// - Returns: nil without memory.
    private static func withCStrings<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result?
    ) -> Result? {
        let list: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
        defer { for text in list { free(text) } }
        return list.withUnsafeBufferPointer { $0.baseAddress.flatMap(body) }
    }
}
