import HTTPTypes
import LocalAPIModels
import OCPP
import Units

/// The fields of a request's JSON object, read by name and type. Every refusal names the field and what is expected.
struct BodyFields: Sendable {
    /// No call takes more than a list in an object; decoding a deep nest takes time that grows with the square of its depth.
    static let depthLimit = 8

    var values: [String: JSONValue]

    /// No body at all is an empty object.
    /// - Parameter known: the call's fields; any other is refused.
    init(parsing bytes: [UInt8], known: [String]) throws(APIError) {
        guard !bytes.isEmpty else {
            values = [:]
            return
        }
        guard nestingDepth(bytes) <= Self.depthLimit else {
            throw APIError(
                .badRequest, "malformedJSON", "the body nests deeper than \(Self.depthLimit) levels of lists and objects")
        }
        let parsed: JSONValue
        do {
            parsed = try JSONText.decode(JSONValue.self, from: bytes)
        } catch {
            throw APIError(
                .badRequest, "malformedJSON", "the body is not JSON; send a JSON object such as {\"idTag\": \"04A2B3C4\"}")
        }
        guard case .object(let fields) = parsed else {
            throw .invalid("the body is \(parsed.kind); a JSON object is expected")
        }
        if let unknown = fields.keys.filter({ !known.contains($0) }).min() {
            throw .invalid("unknown field '\(unknown.prefix(64))'; \(suggestion(for: unknown, among: known))")
        }
        values = fields
    }

    func has(_ name: String) -> Bool { values[name] != nil }

    /// nil for absent and for null.
    func value(_ name: String) -> JSONValue? {
        switch values[name] {
        case nil, .null: nil
        case let value?: value
        }
    }

    func required(_ name: String, _ expected: String) throws(APIError) -> JSONValue {
        guard let value = value(name) else { throw .invalid("\(name) is missing: \(expected) is expected") }
        return value
    }

    func wrong(_ name: String, _ value: JSONValue, _ expected: String) -> APIError {
        .invalid("\(name): \(expected) is expected, found \(value.scalarText.map { "'\($0.prefix(64))'" } ?? value.kind)")
    }

    func text(_ name: String, upTo limit: Int) throws(APIError) -> String? {
        guard let value = value(name) else { return nil }
        guard case .text(let text) = value, text.unicodeScalars.count <= limit else {
            throw wrong(name, value, "a text of at most \(limit) characters")
        }
        return text
    }

    func bool(_ name: String) throws(APIError) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .bool(let answer) = value else { throw wrong(name, value, "true or false") }
        return answer
    }

    func wattHours(_ name: String) throws(APIError) -> WattHours? {
        guard let value = value(name) else { return nil }
        guard case .integer(let number) = value, number >= 0 else { throw wrong(name, value, "a whole number of Wh, 0 or more,") }
        return WattHours(number)
    }

    func amperes(_ name: String) throws(APIError) -> Amperes? {
        guard let value = value(name) else { return nil }
        switch value {
        case .integer(let number) where (0...1000).contains(number): return Amperes(Double(number))
        case .number(let number) where (0...1000).contains(number): return Amperes(number)
        default: throw wrong(name, value, "a current in A, 0 to 1000, or null")
        }
    }

    func timestamp(_ name: String) throws(APIError) -> Timestamp? {
        guard let value = value(name) else { return nil }
        guard case .text(let text) = value, let timestamp = Timestamp(text) else {
            throw wrong(name, value, "a date and time such as 2026-11-22T09:00:00Z")
        }
        return timestamp
    }

    func connectors(_ name: String) throws(APIError) -> [Int]? {
        guard let value = value(name) else { return nil }
        guard case .list(let items) = value else { throw wrong(name, value, "a list of connector numbers") }
        var numbers: [Int] = []
        for item in items {
            guard case .integer(let number) = item, number >= 1 else {
                throw wrong(name, item, "a list of connector numbers from 1")
            }
            numbers.append(number)
        }
        return numbers
    }

    func idToken(_ name: String) throws(APIError) -> IdToken? {
        guard let value = value(name) else { return nil }
        guard case .text(let text) = value, let token = IdToken(text), !text.isEmpty else {
            throw wrong(name, value, "an identifier of 1 to \(IdToken.maximumLength) characters")
        }
        return token
    }

    func requiredIdToken(_ name: String) throws(APIError) -> IdToken {
        guard let token = try idToken(name) else {
            throw .invalid("\(name) is missing: an identifier of 1 to \(IdToken.maximumLength) characters is expected")
        }
        return token
    }

    /// One of a closed set of words.
    func word<Word: RawRepresentable<String>>(_ name: String, among words: [Word]) throws(APIError) -> Word? {
        guard let value = value(name) else { return nil }
        guard case .text(let text) = value, let word = words.first(where: { $0.rawValue == text }) else {
            throw wrong(name, value, "one of \(words.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }

    /// As `word`, where null says "none": the field itself must be there.
    func wordOrNull<Word: RawRepresentable<String>>(_ name: String, among words: [Word]) throws(APIError) -> Word? {
        guard has(name) else {
            throw .invalid("\(name) is missing: \(words.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")) or null is expected")
        }
        return try word(name, among: words)
    }
}

/// The most lists and objects that are open at once, as far as brackets outside of texts tell.
private func nestingDepth(_ bytes: [UInt8]) -> Int {
    var depth = 0
    var deepest = 0
    var isInText = false
    var isEscaped = false
    for byte in bytes {
        if isEscaped {
            isEscaped = false
        } else if isInText {
            if byte == UInt8(ascii: "\\") { isEscaped = true }
            if byte == UInt8(ascii: "\"") { isInText = false }
        } else {
            switch byte {
            case UInt8(ascii: "\""): isInText = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                deepest = max(deepest, depth)
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
    }
    return deepest
}
