import ConfigurationFile
import Drivers
import Units

extension MappingReader {
    /// A GPIO line: `gpiochip0/relay`, or `{line: gpiochip0/relay, activeLow: true, pull: up, debounce: 5 ms}`.
    /// - Parameters:
    ///   - isInput: outputs have neither pull nor debounce.
    ///   - debounce: how long one may ask an input to rest.
    mutating func line(
        _ key: String, isInput: Bool, debounce: ClosedRange<Duration> = LineConfiguration.debounces
    ) throws(ConfigurationError) -> LineConfiguration {
        try LineConfiguration(try node(key), isInput: isInput, debounce: debounce)
    }

    mutating func optionalLine(
        _ key: String, isInput: Bool, debounce: ClosedRange<Duration> = LineConfiguration.debounces
    ) throws(ConfigurationError) -> LineConfiguration? {
        guard let node = optionalNode(key) else { return nil }
        return try LineConfiguration(node, isInput: isInput, debounce: debounce)
    }
}

extension LineConfiguration {
    static let debounces: ClosedRange<Duration> = .zero ... .seconds(1)
    /// For inputs that open a contactor: they have to do so within 20 ms.
    static let urgentDebounces: ClosedRange<Duration> = .zero ... .milliseconds(12)
    /// For contacts that answer for a contactor or a bolt: one that lets go has to open within 100 ms.
    static let contactDebounces: ClosedRange<Duration> = .zero ... .milliseconds(80)
    /// For a pilot's lines: a lost pilot has to open within 100 ms.
    static let pilotDebounces: ClosedRange<Duration> = .zero ... .milliseconds(50)

    init(_ node: Node, isInput: Bool, debounce: ClosedRange<Duration> = debounces) throws(ConfigurationError) {
        guard case .mapping = node.kind else {
            self.init(try LineName(node))
            return
        }
        var reader = try MappingReader(node)
        try self.init(&reader, isInput: isInput, debounce: debounce)
        try reader.finish()
    }

    /// The keys of a line beside others; the section may have more.
    init(
        _ reader: inout MappingReader, isInput: Bool, debounce: ClosedRange<Duration> = debounces
    ) throws(ConfigurationError) {
        self.init(try LineName(try reader.node("line")))
        isActiveLow = try reader.optionalBoolean("activeLow") ?? false
        guard isInput else { return }
        pull = try reader.optionalEnumeration("pull", Pull.self) ?? .asIs
        self.debounce = try reader.optionalDuration("debounce", in: debounce)
    }
}

extension LineName {
    fileprivate init(_ node: Node) throws(ConfigurationError) {
        let text = try node.string(length: 1...96)
        guard let name = LineName(text) else {
            throw node.error(
                "'\(text)' names no GPIO line",
                "Write chip and line, such as 'gpiochip0/relay' or '/dev/gpiochip0/17'; 'ladepunkt board lines' shows what there is."
            )
        }
        self = name
    }
}
