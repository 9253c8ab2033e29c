import ConfigurationFile

/// Judges the `driver` keys of a board file.
enum Driver {
    /// The driver's name, which must be one of these.
    static func name(_ reader: inout MappingReader, among known: [String]) throws(ConfigurationError) -> String {
        let name = try reader.string("driver")
        if known.contains(name) { return name }
        let remedy =
            nearest(name, among: known).map { "Did you mean '\($0)'?" } ?? "The drivers here are: \(known.joined(separator: ", "))."
        throw try reader.node("driver").error("the driver '\(name.prefix(64))' is unknown", remedy)
    }

    /// The driver of a section that may be absent; the section's other keys are left for it.
    static func name(of key: String, in reader: inout MappingReader, among known: [String]) throws(ConfigurationError) -> String? {
        guard let node = reader.optionalNode(key) else { return nil }
        var inner = try MappingReader(node)
        return try name(&inner, among: known)
    }

    /// Takes a section with the driver `simulated`, which has mostly no keys beside its name.
    static func simulated(_ reader: inout MappingReader) throws(ConfigurationError) {
        _ = try name(&reader, among: [BoardFile.simulated])
    }

    static let contactors = [BoardFile.simulated, "gpio", "modbus-evse"]
    static let pilots = [BoardFile.simulated, "state-lines", "pilot-voltage", "modbus-evse"]
    static let meters = [BoardFile.simulated, "modbus"]
    static let locks = [BoardFile.simulated, "gpio"]
    static let readers = [BoardFile.simulated, "libnfc"]
}
