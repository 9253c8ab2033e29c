import Testing
import Units

@testable import Drivers

@Suite(.serialized) struct `The card readers of a board` {
    @Test func `report cards with idTag and connectors, refuse random ones, and fail while one of them fails`() async {
        let (left, right) = (EmulatedReader(), EmulatedReader())
        let (events, lines) = (Guarded<[BoardEvent]>([]), Guarded<[String]>([]))
        let readers = CardReaders(
            [
                CardReaderConfiguration(device: left.device, connectors: [1]),
                CardReaderConfiguration(device: right.device, connectors: [2], format: IdTagFormat(prefix: "X")),
            ],
            lockDirectory: left.folder, pace: ReaderBench.fast, report: { event in events.change { $0.append(event) } },
            log: { line in lines.change { $0.append(line) } })
        // The prefix leaves no room for ten bytes; then each says that it works.
        #expect(lines.wait { $0.count == 3 })

        left.present(.a([1, 2, 3, 4]))
        #expect(events.wait { $0 == [.card(idTag: "01020304", connectors: [1])] })
        right.present(.a([0x08, 2, 3, 4]))
        #expect(lines.wait { $0.contains { $0.contains("is refused: it makes up a new number each time") } })
        right.present(.a([5, 6, 7, 8]))
        #expect(events.wait { $0.last == .card(idTag: "X05060708", connectors: [2]) })
        left.unplug()
        let failure = "\(left.device): \(CardReaderFailure.missing(path: left.path))"
        #expect(events.wait { $0.last == .reader(failure: failure) })
        left.present(nil)
        left.plug()
        #expect(events.wait { $0.last == .reader(failure: nil) })

        await readers.close()

        #expect(events.current.count == 4)
        #expect(!lines.current.contains { $0.contains("08020304") })
        left.end()
        right.end()
    }

    @Test(.timeLimit(.minutes(1))) func `end although one is stuck in the library`() async {
        let chip = EmulatedReader()
        let events = Guarded<[BoardEvent]>([])
        let lines = Guarded<[String]>([])
        let readers = CardReaders(
            [CardReaderConfiguration(device: chip.device)], lockDirectory: chip.folder, pace: ReaderBench.fast,
            report: { event in events.change { $0.append(event) } }, log: { line in lines.change { $0.append(line) } })
        #expect(lines.wait { $0.count == 1 })
        chip.set(.hung)
        #expect(events.wait { $0 == [.reader(failure: "\(chip.device): \(CardReaderFailure.hung)")] })

        await readers.close()

        // It came back, and the library's call has not.
        #expect(events.current.last == .reader(failure: "\(chip.device): \(CardReaderFailure.hung)"))
        chip.end()
    }
}
