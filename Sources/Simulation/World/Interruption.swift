/// A rule that was broken.
public struct Violation: Error, Sendable, Equatable, CustomStringConvertible {
    /// Which checker says so.
    public var rule: String
    public var problem: String

    init(_ rule: String, _ problem: String) {
        self.rule = rule
        self.problem = problem
    }

    public var description: String { "\(rule): \(problem)" }
}

/// Why a step of the shell does not go on.
enum Interruption: Error {
    case violation(Violation)
    case powerLost
    /// The core asked for its own end.
    case processEnded
}
