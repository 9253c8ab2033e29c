/// One node of a configuration file's tree, with the place it came from.
///
/// A scalar is text; it becomes a number, a truth value or a quantity only when the reader of its key asks for one, so that `no`,
/// `1e3` and `0777` stay themselves where text is wanted.
public struct Node: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// - Parameter isPlain: written without quotes and not as a block.
        case scalar(String, isPlain: Bool)
        case sequence([Node])
        /// In the order of the file; no key appears twice.
        case mapping([Entry])
    }

    public struct Entry: Sendable, Equatable {
        public var key: String
        /// The key's line, counted from 1.
        public var line: Int
        public var value: Node
    }

    public var kind: Kind
    /// The line where the node begins, counted from 1.
    public var line: Int
    /// The file as it was named.
    public var file: String
    var path: NodePath

    /// The path of keys from the top, such as `connectors[0].meter`.
    public var keyPath: String { path.description }

    /// Nothing was written, or plain `~` or `null`: the same as leaving the key out.
    public var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = kind else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// Trouble with this node.
    /// - Parameters:
    ///   - problem: what is wrong, without a full stop.
    ///   - remedy: what to do, in whole sentences.
    public func error(_ problem: String, _ remedy: String) -> ConfigurationError {
        ConfigurationError(file: file, line: line, keyPath: keyPath, problem: problem, remedy: remedy)
    }

    /// The elements of a sequence.
    public func elements() throws(ConfigurationError) -> [Node] {
        guard case .sequence(let nodes) = kind else {
            throw error("a list is needed here, this is \(kindName)", "Write one '- ' line for each element.")
        }
        return nodes
    }

    /// The entries of a mapping, in the order of the file.
    public func entries() throws(ConfigurationError) -> [Entry] {
        guard case .mapping(let entries) = kind else {
            throw error("a section of keys is needed here, this is \(kindName)", "Write 'key: value' lines below it, indented.")
        }
        return entries
    }

    var kindName: String {
        switch kind {
        case .scalar: isNull ? "nothing" : "a single value"
        case .sequence: "a list"
        case .mapping: "a section of keys"
        }
    }
}

/// Where in the tree a node stands. Linked upwards, so that a deep path costs each node one step and no text.
indirect enum NodePath: Sendable, Equatable, CustomStringConvertible {
    case root
    case key(String, in: NodePath)
    case index(Int, in: NodePath)

    var description: String {
        switch self {
        case .root: ""
        case .key(let key, let parent):
            if case .root = parent { shown(key) } else { "\(parent).\(shown(key))" }
        case .index(let index, let parent): "\(parent)[\(index)]"
        }
    }
}
