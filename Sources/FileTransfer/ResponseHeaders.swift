/// What curl noted of the server's answers: the last one counts, those before it were redirects.
struct ResponseHeaders: Equatable {
    /// nil where the protocol has none.
    var status: Int?
    private var fields: [String: String] = [:]

    /// - Parameter text: as `--dump-header` writes it; FTP's replies are in it too and mean nothing here.
    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            if line.hasPrefix("HTTP/") {
                status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
                fields = [:]
            } else if status != nil, let colon = line.firstIndex(of: ":") {
                let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
                fields[line[..<colon].lowercased()] = String(value)
            }
        }
    }

    /// What tells this version of the file from another, for If-Range; nil: resuming would be a guess.
    var validator: String? {
        if let tag = fields["etag"], tag.hasPrefix("\"") { return tag }
        return fields["last-modified"]
    }

    var contentLength: Int64? { fields["content-length"].flatMap { Int64($0) } }

    /// The file's whole length, as an answer to a range that lies beyond it says.
    var completeLength: Int64? {
        guard status == 416, let range = fields["content-range"], range.hasPrefix("bytes */") else { return nil }
        return Int64(range.dropFirst(8))
    }
}
