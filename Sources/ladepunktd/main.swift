import Agent
import ArgumentParser
import Boards
import ConfigurationFile
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Systemd
import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How to end in good order, once there is something to end; a signal that comes before is kept.
private final class Ender: Sendable {
    private let state = Mutex<(isAsked: Bool, end: (@Sendable () -> Void)?)>((false, nil))

    func ask() {
        let end = state.withLock { state in
            state.isAsked = true
            return state.end
        }
        end?()
    }

    func set(_ end: @escaping @Sendable () -> Void) {
        let isAsked = state.withLock { state in
            state.end = end
            return state.isAsked
        }
        if isAsked { end() }
    }
}

private func parsedOptions() -> Options {
    do { return try Options.parse() } catch {
        let status = Options.exitCode(for: error).isSuccess ? ExitStatus.stopped : ExitStatus.usage
        let bytes = Array((Options.fullMessage(for: error) + "\n").utf8)
        _ = write(status == ExitStatus.stopped ? STDOUT_FILENO : STDERR_FILENO, bytes, bytes.count)
        exit(status)
    }
}

// Before any other thread starts: all of them inherit that signals are not theirs.
private let ender = Ender()
SignalThread.start { _ in ender.ask() }

private let options = parsedOptions()
private let ring = LogRing()
private let log = options.log(ring)
LoggingSystem.bootstrap { _ in log }
private let logger = Logger(label: "ladepunktd")

private let configuration: DaemonConfiguration
private let boardFile: BoardFile
do {
    configuration = try options.daemonConfiguration()
    do throws(ConfigurationError) {
        boardFile = try BoardFile.load(configuration.board, connectors: configuration.connectors)
    } catch {
        throw configuration.boardLine?.placed(error) ?? error
    }
    try Startup.check(configuration, board: boardFile.profile)
} catch {
    logger.critical("\(error)")
    exit(ExitStatus.configuration)
}
if options.makeSafe {
    let problems = boardFile.makeSafe()
    for problem in problems { logger.critical("\(problem)") }
    exit(problems.isEmpty ? ExitStatus.stopped : ExitStatus.unavailable)
}
for warning in boardFile.warnings { logger.warning("\(configuration.board): \(warning)") }
if options.check {
    print("configuration and board are usable")
    exit(ExitStatus.stopped)
}

private let status = Atomic<Int32>(ExitStatus.stopped)
// The main thread is the event loop, and the executor of every task that does not bring its own.
MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { eventLoop in
    let executor = LoopExecutor(eventLoop)
    let daemon = Daemon(
        configuration: configuration, boardFile: boardFile, eventLoop: eventLoop, executor: executor, logger: logger,
        supervision: Supervision(notification: .ofThisProcess), ring: ring,
        onRunning: { end in ender.set(end) })
    Task(executorPreference: executor) {
        status.store(await daemon.run(), ordering: .sequentiallyConsistent)
        eventLoop.shutdownGracefully { _ in }
    }
}
exit(status.load(ordering: .sequentiallyConsistent))
