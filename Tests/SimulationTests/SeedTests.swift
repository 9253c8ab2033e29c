import Simulation
import Testing

@Suite struct SeedTests {
    @Test(arguments: [1, 51, 101, 151] as [UInt64])
    func `every rule holds in every world`(first: UInt64) {
        for seed in first..<first + 50 {
            let outcome = SimulationRun(seed: seed)()
            #expect(outcome.failure == nil, "\(outcome.failure.map { "\($0)" } ?? "")")
        }
    }

    @Test func `the same seed lives the same life`() {
        for seed in UInt64(1)...5 {
            let first = SimulationRun(seed: seed)()
            let second = SimulationRun(seed: seed)()

            #expect(first == second)
        }
    }

    @Test func `other seeds live other lives`() {
        let hashes = Set((UInt64(1)...20).map { SimulationRun(seed: $0, steps: 50)().hash })

        #expect(hashes.count == 20)
    }

    @Test func `worlds are full of trouble`() {
        var total = SimulationStatistics()
        for seed in UInt64(1)...10 { total += SimulationRun(seed: seed)().statistics }

        #expect(total.powerLosses > 0)
        #expect(total.sessions > 25)
        #expect(total.messages > 60)
    }
}
