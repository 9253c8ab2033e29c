import Testing

@testable import Systemd

@Suite struct `A line that repeats` {
    let line = Repeats.Line(level: 4, text: "the card reader does not answer")

    @Test func `passes a few times a minute`() {
        var repeats = Repeats()

        let passed = (0..<20).map { repeats.passes(line, at: .seconds($0)) }

        #expect(passed == Array(repeating: true, count: Repeats.limit) + Array(repeating: false, count: 20 - Repeats.limit))
    }

    @Test func `is counted while it does not pass, and told when the minute is over`() {
        var repeats = Repeats()
        for second in 0..<20 { _ = repeats.passes(line, at: .seconds(second)) }

        let early = repeats.expire(at: .seconds(59))
        let over = repeats.expire(at: .seconds(60))
        let passesAgain = repeats.passes(line, at: .seconds(61))

        #expect(early.isEmpty)
        #expect(over.map(\.line) == [line])
        #expect(over.map(\.held) == [15])
        #expect(passesAgain)
    }

    @Test func `holds up no other line`() {
        var repeats = Repeats()
        for _ in 0..<20 { _ = repeats.passes(line, at: .zero) }

        let others = [Repeats.Line(level: 4, text: "another"), Repeats.Line(level: 3, text: line.text)].map {
            repeats.passes($0, at: .zero)
        }

        #expect(others == [true, true])
    }

    @Test func `takes bounded memory; what does not fit passes`() {
        var repeats = Repeats()
        for number in 0..<Repeats.memory { _ = repeats.passes(Repeats.Line(level: 6, text: "\(number)"), at: .zero) }

        let passed = (0..<10).map { _ in repeats.passes(line, at: .zero) }

        #expect(passed.allSatisfy { $0 })
    }
}
