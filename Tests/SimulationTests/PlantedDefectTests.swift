import Simulation
import Testing

/// A shell with a defect is caught, by the rule that the defect breaks: the checkers can fail.
@Suite struct PlantedDefectTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var variant: Variant
        var rules: Set<String>
        /// Where to begin to look: the defect shows in few worlds.
        var from: UInt64 = 1
        var testDescription: String { variant.rawValue }
    }

    static let rows = [
        Row(variant: .closesBeforeCommit, rules: ["closed contactor"], from: 32),
        Row(variant: .ignoresFailedCommits, rules: ["restoring", "closed contactor", "queue", "records"], from: 12),
        Row(variant: .opensAfterCommit, rules: ["opening", "closed contactor"], from: 66),
        Row(variant: .dropsMessage, rules: ["queue", "liveness"]), Row(variant: .repeatsStop, rules: ["queue", "single call"]),
        Row(variant: .losesBacklog, rules: ["restoring", "queue", "records", "energy", "liveness", "security events"]),
        Row(variant: .answersTwice, rules: ["answers"]),
        Row(variant: .offersTooMuch, rules: ["offer", "schedule"]),
        Row(variant: .ignoresLowerOffers, rules: ["schedule"], from: 30),
        Row(variant: .swallowsStatus, rules: ["status"]),
        Row(variant: .keepsStatusAfterReconnect, rules: ["status"]), Row(variant: .rendersIdEarly, rules: ["queue"]),
        Row(variant: .dropsAfterAttempts, rules: ["queue"], from: 63), Row(variant: .stepsClockTwice, rules: ["time"]),
        Row(variant: .forgetsFallback, rules: ["link"]),
        Row(variant: .forgetsToldEvents, rules: ["security events"]),
        Row(variant: .dropsSecurityEvents, rules: ["security events"]),
        Row(variant: .forgetsRecordsOfFailure, rules: ["restoring", "queue", "records"], from: 183),
        Row(variant: .tearsLocalList, rules: ["local list"]), Row(variant: .forgetsReservations, rules: ["reservation"]),
        Row(variant: .claimsInstallation, rules: ["firmware"]),
    ]

    @Test(arguments: rows)
    func `a planted defect is caught by its rule`(row: Row) throws {
        let failure = try #require(
            (row.from...row.from + 500).lazy.compactMap { SimulationRun(seed: $0, variant: row.variant)().failure }.first)

        #expect(row.rules.contains(failure.violation.rule), "\(failure)")
    }

    @Test func `every variant but the faithful one is in the table`() {
        #expect(Set(Self.rows.map(\.variant)) == Set(Variant.allCases).subtracting([.faithful]))
    }

    @Test func `a failure names its seed and the last inputs`() throws {
        let failure = try #require(
            (UInt64(1)...100).lazy.compactMap { SimulationRun(seed: $0, variant: .offersTooMuch)().failure }.first)

        #expect("\(failure)".contains("--seed \(failure.run.seed)"))
        #expect(!failure.inputs.isEmpty && failure.inputs.count <= 30)
    }
}
