import CYAML

/// libyaml's stream of events over one text. Owns the parser and the text it reads from.
struct YAMLEvents: ~Copyable {
    enum Event {
        case documentStart
        /// - Parameter decoration: the anchor, alias or tag found on it, none of which a configuration file may use.
        case scalar(String, isPlain: Bool, decoration: String?)
        case sequenceStart(decoration: String?)
        case sequenceEnd
        case mappingStart(decoration: String?)
        case mappingEnd
        case alias(String)
        case streamEnd
        /// The stream's start and a document's end, which mean nothing here.
        case other
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let file: String

    /// - Parameter text: must be valid UTF-8 without NUL.
    init(text: [UInt8], file: String) throws(ConfigurationError) {
        self.file = file
        input = .allocate(capacity: max(text.count, 1))
        _ = input.initialize(from: text)
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) == 1 else {
            throw ConfigurationError(file: file, line: nil, problem: "there is no memory to read it", remedy: "Free some memory.")
        }
        yaml_parser_set_input_string(parser, input.baseAddress, text.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event and its line. After an error or `streamEnd` it must not be called again.
    mutating func next() throws(ConfigurationError) -> (event: Event, line: Int) {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
        defer { yaml_event_delete(&event) }
        return (translated(event), Int(clamping: event.start_mark.line) + 1)
    }

    private func translated(_ event: yaml_event_t) -> Event {
        let data = event.data
        switch event.type {
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_STREAM_END_EVENT: return .streamEnd
        case YAML_SEQUENCE_START_EVENT:
            return .sequenceStart(decoration: decoration(data.sequence_start.anchor, data.sequence_start.tag))
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            return .mappingStart(decoration: decoration(data.mapping_start.anchor, data.mapping_start.tag))
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        case YAML_ALIAS_EVENT: return .alias(text(data.alias.anchor))
        case YAML_SCALAR_EVENT:
            let bytes = UnsafeBufferPointer(start: data.scalar.value, count: data.scalar.length)
            return .scalar(
                String(decoding: bytes, as: UTF8.self), isPlain: data.scalar.style == YAML_PLAIN_SCALAR_STYLE,
                decoration: decoration(data.scalar.anchor, data.scalar.tag))
        default: return .other
        }
    }

    private func decoration(_ anchor: UnsafeMutablePointer<yaml_char_t>?, _ tag: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        if let anchor { return "the anchor '&\(shown(text(anchor)))'" }
        if let tag { return "the tag \(quoted(text(tag)))" }
        return nil
    }

    private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String {
        guard let pointer else { return "" }
        return String(cString: pointer)
    }

    /// libyaml's own words; its reader names a byte offset, its scanner and parser a mark.
    private func syntaxError() -> ConfigurationError {
        let parser = parser.pointee
        let problem = parser.problem.map { String(cString: $0) } ?? "it cannot be read as YAML"
        switch parser.error {
        case YAML_READER_ERROR:
            let line = input.prefix(Int(clamping: parser.problem_offset)).count { $0 == UInt8(ascii: "\n") } + 1
            return ConfigurationError(file: file, line: line, problem: problem, remedy: "Remove that character.")
        case YAML_MEMORY_ERROR:
            return ConfigurationError(file: file, line: nil, problem: "there is no memory to read it", remedy: "Free some memory.")
        default:
            let context = parser.context.map { ", " + String(cString: $0) + " of line \(parser.context_mark.line + 1)" } ?? ""
            let line = Int(clamping: parser.problem_mark.line) + 1
            return ConfigurationError(
                file: file, line: line, problem: "this is not YAML: \(problem)\(context)", remedy: remedy(line: line))
        }
    }

    /// What usually is behind a syntax error.
    private func remedy(line: Int) -> String {
        let lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let around = lines.prefix(line).suffix(2)
        if around.contains(where: { $0.drop { $0 == UInt8(ascii: " ") }.first == UInt8(ascii: "\t") }) {
            return "Indent with blanks, not with tabs."
        }
        return "Look at the indentation, the blank behind each colon, and quotes and brackets that were not closed, here and above."
    }
}
