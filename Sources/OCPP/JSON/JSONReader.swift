/// Reads JSON (RFC 8259) from a text, one value after the other, with bounded depth.
///
/// Own, because a frame must be readable up to the place where it breaks (its messageId is needed for the answer) and because
/// the judgement of a request needs to tell a wrong type from a missing field.
struct JSONReader {
    /// Real messages nest to six.
    static let maximumDepth = 64

    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The whole text as one value.
    static func value(of text: String) throws(JSONSyntaxError) -> JSON {
        var reader = JSONReader(text)
        let value = try reader.readValue()
        try reader.expectEnd()
        return value
    }

    /// The text between two positions.
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// The text from a position to the end.
    func text(from start: Int) -> String { text(start..<bytes.count) }

    mutating func expectEnd() throws(JSONSyntaxError) {
        skipBlanks()
        guard position == bytes.count else { throw failure("text follows the end of the message") }
    }

    /// Skips blanks, then the character if it comes next.
    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
        position += 1
        return true
    }

    mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    mutating func readValue(depth: Int = 1) throws(JSONSyntaxError) -> JSON {
        skipBlanks()
        guard position < bytes.count else { throw failure("the text ends early") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try readObject(depth)
        case UInt8(ascii: "["): return try readArray(depth)
        case UInt8(ascii: "\""): return .string(try readString())
        case UInt8(ascii: "t"): return try readWord("true", .bool(true))
        case UInt8(ascii: "f"): return try readWord("false", .bool(false))
        case UInt8(ascii: "n"): return try readWord("null", .null)
        default: return .number(try readNumber())
        }
    }

    func failure(_ problem: String) -> JSONSyntaxError { JSONSyntaxError(offset: position, problem: problem) }

    private mutating func readObject(_ depth: Int) throws(JSONSyntaxError) -> JSON {
        guard depth < Self.maximumDepth else { throw failure("nested deeper than \(Self.maximumDepth) levels") }
        position += 1
        var members: [JSON.Member] = []
        if skip("}") { return .object(members) }
        repeat {
            skipBlanks()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw failure("a field name is missing") }
            let key = try readString()
            guard skip(":") else { throw failure("':' is missing after the field name") }
            members.append(JSON.Member(key: key, value: try readValue(depth: depth + 1)))
        } while skip(",")
        guard skip("}") else { throw failure("',' or '}' is missing") }
        return .object(members)
    }

    private mutating func readArray(_ depth: Int) throws(JSONSyntaxError) -> JSON {
        guard depth < Self.maximumDepth else { throw failure("nested deeper than \(Self.maximumDepth) levels") }
        position += 1
        var elements: [JSON] = []
        if skip("]") { return .array(elements) }
        repeat { elements.append(try readValue(depth: depth + 1)) } while skip(",")
        guard skip("]") else { throw failure("',' or ']' is missing") }
        return .array(elements)
    }

    private mutating func readWord(_ word: StaticString, _ value: JSON) throws(JSONSyntaxError) -> JSON {
        let text = "\(word)".utf8
        guard bytes[position...].starts(with: text) else { throw failure("a value is misspelt") }
        position += text.count
        return value
    }

    private mutating func readNumber() throws(JSONSyntaxError) -> String {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        let integerStart = position
        guard skipDigits() > 0 else {
            position = start
            throw failure("a value is missing or misspelt")
        }
        guard bytes[integerStart] != UInt8(ascii: "0") || position == integerStart + 1 else {
            throw failure("a number begins with 0")
        }
        if next == UInt8(ascii: ".") {
            position += 1
            guard skipDigits() > 0 else { throw failure("a number ends with '.'") }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() > 0 else { throw failure("a number's exponent is missing") }
        }
        return text(start..<position)
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipDigits() -> Int {
        let start = position
        while position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39 { position += 1 }
        return position - start
    }
}

// MARK: - Strings

extension JSONReader {
    /// A string; the next character is its opening quotation mark.
    private mutating func readString() throws(JSONSyntaxError) -> String {
        position += 1
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return text(start..<position - 1)
            case UInt8(ascii: "\\"): return try readEscapedString(from: start)
            case 0..<0x20: throw failure("a string contains a control character")
            default: position += 1
            }
        }
        throw failure("a string does not end")
    }

    /// The rest of a string in which an escape was found.
    private mutating func readEscapedString(from start: Int) throws(JSONSyntaxError) -> String {
        var content = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"): content.append(contentsOf: String(try readEscape()).utf8)
            case 0..<0x20: throw failure("a string contains a control character")
            default: content.append(byte)
            }
        }
        throw failure("a string does not end")
    }

    private mutating func readEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
        guard let byte = next else { throw failure("a string does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try readUnicodeEscape()
        default: throw failure("an unknown escape in a string")
        }
    }

    /// A `\u` with its four hexadecimal digits, or a surrogate pair of two; half a pair reads as U+FFFD.
    private mutating func readUnicodeEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let first = try readFourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, next == UInt8(ascii: "\\"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "u")
        else {
            return "\u{FFFD}"
        }
        let afterFirst = position
        position += 2
        let second = try readFourHexDigits()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else {
            position = afterFirst
            return "\u{FFFD}"
        }
        return scalar
    }

    private mutating func readFourHexDigits() throws(JSONSyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("\\u needs four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
