extension Node {
    /// The largest file that is read, in bytes.
    public static let maximumSize = 1 << 20
    /// How deep sections and lists may be nested.
    public static let maximumDepth = 32
    /// How many values, lists and sections a file may have.
    public static let maximumCount = 20_000
    /// How long a key may be, in bytes of UTF-8.
    static let maximumKeyLength = 256

    /// Reads one YAML document. An empty one is an empty mapping.
    ///
    /// Refused: anchors, aliases, tags, several documents, keys that appear twice or are not text, and what is larger than the
    /// bounds above.
    /// - Parameter file: the name for messages.
    public static func parse(text: String, file: String) throws(ConfigurationError) -> Node {
        try parse(bytes: Array(text.utf8), file: file)
    }

    /// As `parse(text:file:)`, from bytes that must be UTF-8.
    public static func parse(bytes: [UInt8], file: String) throws(ConfigurationError) -> Node {
        try checkText(bytes, file: file)
        var builder = TreeBuilder(events: try YAMLEvents(text: bytes, file: file), file: file)
        return try builder.document()
    }

    private static func checkText(_ bytes: [UInt8], file: String) throws(ConfigurationError) {
        guard bytes.count <= maximumSize else {
            throw ConfigurationError(
                file: file, line: nil, problem: "it is larger than \(maximumSize) bytes",
                remedy: "Check that this is the file that was meant.")
        }
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if line.contains(where: { $0 < 0x20 && $0 != 0x09 && $0 != 0x0D }) {
                throw ConfigurationError(
                    file: file, line: number + 1, problem: "there is a control character in this line", remedy: "Remove it.")
            }
            if String(validating: line, as: UTF8.self) == nil {
                throw ConfigurationError(
                    file: file, line: number + 1, problem: "this line is not UTF-8", remedy: "Save the file as UTF-8.")
            }
        }
    }
}

/// Turns events into a tree; the bounds keep its recursion shallow.
private struct TreeBuilder: ~Copyable {
    var events: YAMLEvents
    let file: String
    var count = 0

    init(events: consuming YAMLEvents, file: String) {
        self.events = events
        self.file = file
    }

    mutating func document() throws(ConfigurationError) -> Node {
        var root: Node?
        while true {
            let (event, line) = try events.next()
            switch event {
            case .streamEnd:
                if let root, !root.isNull { return root }
                return Node(kind: .mapping([]), line: root?.line ?? 1, file: file, path: .root)
            case .documentStart:
                guard root == nil else {
                    throw error(
                        line, .root, "a second document begins here", "Remove the '---' and what follows, or merge it above.")
                }
                let (event, line) = try events.next()
                root = try node(event, line, at: .root, depth: 1)
            case .other: continue
            case .scalar, .sequenceStart, .sequenceEnd, .mappingStart, .mappingEnd, .alias:
                throw error(line, .root, "this is not YAML", "Look at the lines above.")
            }
        }
    }

    private mutating func node(
        _ event: YAMLEvents.Event, _ line: Int, at path: NodePath, depth: Int
    ) throws(ConfigurationError) -> Node {
        count += 1
        guard count <= Node.maximumCount else {
            throw error(
                line, path, "there are more than \(Node.maximumCount) values", "Check that this is the file that was meant.")
        }
        switch event {
        case .scalar(let text, let isPlain, let decoration):
            try refuse(decoration, line, path)
            // A path or a name with NUL in it would end there for every C library.
            guard !text.utf8.contains(0) else { throw error(line, path, "there is a NUL character in this text", "Remove it.") }
            return Node(kind: .scalar(text, isPlain: isPlain), line: line, file: file, path: path)
        case .sequenceStart(let decoration):
            try refuse(decoration, line, path)
            try checkDepth(depth, line, path)
            return Node(kind: .sequence(try elements(of: path, depth: depth)), line: line, file: file, path: path)
        case .mappingStart(let decoration):
            try refuse(decoration, line, path)
            try checkDepth(depth, line, path)
            return Node(kind: .mapping(try entries(of: path, depth: depth)), line: line, file: file, path: path)
        case .alias(let name):
            throw error(line, path, "the alias '*\(shown(name))' stands here; aliases are not supported", "Write the value itself.")
        case .documentStart, .sequenceEnd, .mappingEnd, .streamEnd, .other:
            throw error(line, path, "a value is missing here", "Write one.")
        }
    }

    private mutating func elements(of path: NodePath, depth: Int) throws(ConfigurationError) -> [Node] {
        var nodes: [Node] = []
        while true {
            let (event, line) = try events.next()
            if case .sequenceEnd = event { return nodes }
            nodes.append(try node(event, line, at: .index(nodes.count, in: path), depth: depth + 1))
        }
    }

    private mutating func entries(of path: NodePath, depth: Int) throws(ConfigurationError) -> [Node.Entry] {
        var entries: [Node.Entry] = []
        var lines: [String: Int] = [:]
        while true {
            let (event, line) = try events.next()
            if case .mappingEnd = event { return entries }
            let key = try key(event, line, in: path)
            let keyPath = NodePath.key(key, in: path)
            if let first = lines.updateValue(line, forKey: key) {
                throw error(line, keyPath, "this key stands already in line \(first)", "Keep one of the two.")
            }
            let (valueEvent, valueLine) = try events.next()
            let value = try node(valueEvent, valueLine, at: keyPath, depth: depth + 1)
            entries.append(Node.Entry(key: key, line: line, value: value))
        }
    }

    private func key(_ event: YAMLEvents.Event, _ line: Int, in path: NodePath) throws(ConfigurationError) -> String {
        guard case .scalar(let key, _, let decoration) = event, !key.isEmpty else {
            throw error(
                line, path, "a key here is not a word", "Write 'key: value', and quotes around a value with brackets in it.")
        }
        try refuse(decoration, line, path)
        guard key.utf8.count <= Node.maximumKeyLength, !key.utf8.contains(0) else {
            throw error(line, path, "the key \(quoted(key)) is too long or holds a NUL character", "Correct the key.")
        }
        return key
    }

    private func refuse(_ decoration: String?, _ line: Int, _ path: NodePath) throws(ConfigurationError) {
        guard let decoration else { return }
        throw error(
            line, path, "\(decoration) stands here; anchors and tags are not supported",
            "Remove it, or put the text into quotes if it is meant as text.")
    }

    private func checkDepth(_ depth: Int, _ line: Int, _ path: NodePath) throws(ConfigurationError) {
        guard depth > Node.maximumDepth else { return }
        // The path is as deep as the trouble; the line is enough.
        throw error(line, .root, "more than \(Node.maximumDepth) levels are nested here", "Look for brackets that were not closed.")
    }

    private func error(_ line: Int, _ path: NodePath, _ problem: String, _ remedy: String) -> ConfigurationError {
        ConfigurationError(file: file, line: line, keyPath: path.description, problem: problem, remedy: remedy)
    }
}
