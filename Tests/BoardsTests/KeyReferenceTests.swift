import Testing

@testable import Boards
@testable import Drivers

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The keys that `Sources/Boards` decodes, read from its text: every method that takes a key first is known by its declaration, so that a
/// new one cannot slip through, and every call of one says its key, so that a new key cannot either.
private struct DecodedKeys {
    /// By the file that decodes them.
    var literals: [String: Set<String>] = [:]
    /// First arguments that are no literal, where the key is made up as it goes.
    var computed: Set<String> = []

    /// What takes a key and asks for nothing.
    static let askNothing: Set<String> = ["error", "contains", "missing", "refuseLines"]

    init() throws {
        let decoders = try texts(in: "Sources/Boards")
        var methods: Set<String> = []
        for text in Array(try texts(in: "Sources/ConfigurationFile").values) + decoders.values {
            for match in text.matches(of: /func (\w+)(?:<[^>]*>)?\(\s*_ key: String/) { methods.insert(String(match.1)) }
        }
        methods.subtract(Self.askNothing)
        try #require(methods.isSuperset(of: ["node", "string", "optionalDuration", "sequence", "line", "lines"]))
        for (file, text) in decoders {
            for match in text.matches(of: /(\w+)\(\s*"([^"\\]*)"/) where methods.contains(String(match.1)) {
                literals[file, default: []].insert(String(match.2))
            }
            for match in text.matches(of: /\bof:\s*"([^"\\]*)"/) { literals[file, default: []].insert(String(match.1)) }
            let calls = /(?:(?:reader|inner|top)\.|try )(\w+)\(\s*("(?:[^"\\]|\\.)*"|[\w.]+(?![\w.]|\s*:))/
            for match in text.matches(of: calls) where methods.contains(String(match.1)) {
                let argument = String(match.2)
                // A literal is known above, and who hands a parameter on is asked with a literal.
                if argument != "key", !argument.hasPrefix("\"") || argument.contains("\\(") { computed.insert(argument) }
            }
        }
    }

    /// - Parameter maps: those of register maps, or those of board files.
    func keys(ofMaps maps: Bool) -> Set<String> {
        literals.filter { (Self.mapDecoders.contains($0.key)) == maps }.values.reduce(into: []) { $0.formUnion($1) }
    }

    static let mapDecoders = ["RegisterMapDecoding.swift", "EVSEDecoding.swift"]
}

private let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

/// Every Swift file of a folder, without its comments.
private func texts(in folder: String) throws -> [String: String] {
    let directory = try #require(opendir("/\(root)/\(folder)"))
    defer { closedir(directory) }
    var texts: [String: String] = [:]
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard name.hasSuffix(".swift") else { continue }
        texts[name] = try text(of: "\(folder)/\(name)").replacing(/\/\/.*/, with: "")
    }
    return texts
}

private func text(of path: String) throws -> String {
    let file = try #require(fopen("/\(root)/\(path)", "r"))
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
}

/// What a page names in `code`, word by word.
private func names(on page: String) throws -> Set<String> {
    // A block's fence is no pair of marks.
    let text = try text(of: "Sources/Agent/Agent.docc/\(page).md").replacing("```", with: "\n")
    let spans = text.matches(of: /`([^`]+)`/).map { String($0.1) }
    return Set(spans.flatMap { span in span.matches(of: /[A-Za-z][A-Za-z0-9]*/).map { String($0.0) } })
}

@Suite struct `The reference of the board file` {
    @Test func `names every key that is decoded`() throws {
        let decoded = try DecodedKeys()
        let (board, maps) = (try names(on: "BoardFile"), try names(on: "Meters"))

        #expect(decoded.keys(ofMaps: false).subtracting(board).sorted() == [], "not in BoardFile.md")
        #expect(decoded.keys(ofMaps: true).subtracting(maps.union(board)).sorted() == [], "not in Meters.md")
    }

    @Test func `names every kind of input, output and quantity`() throws {
        let board = try names(on: "BoardFile")
        let kinds = BoardInput.Kind.allCases.map(\.rawValue) + OutputConfiguration.Kind.allCases.map(\.rawValue)
        #expect(kinds.filter { !board.contains($0) } == [])
        let drivers = Driver.contactors + Driver.pilots + Driver.meters + Driver.locks + Driver.readers
        let page = try text(of: "Sources/Agent/Agent.docc/BoardFile.md")
        #expect(drivers.filter { !page.contains("`\($0)`") } == [])
        let maps = try names(on: "Meters")
        #expect(Measurement.Kind.allCases.map(\.rawValue).filter { !maps.contains($0) } == [])
        for current in [13, 20, 32, 63, 70] { #expect(page.contains("\(current) A: LINE"), "\(current) A") }
    }

    @Test func `names no key that nobody decodes`() throws {
        let decoded = try DecodedKeys()
        let keys = decoded.keys(ofMaps: false).union(decoded.keys(ofMaps: true))
        let page = try text(of: "Sources/Agent/Agent.docc/BoardFile.md")
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.count > 60)
        for row in rows {
            let first = row.dropFirst().prefix { $0 != "|" }
            for match in first.matches(of: /[A-Za-z][A-Za-z0-9]*/) { #expect(keys.contains(String(match.0)), "\(match.0)") }
        }
    }

    /// What is neither a literal nor a parameter escapes the tests above, and has to be held by one of its own.
    @Test func `knows every key that is made up as it goes`() throws {
        #expect(try DecodedKeys().computed == ["\"\\(current) A\"", "kind.rawValue"])
    }
}
