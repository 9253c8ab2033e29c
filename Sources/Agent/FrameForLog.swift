/// A frame as a log may show it: identifiers by their last four characters, no key, no password.
struct FrameForLog: CustomStringConvertible {
    /// The most that is shown of a frame.
    static let limit = 4096
    /// Their values are shown by the last four characters.
    private static let identifiers: Set<String> = ["idtag", "parentidtag"]
    /// A frame that speaks of one of these shows none of its values.
    private static let secrets = ["authorizationkey"]

    private let frame: String

    init(_ frame: String) { self.frame = frame }

    var description: String {
        let lowercased = frame.lowercased()
        let hidesAll = Self.secrets.contains { lowercased.contains($0) }
        var shown = ""
        var key = ""
        var rest = frame.utf8[...]
        while !rest.isEmpty, shown.utf8.count < Self.limit {
            guard let text = Self.string(&rest) else {
                let end = rest.firstIndex(of: UInt8(ascii: "\"")) ?? rest.endIndex
                shown += String(decoding: rest[..<end], as: UTF8.self)
                rest = rest[end...]
                continue
            }
            let isKey = rest.first { $0 != UInt8(ascii: " ") } == UInt8(ascii: ":")
            if isKey { key = text.lowercased() }
            shown += "\"" + (isKey ? text : Self.value(text, of: key, hidesAll: hidesAll)) + "\""
        }
        return shown.utf8.count < Self.limit ? shown : String(shown.prefix(Self.limit)) + "…"
    }

    private static func value(_ text: String, of key: String, hidesAll: Bool) -> String {
        if identifiers.contains(key) { return text.count > 4 ? "…" + text.suffix(4) : "…" }
        if hidesAll, key == "value" { return "…" }
        // Whoever uploads or downloads may be named, how they prove it not: ftp://user:password@host
        guard let scheme = text.firstRange(of: "://"),
            let at = text[scheme.upperBound...].prefix(while: { $0 != "/" }).lastIndex(of: "@")
        else { return text }
        return text[..<scheme.upperBound] + "…" + text[at...]
    }

    /// Takes a JSON string with its quotes off `bytes`, if one begins there; what is between the quotes, as it stands.
    private static func string(_ bytes: inout Substring.UTF8View) -> String? {
        guard bytes.first == UInt8(ascii: "\"") else { return nil }
        var isEscaped = false
        var end = bytes.index(after: bytes.startIndex)
        while end < bytes.endIndex, isEscaped || bytes[end] != UInt8(ascii: "\"") {
            isEscaped = !isEscaped && bytes[end] == UInt8(ascii: "\\")
            end = bytes.index(after: end)
        }
        let text = String(decoding: bytes[bytes.index(after: bytes.startIndex)..<end], as: UTF8.self)
        bytes = end < bytes.endIndex ? bytes[bytes.index(after: end)...] : bytes[end...]
        return text
    }
}
