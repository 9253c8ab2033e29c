/// Builds a value from a JSON tree, in one of two tempers.
///
/// *Strict* is for requests to us: what is missing, of another type or without meaning is an error. *Lenient* is for
/// confirmations: field names and enumerations in any case, numbers as strings and back, and an optional field that
/// cannot be read counts as absent. In both, unknown fields are ignored and null means absent.
struct JSONTreeDecoder: Decoder {
    let value: JSON
    let path: JSONPath
    let isLenient: Bool

    var codingPath: [any CodingKey] { path.keys }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func decode<T: Decodable>(_ type: T.Type, from value: JSON, lenient: Bool) throws -> T {
        try JSONTreeDecoder(value: value, path: .root, isLenient: lenient).decode(type)
    }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        guard let primitive = type as? any JSONPrimitive.Type else { return try T(from: self) }
        guard let value = try read(primitive) as? T else { throw mismatch(expected: "\(type)") }
        return value
    }

    private func read<P: JSONPrimitive>(_ type: P.Type) throws -> P {
        switch P.read(value, lenient: isLenient) {
        case .success(let value): return value
        case .failure(.type): throw mismatch(expected: P.expectation)
        case .failure(.value(let problem)):
            throw DecodingError.dataCorrupted(DecodingError.Context(codingPath: codingPath, debugDescription: problem))
        }
    }

    private func mismatch(expected: String) -> DecodingError {
        DecodingError.typeMismatch(
            String.self,
            DecodingError.Context(codingPath: codingPath, debugDescription: "\(expected) is expected, found \(value.kind)"))
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let members: [JSON.Member]
        switch value {
        case .object(let found): members = found
        // How PHP spells an empty object.
        case .array([]) where isLenient: members = []
        default: throw mismatch(expected: "an object")
        }
        return KeyedDecodingContainer(JSONFields(members: members, path: path, isLenient: isLenient))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = value else { throw mismatch(expected: "an array") }
        return JSONElements(elements: elements, path: path, isLenient: isLenient)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }
}

extension JSONTreeDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { value == .null }
}

/// The way from the payload to a field; turned into coding keys only when something is wrong.
indirect enum JSONPath {
    case root
    case field(any CodingKey, in: JSONPath)
    case element(Int, in: JSONPath)

    var keys: [any CodingKey] {
        switch self {
        case .root: []
        case .field(let key, let parent): parent.keys + [key]
        case .element(let index, let parent): parent.keys + [ElementKey(index: index)]
        }
    }

    struct ElementKey: CodingKey {
        var index: Int
        var stringValue: String { "[\(index)]" }
        var intValue: Int? { index }

        init(index: Int) { self.index = index }
        init?(intValue: Int) { index = intValue }
        init?(stringValue: String) { nil }
    }

    /// `chargingSchedule.chargingSchedulePeriod[0].limit`
    static func text(_ keys: [any CodingKey]) -> String {
        keys.reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += (text.isEmpty ? "" : ".") + key.stringValue
            }
        }
    }
}

// MARK: - Objects

private struct JSONFields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let members: [JSON.Member]
    let path: JSONPath
    let isLenient: Bool

    var codingPath: [any CodingKey] { path.keys }
    var allKeys: [Key] { members.compactMap { Key(stringValue: $0.key) } }

    func contains(_ key: Key) -> Bool { value(key.stringValue) != nil }
    func decodeNil(forKey key: Key) throws -> Bool { value(key.stringValue) == nil }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try decoder(key).decode(type) }

    // The standard library's defaults for these types would pass by the leniency below.
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try optional(type, key) }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { try optional(type, key) }
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try optional(type, key) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try optional(type, key) }
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? { try optional(type, key) }

    private func optional<T: Decodable>(_ type: T.Type, _ key: Key) throws -> T? {
        guard contains(key) else { return nil }
        // A leniently read optional that makes no sense is as good as none.
        if isLenient { return try? decode(type, forKey: key) }
        return try decode(type, forKey: key)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        try decoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { try decoder(key).unkeyedContainer() }
    func superDecoder() throws -> any Decoder { JSONTreeDecoder(value: .object(members), path: path, isLenient: isLenient) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }

    private func decoder(_ key: Key) throws -> JSONTreeDecoder {
        guard let value = value(key.stringValue) else {
            throw DecodingError.keyNotFound(
                key, DecodingError.Context(codingPath: codingPath + [key], debugDescription: "the required field is missing"))
        }
        return JSONTreeDecoder(value: value, path: .field(key, in: path), isLenient: isLenient)
    }

    /// The field's value; `nil` when it is missing or null.
    private func value(_ name: String) -> JSON? {
        var found = members.last { $0.key == name }
        if found == nil && isLenient {
            found = members.last { $0.key.utf8.count == name.utf8.count && $0.key.lowercased() == name.lowercased() }
        }
        return found.flatMap { $0.value == .null ? nil : $0.value }
    }
}

// MARK: - Arrays

private struct JSONElements: UnkeyedDecodingContainer {
    let elements: [JSON]
    let path: JSONPath
    let isLenient: Bool
    var currentIndex = 0

    init(elements: [JSON], path: JSONPath, isLenient: Bool) {
        self.elements = elements
        self.path = path
        self.isLenient = isLenient
    }

    var codingPath: [any CodingKey] { path.keys }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, elements[currentIndex] == .null else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let value = try decoder().decode(type)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        let container = try decoder().container(keyedBy: type)
        currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try decoder().unkeyedContainer()
        currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try decoder()
        currentIndex += 1
        return decoder
    }

    private func decoder() throws -> JSONTreeDecoder {
        let place = JSONPath.element(currentIndex, in: path)
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                JSON.self, DecodingError.Context(codingPath: place.keys, debugDescription: "the array ends early"))
        }
        return JSONTreeDecoder(value: elements[currentIndex], path: place, isLenient: isLenient)
    }
}
