/// Typed, exact access to one section of a configuration file.
///
/// The keys that a section knows are the keys that were asked for; `finish()` refuses all others and names the nearest known one.
/// ```swift
/// var top = try MappingReader(Node.load(path: path))
/// let board = try top.optionalString("board") ?? "simulated"
/// let chargePoint = try top.optionalMapping("chargePoint") { (inner) throws(ConfigurationError) in try ChargePoint(&inner) }
/// try top.finish()
/// ```
/// The readers of nested sections are finished by the methods that hand them out.
public struct MappingReader {
    /// The section itself, for errors that concern no single key.
    public let node: Node
    private let entries: [Node.Entry]
    private let positions: [String: Int]
    private var known: [String] = []

    /// - Throws: when the node is not a mapping. Nothing at all is an empty mapping.
    public init(_ node: Node) throws(ConfigurationError) {
        self.node = node
        entries = node.isNull ? [] : try node.entries()
        positions = Dictionary(entries.enumerated().map { ($0.element.key, $0.offset) }) { first, _ in first }
    }

    /// Whether the key was written, with or without a value.
    public func contains(_ key: String) -> Bool { positions[key] != nil }

    /// The key's value; `nil` when it is absent or null.
    public mutating func optionalNode(_ key: String) -> Node? {
        if !known.contains(key) { known.append(key) }
        guard let position = positions[key], !entries[position].value.isNull else { return nil }
        return entries[position].value
    }

    /// The key's value, which must be there.
    public mutating func node(_ key: String) throws(ConfigurationError) -> Node {
        if let node = optionalNode(key) { return node }
        if positions[key] != nil { throw error(key, "this key has no value", "Write one behind the colon.") }
        var remedy = "Add '\(key): …'."
        if let similar = nearest(key, among: entries.map(\.key).filter { !known.contains($0) }), let position = positions[similar] {
            remedy = "Was \(quoted(similar)) in line \(entries[position].line) meant?"
        }
        throw error(key, "this key is missing", remedy)
    }

    /// Refuses every key that was not asked for.
    public func finish() throws(ConfigurationError) {
        guard let entry = entries.first(where: { !known.contains($0.key) }) else { return }
        let remedy =
            if let similar = nearest(entry.key, among: known) {
                "Did you mean '\(similar)'?"
            } else if known.isEmpty {
                "No key is known here: remove it."
            } else {
                "Known here: \(known.sorted().joined(separator: ", "))."
            }
        throw error(entry.key, "unknown key \(quoted(entry.key))", remedy)
    }

    /// Trouble with the value of `key`, at its line; at the section's line when the key is absent.
    public func error(_ key: String, _ problem: String, _ remedy: String) -> ConfigurationError {
        let path = NodePath.key(key, in: node.path)
        let line = positions[key].map { entries[$0].line } ?? node.line
        return ConfigurationError(file: node.file, line: line, keyPath: path.description, problem: problem, remedy: remedy)
    }

    /// A nested section that must be there.
    public mutating func mapping<Value>(
        _ key: String, _ read: (inout MappingReader) throws(ConfigurationError) -> Value
    ) throws(ConfigurationError) -> Value {
        try Self.section(try node(key), read)
    }

    /// A nested section; `nil` when it is absent or empty.
    public mutating func optionalMapping<Value>(
        _ key: String, _ read: (inout MappingReader) throws(ConfigurationError) -> Value
    ) throws(ConfigurationError) -> Value? {
        guard let node = optionalNode(key) else { return nil }
        return try Self.section(node, read)
    }

    /// A list of sections. An absent list has no element.
    /// - Parameter count: how many elements there may be.
    public mutating func sequence<Value>(
        _ key: String, count: ClosedRange<Int>, _ read: (inout MappingReader) throws(ConfigurationError) -> Value
    ) throws(ConfigurationError) -> [Value] {
        var values: [Value] = []
        for node in try sequence(key, count: count) { values.append(try Self.section(node, read)) }
        return values
    }

    /// A list's elements as they are. An absent list has no element.
    /// - Parameter count: how many elements there may be.
    public mutating func sequence(_ key: String, count: ClosedRange<Int>) throws(ConfigurationError) -> [Node] {
        let node: Node
        if count.contains(0) {
            guard let present = optionalNode(key) else { return [] }
            node = present
        } else {
            node = try self.node(key)
        }
        let nodes = try node.elements()
        guard count.contains(nodes.count) else {
            throw error(
                key, "the list has \(nodes.count) elements",
                count.lowerBound == count.upperBound
                    ? "Write \(count.lowerBound)." : "Write from \(count.lowerBound) to \(count.upperBound).")
        }
        return nodes
    }

    private static func section<Value>(
        _ node: Node, _ read: (inout MappingReader) throws(ConfigurationError) -> Value
    ) throws(ConfigurationError) -> Value {
        var reader = try MappingReader(node)
        let value = try read(&reader)
        try reader.finish()
        return value
    }
}
