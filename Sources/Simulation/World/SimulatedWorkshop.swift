import ChargePointCore

/// Where firmware is fetched, verified and installed in a world, and what really runs.
struct SimulatedWorkshop: Sendable {
    /// What it draws from is its own, so that worlds without updates are as they were before there were any.
    var numbers: SeededNumbers
    /// How often the Central System asks for an update, per step.
    let rate: Double
    /// What runs.
    private(set) var running = "1.0"
    /// What runs after the next start of the process, or of the machine.
    var nextProcess: String?
    var nextMachine: String?
    /// Versions that an installation said it had installed, by update.
    var claimed: [String: String] = [:]
    var requests = 0
    /// What is being done; whatever comes of another job is nobody's business any more.
    private(set) var job = 0

    init(seed: UInt64) {
        numbers = SeededNumbers(seed: seed, stream: 0xF1)
        rate = numbers.chance(0.5) ? 0 : 0.02
    }

    mutating func begin() -> Int {
        job += 1
        return job
    }

    /// What ran when the power failed ends half done: perhaps enough for the new version to start.
    mutating func start(isMachine: Bool) {
        job += 1
        running = (isMachine ? nextMachine : nil) ?? nextProcess ?? running
        nextProcess = nil
        if isMachine { nextMachine = nil }
    }

    mutating func run(_ version: String) { running = version }
}
