import Agent
import Logging
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Log lines on standard error, where journald or a terminal picks them up: one line each, whatever is in them.
struct StandardErrorLog: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    let format: LogFormat
    /// Keeps the lines for log files.
    let ring: LogRing

    init(level: Logger.Level, format: LogFormat, ring: LogRing) {
        logLevel = level
        self.ring = ring
        self.format = format
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let time = Moment.read().systemTime
        let line: String
        switch format {
        case .text:
            let details = fields.map { " \($0.key)=\(quotedIfNeeded("\($0.value)"))" }.joined()
            line = "\(time) \(event.level.rawValue.uppercased()) \(escaped("\(event.message)", quotes: false))\(details)\n"
        case .json:
            let details = fields.map { ",\"\(escaped($0.key))\":\"\(escaped("\($0.value)"))\"" }.joined()
            line =
                "{\"time\":\"\(time)\",\"level\":\"\(event.level.rawValue)\",\"message\":\"\(escaped("\(event.message)"))\"\(details)}\n"
        }
        ring.append(String(line.dropLast()), at: time)
        var bytes = Array(line.utf8)
        // One write a line, so that lines of two threads do not mix. A log that cannot be written has nowhere to say so.
        _ = bytes.withUnsafeMutableBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private func quotedIfNeeded(_ text: String) -> String {
        text.contains { $0 == " " || $0 == "\"" || $0 == "=" || $0.isNewline } ? "\"\(escaped(text))\"" : escaped(text)
    }

    private func escaped(_ text: String, quotes: Bool = true) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"" where quotes: result += "\\\""
            case "\\" where quotes: result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7F {
                    result += "\\u00" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }
}
