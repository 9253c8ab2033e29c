import Simulation
import Testing

/// Seeds that once broke a rule. A seed's life changes with the world around it; what each of them told is in its name.
@Suite struct RegressionTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var seed: UInt64
        var told: String
        var testDescription: String { "seed \(seed): \(told)" }
    }

    static let rows = [
        Row(seed: 55, told: "a lock that was stuck and moves again is told once more to lock"),
        Row(seed: 66, told: "a message recorded while the head of the queue is being loaded is not forgotten"),
        Row(seed: 81, told: "a late answer to an earlier attempt does not let another CALL go while the repeat is outstanding"),
        Row(seed: 1161, told: "a clock that is set past an interval's end does not date its values before this start"),
        Row(seed: 306, told: "a clock that is set dates no aligned value back to an instant that nobody awaited"),
        Row(seed: 513, told: "a reservation of connector 0 that is replaced takes back who waits for a cable"),
        Row(seed: 915, told: "a vehicle that asks and stops at every turn does not make all offers come and go"),
        Row(seed: 1948, told: "credentials that are replaced before they were proven are what the next ones fall back to"),
        Row(seed: 2501, told: "a fault of the whole charge point that suspends opens every contactor"),
        Row(seed: 3124, told: "what had to wait for its answer is not answered while Rejected"),
        Row(seed: 41739, told: "a usage that may not begin where its cable comes is Preparing before it is Finishing"),
        Row(seed: 1109, told: "UnlockConnector is not answered over another connection than it came by"),
    ]

    @Test(arguments: rows)
    func `what a seed found once stays mended`(row: Row) {
        let outcome = SimulationRun(seed: row.seed)()

        #expect(outcome.failure == nil, "\(outcome.failure.map { "\($0)" } ?? "")")
    }
}
