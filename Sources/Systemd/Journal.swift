public import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Log lines as journald keeps them natively: with a priority and with fields that `journalctl` can be asked for.
///
/// A field of a line, such as `connector`, is `LADEPUNKT_CONNECTOR` there, and stands behind the text as well. A journal that takes
/// nothing loses lines, never time: how many, the next line says.
public struct Journal: LogHandler {
    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    private let socket: DatagramSocket
    private let lost = LostLines()

    /// - Returns: nil unless standard error leads to the journal already.
    public init?(level: Logger.Level) {
        guard Self.isStandardError(environment("JOURNAL_STREAM")) else { return nil }
        self.init(level: level, path: "/run/systemd/journal/socket")
        // A journal that cannot be reached so is reached by standard error.
        guard access("/run/systemd/journal/socket", W_OK) == 0 else { return nil }
    }

    init?(level: Logger.Level, path: String) {
        guard let socket = DatagramSocket(to: path, patience: nil) else { return nil }
        logLevel = level
        self.socket = socket
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        let missing = lost.take()
        let note = missing == 0 ? "" : " (\(missing) lines before this one were lost: the journal took none)"
        if !socket.send(Self.entry(event.level, "\(event.message)" + note, fields)) { lost.add(missing + 1) }
    }

    /// One entry in the journal's protocol (systemd's JOURNAL_NATIVE_PROTOCOL).
    static func entry(_ level: Logger.Level, _ message: String, _ fields: [(key: String, value: String)]) -> [UInt8] {
        let details = fields.map { " \($0.key)=\($0.value.contains(" ") ? "\"\($0.value)\"" : $0.value)" }.joined()
        var entry: [UInt8] = []
        append("PRIORITY", String(level.syslogPriority), to: &entry)
        append("SYSLOG_IDENTIFIER", "ladepunktd", to: &entry)
        append("MESSAGE", message + details, to: &entry)
        for (key, value) in fields { append("LADEPUNKT_" + fieldName(key), value, to: &entry) }
        return entry
    }

    private static func append(_ name: String, _ value: String, to entry: inout [UInt8]) {
        let bytes = Array(value.utf8.prefix(DatagramSocket.limit / 4))
        guard entry.count + bytes.count < DatagramSocket.limit else { return }
        entry += Array(name.utf8)
        if bytes.contains(UInt8(ascii: "\n")) {
            // Its length in 64 bits, little-endian, then whatever it is.
            entry.append(UInt8(ascii: "\n"))
            withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { entry += Array($0) }
        } else {
            entry.append(UInt8(ascii: "="))
        }
        entry += bytes
        entry.append(UInt8(ascii: "\n"))
    }

    /// `camelCase` becomes `CAMEL_CASE`; what a field's name must not have becomes "_".
    static func fieldName(_ key: String) -> String {
        var name = ""
        for character in key.unicodeScalars {
            switch character {
            case "A"..."Z" where !name.isEmpty && name.last != "_": name += "_" + String(character)
            case "a"..."z", "A"..."Z", "0"..."9": name += String(character).uppercased()
            default: name += "_"
            }
        }
        return name
    }

    /// Whether this is what standard error really is: it may have been turned elsewhere since systemd said so.
    static func isStandardError(_ journalStream: String?) -> Bool {
        var file = stat()
        guard let journalStream, fstat(STDERR_FILENO, &file) == 0 else { return false }
        return journalStream == "\(file.st_dev):\(file.st_ino)"
    }
}

extension Logger.Level {
    /// As syslog counts: 0 is the worst.
    public var syslogPriority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
