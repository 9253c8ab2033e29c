import ConfigurationFile
import Testing

private enum Colour: String, CaseIterable { case red, green }

/// Reads `text` with `body` and gives the message it is refused with.
private func refusal(
    _ text: String, _ body: (inout MappingReader) throws(ConfigurationError) -> Void
) -> String? {
    do {
        var reader = try MappingReader(Node.parse(text: text, file: "f.yaml"))
        try body(&reader)
        try reader.finish()
        return nil
    } catch {
        return error.description
    }
}

@Suite struct `A section of a configuration file` {
    @Test func `gives each key as the type it has`() throws {
        let text = """
            word: 0777
            no: no
            count: 5
            share: 0.5
            flag: true
            colour: green
            current: 32 A
            tight: 32A
            within: 150 ms
            after: 1.5 s
            long: 2 h
            inner: {x: "1"}
            list: [{x: 1}, {x: 2}]
            """
        var reader = try MappingReader(Node.parse(text: text, file: "f.yaml"))
        #expect(try reader.string("word") == "0777")
        #expect(try reader.string("no") == "no")
        #expect(try reader.integer("count", in: 1...5) == 5)
        #expect(try reader.number("share", in: 0...1) == 0.5)
        #expect(try reader.boolean("flag"))
        #expect(try reader.enumeration("colour", Colour.self) == .green)
        #expect(try reader.quantity("current", unit: "A", in: 6...80) == 32)
        #expect(try reader.quantity("tight", unit: "A", in: 6...80) == 32)
        #expect(try reader.duration("within", in: .zero ... .seconds(1)) == .milliseconds(150))
        #expect(try reader.duration("after", in: .zero ... .seconds(2)) == .milliseconds(1500))
        #expect(try reader.duration("long", in: .zero ... .seconds(7200)) == .seconds(7200))
        #expect(try reader.mapping("inner") { (inner) throws(ConfigurationError) in try inner.string("x") } == "1")
        #expect(
            try reader.sequence("list", count: 1...2) { (inner) throws(ConfigurationError) in try inner.integer("x", in: 1...2) }
                == [1, 2])
        #expect(try reader.optionalString("absent") == nil)
        try reader.finish()
    }

    @Test(arguments: ["", "~", "null"])
    func `takes null as absent and quoted null as text`(null: String) throws {
        var reader = try MappingReader(Node.parse(text: "a: \(null)\nb: \"\(null)\"\nc: \(null)", file: "f.yaml"))

        #expect(try reader.optionalString("a") == nil)
        #expect(try reader.string("b", length: 0...9) == null)
        #expect(try reader.optionalMapping("c") { (inner) throws(ConfigurationError) in try inner.string("x") } == nil)
        try reader.finish()
    }

    @Test(arguments: [
        ("vendr: x", "f.yaml:1, vendr: unknown key 'vendr'. Did you mean 'vendor'?"),
        ("Vendor: x", "f.yaml:1, Vendor: unknown key 'Vendor'. Did you mean 'vendor'?"),
        ("vnedor: x", "Did you mean 'vendor'?"),
        ("a: 1\nbla: x", "f.yaml:1, a: unknown key 'a'. Known here: model, vendor."),
        ("vendor: [1]", "f.yaml:1, vendor: a single value is needed here, this is a list."),
        ("vendor: ''", "f.yaml:1, vendor: the text is empty. Write at least 1 character, or remove the key."),
        ("vendor: 123456", "f.yaml:1, vendor: the text has 6 characters. Write at most 5 characters."),
        ("\"v\\u202e\\n\": 1", "f.yaml:1, v??: unknown key 'v??'."),
        ("- a", "f.yaml:1: a section of keys is needed here, this is a list."),
        ("hello", "f.yaml:1: a section of keys is needed here, this is a single value."),
    ])
    func `refuses what it does not know with line, path and the nearest key`(text: String, message: String) {
        let refusal = refusal(text) { (reader) throws(ConfigurationError) in
            _ = try reader.optionalString("vendor", length: 1...5)
            _ = try reader.optionalString("model")
        }

        #expect(refusal?.contains(message) == true, "\(refusal ?? "read")")
    }

    @Test(arguments: [
        ("b: 1", "f.yaml:1, id: this key is missing. Add 'id: …'."),
        ("\nidd: 1", "f.yaml:2, id: this key is missing. Was 'idd' in line 2 meant?"),
        ("id:", "f.yaml:1, id: this key has no value. Write one behind the colon."),
    ])
    func `names a missing key`(text: String, message: String) {
        #expect(refusal(text) { (reader) throws(ConfigurationError) in _ = try reader.string("id") } == message)
    }

    @Test(arguments: [
        "6", "0", "-1", "x", "1.0", "1e0", "+1", "01", "0x1", "99999999999999999999", "''", "1_0", "²", "true", "'-'",
    ])
    func `refuses all but a whole number in range`(text: String) {
        let refusal = refusal("x: \(text)") { (reader) throws(ConfigurationError) in _ = try reader.integer("x", in: 1...5) }

        #expect(refusal?.hasSuffix("Write a whole number from 1 to 5.") == true, "\(refusal ?? "read")")
    }

    @Test(arguments: ["yes", "no", "on", "True", "FALSE", "1", "y"])
    func `takes only true and false as truth values`(text: String) {
        #expect(
            refusal("x: \(text)") { (reader) throws(ConfigurationError) in _ = try reader.boolean("x") }
                == "f.yaml:1, x: '\(text)' is neither true nor false. Write true or false.")
    }

    @Test(arguments: [
        ("32", "'32' has no unit. Write '32 A'."), ("32 V", "'32 V' is not in A. Write a number and 'A'."),
        ("32 mA", "'32 mA' is not in A."), ("A", "'A' is not a number with a unit. Write it as '6 A'."),
        ("32,5 A", "'32,5 A' is not in A."), ("1e1 A", "'1e1 A' is not in A."), ("nan A", "'nan A' is not a number with a unit."),
        ("-- A", "is not a number with a unit"), ("1. A", "is not a number with a unit"), (".5 A", "is not a number with a unit"),
        ("5.9 A", "'5.9 A' is out of range. Write from '6 A' to '80 A'."), ("80.1 A", "is out of range"),
        ("-32 A", "is out of range"),
        ("[32 A]", "a single value is needed here, this is a list."),
    ])
    func `refuses a quantity without its unit or out of range`(text: String, message: String) {
        let refusal = refusal("x: \(text)") { (reader) throws(ConfigurationError) in
            _ = try reader.quantity("x", unit: "A", in: 6...80)
        }

        #expect(refusal?.contains(message) == true, "\(refusal ?? "read")")
    }

    @Test(arguments: [
        ("2", "'2' has no unit. Write '2 ms' or '2 s'."), ("2 d", "'2 d' has an unknown unit. The units are ms, s, min and h."),
        ("soon", "'soon' is not a length of time. Write it as '150 ms' or '2 s'."),
        ("11 s", "'11 s' is out of range. Write from '10 ms' to '10 s'."), ("9999999999999999999999 h", "is out of range"),
    ])
    func `refuses a length of time without its unit or out of range`(text: String, message: String) {
        let refusal = refusal("x: \(text)") { (reader) throws(ConfigurationError) in
            _ = try reader.duration("x", in: .milliseconds(10) ... .seconds(10))
        }

        #expect(refusal?.contains(message) == true, "\(refusal ?? "read")")
    }

    @Test func `refuses an unknown word of an enumeration and names the nearest`() {
        #expect(
            refusal("x: grene") { (reader) throws(ConfigurationError) in _ = try reader.enumeration("x", Colour.self) }
                == "f.yaml:1, x: 'grene' is not known here. Did you mean 'green'? Write one of: red, green.")
    }

    @Test func `checks the length of lists and the keys of their elements`() {
        let read: (String) -> String? = { text in
            refusal(text) { (reader) throws(ConfigurationError) in
                _ = try reader.sequence("x", count: 1...2) { (inner) throws(ConfigurationError) in try inner.string("id") }
            }
        }

        #expect(read("x:\n - id: 1\n - {id: 2, od: 3}") == "f.yaml:3, x[1].od: unknown key 'od'. Did you mean 'id'?")
        #expect(read("x: []") == "f.yaml:1, x: the list has 0 elements. Write from 1 to 2.")
        #expect(read("x: [{id: 1}, {id: 1}, {id: 1}]") == "f.yaml:1, x: the list has 3 elements. Write from 1 to 2.")
        #expect(
            read("x: {}") == "f.yaml:1, x: a list is needed here, this is a section of keys. Write one '- ' line for each element.")
        #expect(read("") == "f.yaml:1, x: this key is missing. Add 'x: …'.")
    }
}

@Suite struct `The nearest word` {
    @Test(
        arguments: [
            ("HartbeatInterval", "HeartbeatInterval"), ("heartbeatinterval", "HeartbeatInterval"), ("sotp", "stop"), ("xyz", nil),
            ("", nil), ("s", nil),
        ] as [(String, String?)])
    func `is the one with few typing errors, if there is one`(word: String, expected: String?) {
        #expect(nearest(word, among: ["HeartbeatInterval", "stop", "resume"]) == expected)
    }

    @Test func `of a very long word is none`() {
        #expect(nearest(String(repeating: "a", count: 1_000_000), among: ["a", String(repeating: "a", count: 100)]) == nil)
    }
}
