import ConfigurationFile
import Testing

/// The message that `text` is refused with; nil when it is read.
func refusal(_ text: String) -> String? {
    do {
        _ = try Node.parse(text: text, file: "f.yaml")
        return nil
    } catch {
        return error.description
    }
}

@Suite struct `A configuration file's text` {
    @Test func `becomes a tree with lines and key paths`() throws {
        let root = try Node.parse(text: "a: 1\nb:\n  - x: 'no'\n    y: no\n  - {}\n", file: "f.yaml")

        let entries = try root.entries()
        #expect(entries.map(\.key) == ["a", "b"])
        #expect(entries.map(\.line) == [1, 2])
        let elements = try entries[1].value.elements()
        let inner = try elements[0].entries()
        #expect(inner[0].value.kind == .scalar("no", isPlain: false))
        #expect(inner[1].value.kind == .scalar("no", isPlain: true))
        #expect(inner[1].value.line == 4)
        #expect(inner[1].value.keyPath == "b[0].y")
        #expect(elements[1].kind == .mapping([]))
    }

    @Test(arguments: ["", "\n\n", "# only a comment\n", "---\n", "---\n...\n", "~", "\u{FEFF}"])
    func `that says nothing is an empty mapping`(text: String) throws {
        #expect(try Node.parse(text: text, file: "f.yaml").entries().isEmpty)
    }

    @Test(arguments: [
        ("a: 1\na: 2", "f.yaml:2, a: this key stands already in line 1. Keep one of the two."),
        ("a: &x 1\nb: *x", "f.yaml:1, a: the anchor '&x' stands here; anchors and tags are not supported."),
        ("b: *x", "f.yaml:1, b: the alias '*x' stands here; aliases are not supported. Write the value itself."),
        ("a: !!int 1", "f.yaml:1, a: the tag 'tag:yaml.org,2002:int' stands here"),
        ("a: ! 1", "f.yaml:1, a: the tag '!' stands here"),
        ("!x a: 1", "the tag '!x' stands here"),
        ("a: 1\n---\nb: 2", "f.yaml:2: a second document begins here."),
        ("{[1]: 2}", "f.yaml:1: a key here is not a word."),
        ("? {a: b}\n: 2", "f.yaml:1: a key here is not a word."),
        ("? \n: 1", "f.yaml:1: a key here is not a word."),
        ("a:\n\t- 1", "f.yaml:2: this is not YAML: found character that cannot start any token"),
        ("a:\n\tb: 1", "Indent with blanks, not with tabs."),
        ("a: [1, 2\nb: 3", "f.yaml:2: this is not YAML"),
        ("a: 'x", "f.yaml:1: this is not YAML: found unexpected end of stream, while scanning a quoted scalar of line 1."),
        ("x: 1\na: \u{0}", "f.yaml:2: there is a control character in this line. Remove it."),
        ("x: 1\na: \u{7f}", "f.yaml:2: control characters are not allowed. Remove that character."),
        ("a: \"\\0\"", "f.yaml:1, a: there is a NUL character in this text."),
        ("a:\n  - b:\n      c: {d: 1, d: 2}", "f.yaml:3, a[0].b.c.d: this key stands already in line 3."),
    ])
    func `is refused with its line and the reason`(text: String, message: String) {
        let refusal = refusal(text)

        #expect(refusal?.contains(message) == true, "\(refusal ?? "read")")
    }

    @Test func `that is not UTF-8 is refused with its line`() {
        #expect(throws: ConfigurationError.self) { try Node.parse(bytes: [0x61, 0x3A, 0x20, 0xFF], file: "f.yaml") }
        do {
            _ = try Node.parse(bytes: Array("a: 1\nb: ".utf8) + [0xC3, 0x28], file: "f.yaml")
        } catch {
            #expect(error.description == "f.yaml:2: this line is not UTF-8. Save the file as UTF-8.")
        }
    }

    @Test(arguments: [(32, true), (33, false)])
    func `may be nested 32 deep`(depth: Int, isRead: Bool) {
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)

        #expect((refusal(text) == nil) == isRead)
    }

    @Test(arguments: [(19_999, true), (20_000, false)])
    func `may hold 20000 values`(elements: Int, isRead: Bool) {
        #expect((refusal("[" + String(repeating: "1,", count: elements) + "]") == nil) == isRead)
    }

    @Test(arguments: [(1_048_576, true), (1_048_577, false)])
    func `may have 1 MiB`(size: Int, isRead: Bool) {
        #expect((refusal("#" + String(repeating: "x", count: size - 1)) == nil) == isRead)
    }

    @Test(arguments: ["[", "{", "- ", "? ", "\"", "a: ", "!", "&a ", "|", "[{", "a:\n", "'", "%", "---\n", "- - ", ",", "{a: "])
    func `of one thing a hundred thousand times is refused or read, soon and without a crash`(piece: String) {
        _ = refusal(String(repeating: piece, count: 100_000))
    }

    @Test func `with any mutation is read or refused, never a crash`() {
        let valid = Array(
            """
            board: simulated
            chargePoint: {id: "cp001", vendor: 'Ex''ample', afterPowerLoss: stop}
            centralSystem:
              url: ws://127.0.0.1:9000/ocpp   # comment
              reconnect: {minimumSeconds: 3, maximumSeconds: 300}
            connectors:
              - id: 1
                rating: {current: 32 A, phases: 3}
              - [a, "b\\u00e4\\n", ~]
            text: |
              block
            folded: >-
              öäü €
            """.utf8)
        var random = SplitMix(state: 42)
        let dirt: [UInt8] = Array("\0\t\n \"'[]{}:,-?&*!|>%@`#~\u{7f}".utf8) + [0x80, 0xC0, 0xE2, 0xFF, 0xEF, 0xBB, 0xBF]
        for _ in 0..<6_000 {
            var bytes = valid
            for _ in 0...(random.next() % 4) {
                let place = Int(random.next() % UInt64(max(bytes.count, 1)))
                guard !bytes.isEmpty else { break }
                switch random.next() % 5 {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = dirt[Int(random.next() % UInt64(dirt.count))]
                case 2: bytes.insert(dirt[Int(random.next() % UInt64(dirt.count))], at: place)
                case 3: bytes = Array(bytes[..<place]) + Array("x".utf8)
                default: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                }
            }
            do {
                let root = try Node.parse(bytes: bytes, file: "f.yaml")
                var reader = try MappingReader(root)
                _ = try reader.optionalMapping("chargePoint") { (inner) throws(ConfigurationError) in try inner.string("id") }
                for element in try reader.sequence("connectors", count: 0...5) { _ = element.isNull }
                try reader.finish()
            } catch {
                #expect(!error.description.contains("\n"))
            }
        }
    }
}

private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
