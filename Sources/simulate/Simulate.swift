public import ArgumentParser
public import Simulation

@main
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Lives through seeded worlds of trouble and judges what the charge point does in them.",
        discussion: """
            Exit status 0: every rule held. 1: a rule was broken; the seed and the last inputs say where. A single seed that fails is \
            made short first: what is printed then is all that it takes, and the command that lives it again.
            """)

    @Option(help: "One world.") var seed: UInt64?
    @Option(help: "So many worlds, on all processors.") var seeds: UInt64?
    @Option(help: "The first of them.") var from: UInt64 = 1
    @Option(help: "Things that happen in each world before everything is put in order.") var steps = 300
    @Option(help: "Of these only some, as in 3,17,22-25.") var only: StepSet?
    @Option(help: "Troubles that the world is spared, as in cut,slowFrame.") var without = TroubleList()
    @Option(help: "A planted defect: \(Variant.allCases.map(\.rawValue).joined(separator: ", ")).") var variant = Variant.faithful
    @Option(help: "Go on after a failure until so many have been found.") var failures = 1
    @Flag(help: "Print every input and every effect.") var trace = false
    @Flag(inversion: .prefixedNo, help: "Make a failing life short (default for a single seed).") var shrink: Bool?

    mutating func validate() throws {
        guard steps >= 0 else { throw ValidationError("--steps is 0 or more") }
        guard seed == nil || seeds == nil else { throw ValidationError("give --seed for one world or --seeds for many, not both") }
        guard failures >= 1 else { throw ValidationError("--failures is 1 or more") }
        guard seeds.map({ !from.addingReportingOverflow($0).overflow }) ?? true else {
            throw ValidationError("--from and --seeds together are more than there are seeds")
        }
    }

    func run() async throws {
        let clock = ContinuousClock()
        let start = clock.now
        var report = Report(shrinks: shrink ?? (seeds == nil && !trace), limit: failures)
        if seeds == nil {
            let outcome = trace ? life(seed ?? from)(trace: { print($0) }) : life(seed ?? from)()
            report.take([outcome])
            if outcome.failure == nil {
                print("seed \(outcome.seed): every rule held, hash \(String(outcome.hash, radix: 16))")
            }
        } else {
            await liveAll(&report)
        }
        print("\(report.summary), \(start.duration(to: clock.now))")
        if report.found > 0 { throw ExitCode.failure }
    }

    private func life(_ seed: UInt64) -> SimulationRun {
        SimulationRun(seed: seed, steps: steps, variant: variant, only: only, without: without.troubles)
    }

    /// Batches go to all processors; what they tell is told in the order of their seeds.
    private func liveAll(_ report: inout Report) async {
        let batch: UInt64 = 16
        let end = from + (seeds ?? 0)
        await withTaskGroup(of: (UInt64, [SimulationRun.Outcome]).self) { group in
            func start(_ first: UInt64) {
                group.addTask { [self] in (first, (first..<min(first + batch, end)).map { life($0)() }) }
            }
            var next = from
            for _ in 0..<64 where next < end {
                start(next)
                next += batch
            }
            var due = from
            var waiting: [UInt64: [SimulationRun.Outcome]] = [:]
            for await (first, outcomes) in group {
                waiting[first] = outcomes
                while let outcomes = waiting.removeValue(forKey: due) {
                    report.take(outcomes)
                    due += batch
                }
                if report.isFull { return group.cancelAll() }
                if next < end {
                    start(next)
                    next += batch
                }
            }
        }
    }
}

/// What has been found so far, printed as it comes.
private struct Report {
    let shrinks: Bool
    let limit: Int
    private var total = SimulationStatistics()
    private var count = 0
    private(set) var found = 0

    init(shrinks: Bool, limit: Int) {
        self.shrinks = shrinks
        self.limit = limit
    }

    var isFull: Bool { found >= limit }

    mutating func take(_ outcomes: [SimulationRun.Outcome]) {
        for outcome in outcomes where !isFull {
            count += 1
            total += outcome.statistics
            guard let failure = outcome.failure else { continue }
            found += 1
            print(shrinks ? failure.shortened() : failure)
        }
    }

    var summary: String {
        "\(count) seeds, \(total.steps) steps, \(total.inputs) inputs, \(total.starts) starts, \(total.powerLosses) power losses, "
            + "\(total.commits) commits, \(total.sessions) sessions, \(total.messages) transaction messages, \(total.frames) frames, "
            + "\(found) failures"
    }
}

/// Troubles by name, with commas between them.
struct TroubleList: ExpressibleByArgument {
    var troubles: Set<Trouble> = []

    init() {}

    init?(argument: String) {
        for name in argument.split(separator: ",") {
            guard let trouble = Trouble(rawValue: String(name)) else { return nil }
            troubles.insert(trouble)
        }
    }

    static var allValueStrings: [String] { Trouble.allCases.map(\.rawValue) }
    var defaultValueDescription: String { "none" }
}

extension StepSet: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension Variant: ExpressibleByArgument {}
