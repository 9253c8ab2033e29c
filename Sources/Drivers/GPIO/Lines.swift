/// GPIO lines as the drivers use them: the kernel's behind libgpiod, or a test's.
///
/// Levels are logical: true is active, whatever the voltage.
public protocol Lines: Sendable {
    func input(_ configuration: LineConfiguration) throws(LineFault) -> any InputLine
    /// Becomes an output at this level in one step, with no glitch between.
    func output(_ configuration: LineConfiguration, isActive: Bool) throws(LineFault) -> any OutputLine
}

/// Read by one thread. The line goes back to the kernel with the last reference.
public protocol InputLine: Sendable {
    /// Readable, as `poll` says, when the level has changed.
    var descriptor: Int32 { get }
    /// Takes all changes that wait, without waiting.
    /// - Returns: how many there were.
    func drain() throws(LineFault) -> Int
    func read() throws(LineFault) -> Bool
}

/// The line goes back to the kernel with the last reference; what it does then is the chip's affair, so set its safe level before.
public protocol OutputLine: Sendable {
    /// One call to the kernel; from any thread.
    func set(_ isActive: Bool) throws(LineFault)
}

/// Why a line cannot be used.
public struct LineFault: Error, Equatable, Sendable, CustomStringConvertible {
    public var line: LineName
    public var problem: Problem

    public enum Problem: Sendable, Equatable {
        case noChip(String)
        case noLine
        /// By whom; nil: by a driver that gives no name.
        case held(String?)
        case noEdges
        case system(String)
    }

    public init(_ line: LineName, _ problem: Problem) {
        self.line = line
        self.problem = problem
    }

    public var description: String { "line \(line): \(fact). \(remedy)" }

    private var fact: String {
        switch problem {
        case .noChip(let what): "the chip '\(line.chip)' cannot be opened (\(what))"
        case .noLine: "the chip '\(line.chip)' has no line '\(line.line)'"
        case .held(let holder?): "it is held by '\(holder)'"
        case .held(nil): "a kernel driver holds it"
        case .noEdges: "it cannot signal its changes"
        case .system(let what): what
        }
    }

    private var remedy: String {
        switch problem {
        case .noChip: "Compare with 'ladepunkt board lines'; the user of the daemon needs the group 'gpio'."
        case .noLine: "'ladepunkt board lines' shows what there is."
        case .held(let holder?): "Stop '\(holder)', or name another line."
        case .held(nil): "Free it in the device tree, or name another line."
        case .noEdges: "Name a line whose chip has an interrupt."
        case .system: "Check the board."
        }
    }
}
