import ConfigurationFile

/// Judges the `driver` keys of a board file against what this build has.
enum Driver {
    static let available = [BoardFile.simulated]

    /// Takes the driver `simulated`, which has no keys beside its name.
    /// - Parameter realDrivers: what other drivers the file format knows here.
    static func checkSimulated(_ reader: inout MappingReader, realDrivers: [String]) throws(ConfigurationError) {
        let name = try reader.string("driver")
        if available.contains(name) { return }
        throw refusal(of: name, at: try reader.node("driver"), realDrivers: realDrivers)
    }

    /// Refuses a section whose drivers are all real ones, at the first of them.
    static func refuseAll(in key: String, of top: inout MappingReader, realDrivers: [String]) throws(ConfigurationError) {
        guard let first = try top.sequence(key, count: 0...256).first else { return }
        var reader = try MappingReader(first)
        let name = try reader.string("driver")
        if name == BoardFile.simulated {
            throw reader.error("driver", "there are no simulated \(key)", "Remove the section '\(key)'.")
        }
        throw refusal(of: name, at: try reader.node("driver"), realDrivers: realDrivers)
    }

    private static func refusal(of name: String, at node: Node, realDrivers: [String]) -> ConfigurationError {
        let built = available.joined(separator: ", ")
        if realDrivers.contains(name) {
            return node.error(
                "the driver '\(name)' is not in this build, which has: \(built)",
                "Write one of these, or use a build with that driver.")
        }
        let known = available + realDrivers
        let remedy =
            if let similar = nearest(name, among: known) {
                "Did you mean '\(similar)'?"
            } else {
                "The drivers here are: \(known.joined(separator: ", ")); this build has: \(built)."
            }
        return node.error("the driver '\(name.prefix(64))' is unknown", remedy)
    }
}
