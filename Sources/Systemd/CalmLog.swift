public import Logging
import Synchronization
import Threads

/// A log that says the same thing a few times a minute and then how often it would have said it.
///
/// What is critical always passes, and so does what somebody asked for by a level of debug or trace.
public struct CalmLog: LogHandler {
    private var base: any LogHandler
    private let repeats: SharedRepeats

    public init(_ base: any LogHandler) {
        self.base = base
        repeats = SharedRepeats()
    }

    public var logLevel: Logger.Level {
        get { base.logLevel }
        set { base.logLevel = newValue }
    }

    public var metadata: Logger.Metadata {
        get { base.metadata }
        set { base.metadata = newValue }
    }

    public var metadataProvider: Logger.MetadataProvider? {
        get { base.metadataProvider }
        set { base.metadataProvider = newValue }
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { base[metadataKey: key] }
        set { base[metadataKey: key] = newValue }
    }

    public func log(event: LogEvent) {
        let now = uptime()
        for (line, held) in repeats.value.withLock({ $0.expire(at: now) }) {
            var summary = event
            summary.level = Logger.Level.allCases.first { $0.syslogPriority == line.level } ?? .notice
            summary.message = "\(held) times more within a minute: \(line.text)"
            summary.metadata = nil
            base.log(event: summary)
        }
        guard event.level >= .info, event.level < .critical else { return base.log(event: event) }
        let details = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let line = Repeats.Line(level: event.level.syslogPriority, text: "\(event.message)\(details)")
        if repeats.value.withLock({ $0.passes(line, at: now) }) { base.log(event: event) }
    }
}

/// Shared by the copies of a log handler.
private final class SharedRepeats: Sendable { let value = Mutex(Repeats()) }
