import Testing
import Units

@testable import Drivers

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A reader under test, at an emulated chip, with what it said.
struct ReaderBench {
    let chip = EmulatedReader()
    let news = Guarded<[LibNFCReader.News]>([])
    var reader: LibNFCReader?

    static var fast: CardReaderPace {
        var pace = CardReaderPace()
        pace.gap = .milliseconds(1)
        pace.callDeadline = .milliseconds(600)
        pace.firstRetry = .milliseconds(20)
        pace.lastRetry = .milliseconds(100)
        return pace
    }

    init(technologies: Set<CardTechnology>? = nil, pace: CardReaderPace = fast) {
        reader = LibNFCReader(device: chip.device, technologies: technologies, pace: pace, lockDirectory: chip.folder) {
            [news] item in
            news.change { $0.append(item) }
        }
    }

    var cards: [ReadCard] { news.current.compactMap { if case .card(let card) = $0 { card } else { nil } } }
    var failures: [CardReaderFailure] { news.current.compactMap { if case .failed(let failure) = $0 { failure } else { nil } } }

    func waitForWork(times: Int = 1) -> Bool {
        news.wait { $0.count { if case .works = $0 { true } else { false } } >= times }
    }

    func waitForCards(_ count: Int, seconds: Double = 10) -> Bool {
        news.wait(seconds: seconds) { $0.count { if case .card = $0 { true } else { false } } >= count }
    }

    /// Until the reader has looked so often without finding a card.
    func waitForEmptyPolls(_ count: Int) -> Bool {
        let before = chip.state.current.chip.emptyPolls
        return chip.state.wait { $0.chip.emptyPolls >= before + count }
    }

    func waitForFailure(seconds: Double = 10) -> Bool {
        news.wait(seconds: seconds) { $0.contains { if case .failed = $0 { true } else { false } } }
    }

    /// - Returns: whether the reader ended in time.
    @discardableResult
    func end() -> Bool {
        reader?.stop()
        let hasEnded = reader?.waitUntilEnded(within: .seconds(2)) ?? true
        chip.end()
        return hasEnded
    }
}

