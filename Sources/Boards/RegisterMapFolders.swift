import ConfigurationFile

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where the register maps are that a board file names, such as `Meters/eastron-sdm630.yaml`.
public struct RegisterMapFolders: Sendable, Equatable {
    /// Where the package installs the boards and their maps.
    public static let installed = "/usr/share/ladepunkt/Board"

    /// Searched in this order.
    public var folders: [String]

    public init(_ folders: [String]) { self.folders = folders }

    /// The board file's own folder first, so that a charger can have its own map, then the installed ones.
    /// - Parameter boardFile: its path.
    public init(besides boardFile: String, installed: String = RegisterMapFolders.installed) {
        let parts = boardFile.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let own = parts.isEmpty ? "." : parts.joined(separator: "/")
        folders = [own.isEmpty ? "/" : own, installed]
    }

    /// The map's path; nil: it is in none of the folders.
    public func path(of name: String) -> String? {
        if name.hasPrefix("/") { return name }
        let paths = folders.map { $0.hasSuffix("/") ? $0 + name : $0 + "/" + name }
        return paths.first { access($0, F_OK) == 0 }
    }

    func path(of name: Node) throws(ConfigurationError) -> String {
        let text = try name.string(length: 1...4096)
        if let path = path(of: text), access(path, F_OK) == 0 { return path }
        guard !text.hasPrefix("/") else { throw name.error("there is no register map \(text)", "Create it or name another one.") }
        throw name.error(
            "there is no register map \(text)",
            "It was looked for in \(folders.joined(separator: " and in ")). Name a file of Board/Meters or Board/EVSE, or write one."
        )
    }

    /// All maps in the folder `Meters` of the first folder that has one, by name: for a search.
    public func meterMapNames() -> [String] {
        for folder in folders {
            guard let directory = opendir(folder + "/Meters") else { continue }
            defer { closedir(directory) }
            var names: [String] = []
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name.hasSuffix(".yaml") { names.append("Meters/" + name) }
            }
            if !names.isEmpty { return names.sorted() }
        }
        return []
    }
}
