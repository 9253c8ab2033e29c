/// Comma-separated values as RFC 4180 has them.
public enum CSV {
    /// One record with its line end.
    public static func line(_ fields: [String]) -> String { fields.map(field).joined(separator: ",") + "\r\n" }

    /// A spreadsheet takes a field that begins like a formula for one and runs it: such a text gets an apostrophe in front, which
    /// spreadsheets do not show. Plain negative numbers stay numbers.
    static func field(_ text: String) -> String {
        var text = text
        if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first), Int(text) == nil { text = "'" + text }
        // Scalars, not characters: "\r\n" is one character and would be overlooked.
        guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