@Suite(.serialized) struct `A libnfc reader` {
    @Test(arguments: [
        (EmulatedCard.a([0x04, 0xA2, 0xB3, 0xC4]), CardTechnology.iso14443A, "04A2B3C4"),
        (EmulatedCard.a([0x04, 0xA2, 0xB3, 0xC4, 0xD5, 0xE6, 0x80]), .iso14443A, "04A2B3C4D5E680"),
        (EmulatedCard.a([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), .iso14443A, "0102030405060708090A"),
        (EmulatedCard.b([0x11, 0x22, 0x33, 0x44]), .iso14443B, "11223344"),
        (EmulatedCard.felica([1, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF]), .felica, "0123456789ABCDEF"),
    ])
    func `reads every kind of card`(card: EmulatedCard, technology: CardTechnology, canonical: String) {
        let bench = ReaderBench()
        #expect(bench.waitForWork())

        bench.chip.present(card)

        #expect(bench.waitForCards(1))
        #expect(bench.cards.map(\.technology) == [technology])
        #expect(bench.cards.map(\.canonical) == [canonical])
        #expect(bench.cards.map(\.isRandom) == [false])
        #expect(bench.end())
    }

    @Test(arguments: [
        EmulatedCard(kind: .a, uid: [0x08, 1, 2, 3], isRandom: true), .b([0x11, 0x22, 0x33, 0x44], isRandom: true),
    ])
    func `takes a card with a random number for one card, and knows it`(card: EmulatedCard) {
        let bench = ReaderBench()
        bench.chip.present(card)
        #expect(bench.waitForCards(1))

        // Held for long: each look reads another number.
        #expect(bench.waitForEmptyPolls(0))
        let other = card.kind == .a ? EmulatedCard.a([4, 5, 6, 7]) : .b([4, 5, 6, 7])
        #expect(bench.chip.state.wait { ($0.chip.card?.uid.last ?? 0) > (card.uid.last ?? 0) &+ 20 })
        bench.chip.present(other)

        #expect(bench.waitForCards(2))
        #expect(bench.cards.map(\.isRandom) == [true, false])
        #expect(bench.end())
    }

    @Test func `reports each of 1,000 presentations once`() {
        let bench = ReaderBench(technologies: [.iso14443A])
        #expect(bench.waitForWork())

        var expected: [String] = []
        for number in 1...1000 {
            // Every other card is the one before, which has left the field; the rest are swapped without a gap.
            let card = EmulatedCard.a([0x04, 0x00, UInt8(number / 2 / 256), UInt8(number / 2 % 256)])
            if number % 2 == 1 {
                bench.chip.present(nil)
                guard bench.waitForEmptyPolls(4) else { break }
            }
            bench.chip.present(card)
            expected.append(ReadCard(.iso14443A, uid: card.uid).canonical)
            if expected.count > 1, expected[expected.count - 2] == expected[expected.count - 1] {
                bench.chip.present(nil)
                guard bench.waitForEmptyPolls(4) else { break }
                bench.chip.present(card)
            }
            guard bench.waitForCards(number) else { break }
        }

        #expect(bench.cards.map(\.canonical) == expected)
        #expect(expected.count == 1000)
        #expect(bench.failures == [])
        #expect(bench.end())
    }

    @Test(arguments: [(EmulatedReader.Mode.silent, CardReaderFailure.silent), (.garbage, .silent)])
    func `says so when the chip fails, and reads again when it is back`(mode: EmulatedReader.Mode, failure: CardReaderFailure) {
        let bench = ReaderBench()
        #expect(bench.waitForWork())

        bench.chip.set(mode)

        #expect(bench.waitForFailure())
        #expect(bench.failures == [failure])
        bench.chip.set(.works)
        bench.chip.present(.a([1, 2, 3, 4]))
        #expect(bench.waitForCards(1))
        #expect(bench.waitForWork(times: 2))
        #expect(bench.end())
    }

    @Test func `says so when it is unplugged, and reads again when it is back`() {
        let bench = ReaderBench()
        #expect(bench.waitForWork())

        bench.chip.unplug()

        #expect(bench.waitForFailure())
        #expect(bench.failures == [.missing(path: bench.chip.path)])
        bench.chip.plug()
        bench.chip.present(.a([1, 2, 3, 4]))
        #expect(bench.waitForCards(1))
        #expect(bench.end())
    }

    @Test func `is reported by its watchdog while its thread is stuck`() {
        let bench = ReaderBench()
        #expect(bench.waitForWork())

        bench.chip.set(.hung)

        // A hung answer takes 25 s; the report comes long before.
        #expect(bench.waitForFailure(seconds: 5))
        #expect(bench.failures == [.hung])
        bench.reader?.stop()
        #expect(bench.reader?.waitUntilEnded(within: .milliseconds(300)) == false)
        bench.end()
    }

    @Test func `keeps a card that lies on it through a disturbed line as one presentation`() {
        let bench = ReaderBench()
        bench.chip.present(.a([1, 2, 3, 4]))
        #expect(bench.waitForCards(1))

        bench.chip.set(.garbage)
        #expect(bench.waitForFailure())
        bench.chip.set(.works)
        #expect(bench.waitForWork(times: 2))
        bench.chip.present(.a([5, 6, 7, 8]))

        #expect(bench.waitForCards(2))
        #expect(bench.cards.map(\.canonical) == ["01020304", "05060708"])
        #expect(bench.end())
    }

    @Test func `names the process that holds the device`() {
        let bench = ReaderBench()
        #expect(bench.waitForWork())

        let second = Guarded<[LibNFCReader.News]>([])
        let reader = LibNFCReader(device: bench.chip.device + ":115200", pace: ReaderBench.fast, lockDirectory: bench.chip.folder) {
            item in
            second.change { $0.append(item) }
        }

        #expect(second.wait { !$0.isEmpty })
        guard case .failed(.held(let process, _)) = second.current.first else {
            Issue.record("\(second.current)")
            return
        }
        #expect(process == getpid())
        reader.stop()
        #expect(reader.waitUntilEnded(within: .seconds(2)))
        #expect(bench.end())
    }
}
