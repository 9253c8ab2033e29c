import BoardSupport
@testable import Drivers
import Testing
import Units

@Suite(.serialized) struct `Every card reader` {
    @Test func `by libnfc keeps the rules`() async throws {
        let reader = EmulatedReader()
        let log = try EventLog()
        let works = Guarded(0)
        // Nothing here hangs; a machine that is busy with other tests must not look like it.
        var pace = ReaderBench.fast
        pace.callDeadline = .seconds(10)
        let readers = CardReaders(
            [CardReaderConfiguration(device: reader.device)], lockDirectory: reader.folder, pace: pace,
            report: { log.add($0) }, log: { line in if line.contains(" works: ") { works.change { $0 += 1 } } })
        #expect(works.wait { $0 == 1 })

        do {
            try checkCardReader(
                CardReaderUnderTest(
                    log: log,
                    present: { number in
                        let digits = Array(number)
                        let uid = stride(from: 0, to: digits.count, by: 2).compactMap {
                            UInt8(String(digits[$0...($0 + 1)]), radix: 16)
                        }
                        reader.present(.a(uid))
                    },
                    remove: {
                        reader.present(nil)
                        // Three technologies to a look, three looks without a card, and one that may have begun before.
                        let before = reader.state.current.chip.emptyPolls
                        #expect(reader.state.wait { $0.chip.emptyPolls >= before + 12 })
                    },
                    setGone: { $0 ? reader.unplug() : reader.plug() }))
        } catch { Issue.record(error) }

        await readers.close()
        reader.end()
    }

    @Test func `that is simulated keeps the rules`() async throws {
        try await SimulatedBench.waiting { bench in
            try checkCardReader(
                CardReaderUnderTest(
                    log: bench.log, present: { try bench.simulator.presentCard(idTag: $0, connectors: nil) }, remove: {},
                    setGone: { try bench.simulator.setReader($0 ? .gone : nil) }))
        }
    }
}
