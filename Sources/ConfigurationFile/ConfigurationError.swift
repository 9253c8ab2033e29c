/// What is wrong in a configuration file, where, and what to do about it.
///
/// Prints as `board.yaml:14, connectors[0].meter.unit: 'x' is not a whole number. Write a number from 1 to 247.`
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file as it was named.
    public var file: String
    /// The line, counted from 1; `nil` where the trouble is the file itself.
    public var line: Int?
    /// The path of keys from the top, such as `connectors[0].meter`; empty at the top.
    public var keyPath: String
    /// What is wrong: without a full stop at its end.
    public var problem: String
    /// What to do about it: one or more whole sentences.
    public var remedy: String

    public init(file: String, line: Int?, keyPath: String = "", problem: String, remedy: String) {
        self.file = file
        self.line = line
        self.keyPath = keyPath
        self.problem = problem
        self.remedy = remedy
    }

    public var description: String {
        var place = file
        if let line { place += ":\(line)" }
        if !keyPath.isEmpty { place += ", \(keyPath)" }
        // Keys and words of the file may be in any of them.
        return String(String.UnicodeScalarView("\(place): \(problem). \(remedy)".unicodeScalars.map { $0.isPlain ? $0 : "?" }))
    }
}

/// Text from a file as it may stand in a message: on one line, shortened, in quotes.
func quoted(_ text: String) -> String { "'\(shown(text))'" }

/// At most 64 characters of it; control characters, and what turns the direction of a terminal's text, as `?`.
func shown(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars {
        if count == 64 { return String(result) + "…" }
        result.append(scalar.isPlain ? scalar : "?")
        count += 1
    }
    return String(result)
}

extension Unicode.Scalar {
    /// Neither steers a terminal nor ends a line.
    fileprivate var isPlain: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: false
        default: true
        }
    }
}
