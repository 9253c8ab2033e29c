/// A life of a charge point from one seed: trouble first, then everything in order and all demanded that was promised.
///
/// A failing life is made short (`shortened`): steps are left out and troubles spared as long as the same rule breaks.
public struct SimulationRun: Sendable, Equatable {
    public var seed: UInt64
    /// Things that happen while there is trouble.
    public var steps: Int
    public var variant: Variant
    /// Which of the steps happen, from 0; nil: all.
    public var only: StepSet?
    /// Troubles that this world is spared.
    public var spared: Set<Trouble>

    public init(
        seed: UInt64, steps: Int = 300, variant: Variant = .faithful, only: StepSet? = nil, without spared: Set<Trouble> = []
    ) {
        self.seed = seed
        self.steps = steps
        self.variant = variant
        self.only = only
        self.spared = spared
    }

    public struct Outcome: Sendable, Equatable {
        public var seed: UInt64
        /// Of all that was put in and all that was sent: equal for equal runs.
        public var hash: UInt64
        public var statistics: SimulationStatistics
        public var failure: Failure?
    }

    public struct Failure: Sendable, Equatable, CustomStringConvertible {
        public var run: SimulationRun
        public var violation: Violation
        /// The step at which it happened; nil: after everything had been put in order.
        public var step: Int?
        /// The last inputs, oldest first.
        public var inputs: [String]

        public var description: String {
            let place = step.map { "at step \($0)" } ?? "after the last step"
            return "seed \(run.seed), \(place): \(violation)\n" + inputs.map { "  \($0)\n" }.joined()
                + "  again with: swift run -c release simulate \(run.arguments) --trace"
        }
    }

    /// What `simulate` is told to live this life again.
    public var arguments: String {
        let isEmpty = only?.steps.isEmpty ?? false
        var words = ["--seed \(seed)", "--steps \(isEmpty ? 0 : steps)"]
        if let only, !isEmpty { words.append("--only \(only)") }
        if !spared.isEmpty { words.append("--without \(spared.map(\.rawValue).sorted().joined(separator: ","))") }
        if variant != .faithful { words.append("--variant \(variant.rawValue)") }
        return words.joined(separator: " ")
    }

    /// - Parameters:
    ///   - remembered: so many of the last inputs are told with a failure.
    ///   - trace: gets a line for every input and effect; nil: none.
    public func callAsFunction(remembering remembered: Int = 30, trace: (@Sendable (String) -> Void)? = nil) -> Outcome {
        let trace = Trace(length: remembered, print: trace)
        let world: World
        do { world = try World(seed: seed, without: spared, variant: variant, trace: trace) } catch {
            return outcome(trace, SimulationStatistics(), error, step: 0)
        }
        var present: Int?
        do throws(Interruption) {
            for step in 0..<steps where only?.contains(step) ?? true {
                present = step
                world.beginStream(step + 1)
                try world.step()
            }
            present = nil
            world.beginStream(-1)
            try world.heal()
        } catch { return outcome(world.trace, world.finalStatistics, error, step: present) }
        return Outcome(seed: seed, hash: world.trace.hash, statistics: world.finalStatistics, failure: nil)
    }

    private func outcome(
        _ trace: Trace, _ statistics: SimulationStatistics, _ interruption: Interruption, step: Int?
    ) -> Outcome {
        let violation: Violation
        switch interruption {
        case .violation(let found): violation = found
        case .powerLost, .processEnded: violation = Violation("shell", "the world ended at an unexpected point")
        }
        let failure = Failure(run: self, violation: violation, step: step, inputs: trace.lines)
        return Outcome(seed: seed, hash: trace.hash, statistics: statistics, failure: failure)
    }
}

/// What has happened in one or many worlds.
public struct SimulationStatistics: Sendable, Equatable {
    public var steps = 0
    public var inputs = 0
    public var starts = 0
    public var powerLosses = 0
    public var commits = 0
    public var sessions = 0
    /// Transaction messages queued.
    public var messages = 0
    /// Frames sent by the charge point.
    public var frames = 0

    public init() {}

    public static func += (left: inout SimulationStatistics, right: SimulationStatistics) {
        left.steps += right.steps
        left.inputs += right.inputs
        left.starts += right.starts
        left.powerLosses += right.powerLosses
        left.commits += right.commits
        left.sessions += right.sessions
        left.messages += right.messages
        left.frames += right.frames
    }
}

extension World {
    var finalStatistics: SimulationStatistics {
        var statistics = statistics
        statistics.sessions = ledger.sessions.count
        statistics.messages = ledger.messages.count
        return statistics
    }
}
