/// A JSON text as a tree. Numbers keep their spelling, objects their order and their duplicates (the last one counts).
enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSON])
    case object([Member])

    struct Member: Sendable, Equatable {
        var key: String
        var value: JSON
    }

    /// How a message to a person calls this kind of value.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    var isObject: Bool {
        if case .object = self { true } else { false }
    }

    /// The text as a JSON string literal, quotation marks included.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

/// Why a text is not JSON, and where.
struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
    /// Offset in bytes of UTF-8 from the start of the text.
    var offset: Int
    var problem: String

    var description: String { "not JSON at byte \(offset): \(problem)" }
}
