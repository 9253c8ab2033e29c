#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What a service of type notify says to systemd (sd_notify(3)); nothing, where no systemd asks for it.
public struct ServiceNotification: Sendable {
    public enum Message: Sendable, Equatable {
        /// The loop runs, and the local API can be reached.
        case ready
        /// The loop is alive; the watchdog counts anew.
        case watchdog
        case stopping
        /// For people, as `systemctl status` shows it.
        case status(String)

        var line: String {
            switch self {
            case .ready: "READY=1"
            case .watchdog: "WATCHDOG=1"
            case .stopping: "STOPPING=1"
            // A line break would begin another message.
            case .status(let text): "STATUS=" + text.split(whereSeparator: \.isNewline).joined(separator: " ")
            }
        }
    }

    private let socket: DatagramSocket
    /// How often systemd wants a sign of life at the least; nil: it does not watch this process.
    public let watchdogInterval: Duration?

    public static let ofThisProcess: ServiceNotification? = Self(
        socketPath: environment("NOTIFY_SOCKET"), watchdogMicroseconds: environment("WATCHDOG_USEC"),
        watchdogProcess: environment("WATCHDOG_PID"))

    init?(socketPath: String?, watchdogMicroseconds: String?, watchdogProcess: String?) {
        // PID 1 that is slow must hear of us; one that hangs must not hang us.
        guard let socketPath, let socket = DatagramSocket(to: socketPath, patience: .seconds(1)) else { return nil }
        self.socket = socket
        let isMeant = watchdogProcess.map { Int32($0) == getpid() } ?? true
        watchdogInterval = watchdogMicroseconds.flatMap(Int64.init).flatMap {
            isMeant && $0 > 0 ? Duration.microseconds($0) : nil
        }
    }

    public func say(_ messages: Message...) { socket.send(Array(messages.map(\.line).joined(separator: "\n").utf8)) }
}

/// An environment variable, as it was when the process began.
func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
