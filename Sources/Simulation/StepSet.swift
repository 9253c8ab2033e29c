/// Some of a world's steps, written `3,17,22-25`.
public struct StepSet: Sendable, Equatable, CustomStringConvertible {
    /// Ascending, each once.
    public let steps: [Int]
    private let members: Set<Int>

    public init(_ steps: some Sequence<Int>) {
        members = Set(steps)
        self.steps = members.sorted()
    }

    /// - Parameter text: numbers and ranges with commas between them; an empty text names no step. nil: it is something else.
    public init?(_ text: String) {
        var steps: [Int] = []
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, 0...last ~= first, last < 10_000_000 else {
                return nil
            }
            steps += first...last
        }
        self.init(steps)
    }

    public func contains(_ step: Int) -> Bool { members.contains(step) }

    public var description: String {
        var runs: [ClosedRange<Int>] = []
        for step in steps {
            if let last = runs.last, last.upperBound + 1 == step {
                runs[runs.count - 1] = last.lowerBound...step
            } else {
                runs.append(step...step)
            }
        }
        return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }
}
