public import ConfigurationFile

/// What the daemon's configuration file says, with defaults for what it leaves out.
///
/// Paths in it are resolved: those that were relative are relative to the file's own folder.
public struct DaemonConfiguration: Sendable, Equatable {
    /// `simulated`, or the path of a board file.
    public var board = Self.simulatedBoard
    /// Where the file names the board file; `nil` where it does not.
    public var boardLine: BoardLine?
    /// How many connectors the simulated board has; `nil` where the file does not say. Never beside another board.
    public var connectors: Int?
    public var dataDirectory = "/var/lib/ladepunkt"
    public var chargePoint = ChargePointSection()
    /// Absent: standalone, the charger's own card list decides.
    public var centralSystem: CentralSystemSection?
    public var control = ControlSection()
    /// Absent: nothing listens on a network port.
    public var web: WebSection?
    public var firmware = FirmwareSection()
    /// Initial values of OCPP configuration keys, in the order of the file. No key appears twice, whatever its case.
    public var ocpp: [OCPPValue] = []

    public static let simulatedBoard = "simulated"

    /// The place of the key `board`.
    public struct BoardLine: Sendable, Equatable {
        public var file: String
        public var line: Int

        /// The trouble with the board file itself, at the key that names it; other trouble is as it was.
        public func placed(_ error: ConfigurationError) -> ConfigurationError {
            guard error.line == nil, error.keyPath.isEmpty else { return error }
            return ConfigurationError(
                file: file, line: line, keyPath: "board", problem: "\(error.file): \(error.problem)", remedy: error.remedy)
        }
    }

    /// One line of the `ocpp` section.
    public struct OCPPValue: Sendable, Equatable {
        /// The key as it was written; keys compare without regard to case.
        public var key: String
        /// The value's text, whatever it looks like.
        public var text: String
        /// Where it stands, for errors and warnings about it.
        public var file: String
        public var line: Int

        public init(key: String, text: String, file: String, line: Int) {
            self.key = key
            self.text = text
            self.file = file
            self.line = line
        }

        /// Trouble with this value.
        public func error(_ problem: String, _ remedy: String) -> ConfigurationError {
            ConfigurationError(file: file, line: line, keyPath: "ocpp.\(key)", problem: problem, remedy: remedy)
        }
    }

    /// The configuration of a daemon that was given no file.
    public init() {}

    public static func load(path: String) throws(ConfigurationError) -> DaemonConfiguration {
        try DaemonConfiguration(Node.load(path: path))
    }

    /// Reads the configuration from a file's tree; relative paths are resolved against the folder of the tree's file.
    public init(_ root: Node) throws(ConfigurationError) {
        let folder = Folder(of: root.file)
        var top = try MappingReader(root)
        if let node = top.optionalNode("board"), case let name = try node.string(), name != Self.simulatedBoard {
            board = folder.resolved(name)
            boardLine = BoardLine(file: node.file, line: node.line)
        }
        connectors = try top.optionalInteger("connectors", in: 1...32)
        if connectors != nil, board != Self.simulatedBoard {
            throw top.error("connectors", "a board file says itself which connectors there are", "Remove this key.")
        }
        dataDirectory = try top.optionalPath("dataDirectory", in: folder) ?? dataDirectory
        let central = try top.optionalMapping("centralSystem") { (inner) throws(ConfigurationError) in
            try CentralSystemSection(&inner, in: folder)
        }
        centralSystem = central
        let section = try top.optionalMapping("chargePoint") { (inner) throws(ConfigurationError) in
            try ChargePointSection(&inner, for: central)
        }
        if section == nil, central != nil {
            throw top.error(
                "chargePoint", "this section is missing, but a central system is named",
                "Add 'chargePoint: {id: …}' with the identity that the central system knows.")
        }
        chargePoint = section ?? chargePoint
        control =
            try top.optionalMapping("control") { (inner) throws(ConfigurationError) in try ControlSection(&inner, in: folder) }
            ?? control
        web = try top.optionalMapping("web") { (inner) throws(ConfigurationError) in try WebSection(&inner) }
        firmware =
            try top.optionalMapping("firmware") { (inner) throws(ConfigurationError) in try FirmwareSection(&inner, in: folder) }
            ?? firmware
        if let node = top.optionalNode("ocpp") { ocpp = try Self.values(node) }
        try top.finish()
    }

    private static func values(_ node: Node) throws(ConfigurationError) -> [OCPPValue] {
        var values: [OCPPValue] = []
        var lines: [String: Int] = [:]
        for entry in try node.entries() where !entry.value.isNull {
            // CiString50 and CiString500 (OCPP 1.6 §7.5, §6.7).
            let value = OCPPValue(
                key: entry.key, text: try entry.value.string(length: 0...500), file: entry.value.file, line: entry.line)
            guard entry.key.unicodeScalars.count <= 50 else {
                throw value.error("the key is longer than 50 characters", "Shorten it.")
            }
            if let line = lines.updateValue(entry.line, forKey: entry.key.lowercased()) {
                throw value.error(
                    "this key stands already in line \(line); upper and lower case are the same", "Keep one of the two.")
            }
            values.append(value)
        }
        return values
    }
}

/// The folder that relative paths of a file start from.
struct Folder {
    private let prefix: String

    /// - Parameter file: its path; without a slash in it, paths stay as they are.
    init(of file: String) {
        prefix = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    }

    func resolved(_ path: String) -> String {
        if path.hasPrefix("/") || prefix.isEmpty { return path }
        return prefix + (path.hasPrefix("./") ? String(path.dropFirst(2)) : path)
    }
}

extension MappingReader {
    mutating func optionalPath(_ key: String, in folder: Folder) throws(ConfigurationError) -> String? {
        try optionalString(key).map(folder.resolved)
    }
}
