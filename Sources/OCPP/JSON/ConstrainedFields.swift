extension KeyedDecodingContainer {
    /// A number that the specification does not let be negative.
    func decodeNonNegative<T: Decodable & Numeric & Comparable>(_ type: T.Type, forKey key: Key) throws -> T {
        let number = try decode(type, forKey: key)
        guard number >= 0 else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "0 or more is expected, found \(number)")
        }
        return number
    }

    func decodeNonNegativeIfPresent<T: Decodable & Numeric & Comparable>(_ type: T.Type, forKey key: Key) throws -> T? {
        try contains(key) && !decodeNil(forKey: key) ? decodeNonNegative(type, forKey: key) : nil
    }

    /// A list with cardinality `1..*`.
    func decodeNonEmpty<T: Decodable>(_ type: [T].Type, forKey key: Key) throws -> [T] {
        let list = try decode(type, forKey: key)
        guard !list.isEmpty else {
            throw DecodingError.valueNotFound(
                type, DecodingError.Context(codingPath: codingPath + [key], debugDescription: "at least one element is required"))
        }
        return list
    }
}
