/// The JSON text of a message without its frame: a confirmation as received, or a request as recorded.
public struct Payload: Sendable, Equatable {
    public var text: String

    public init(text: String) { self.text = text }

    /// The value as JSON, always the same bytes for the same value.
    public init<T: Encodable>(_ value: T) { text = encodedJSON(value) }

    /// Reads leniently what central systems really send.
    ///
    /// Unknown fields are ignored; null is absent; names and enumerations count in any case; numbers may be strings and strings
    /// numbers; an optional field without meaning is absent; null and `[]` are an empty object.
    public func decode<T: Decodable>(_ type: T.Type) throws(PayloadError) -> T {
        try decode(type, lenient: true)
    }

    func decode<T: Decodable>(_ type: T.Type, lenient: Bool) throws(PayloadError) -> T {
        let tree: JSON
        do { tree = try JSONReader.value(of: text) } catch { throw PayloadError(path: "", problem: "\(error)") }
        do { return try JSONTreeDecoder.decode(type, from: tree == .null ? .object([]) : tree, lenient: lenient) } catch {
            let problem = DecodingProblem(error)
            throw PayloadError(path: problem.path, problem: problem.problem)
        }
    }
}

/// A payload that does not hold what its message requires.
public struct PayloadError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The field, as in `idTagInfo.status`; empty for the payload as a whole.
    public var path: String
    public var problem: String

    public init(path: String, problem: String) {
        self.path = path
        self.problem = problem
    }

    public var description: String { path.isEmpty ? "payload: \(problem)" : "\(path): \(problem)" }
}
