import Testing
import Units

@testable import Drivers

private let four: [UInt8] = [0x04, 0xA2, 0xB3, 0xC4]
private let seven: [UInt8] = [0x04, 0xA2, 0xB3, 0xC4, 0xD5, 0xE6, 0x80]
private let ten: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

@Suite(.ocpp("3.9")) struct `An idTag's form` {
    @Test(arguments: [
        (IdTagFormat(), four, "04A2B3C4"),
        (IdTagFormat(), seven, "04A2B3C4D5E680"),
        (IdTagFormat(), ten, "0102030405060708090A"),
        (IdTagFormat(byteOrder: .reversed), four, "C4B3A204"),
        (IdTagFormat(digits: .hexadecimal(.lower, separator: "")), four, "04a2b3c4"),
        (IdTagFormat(digits: .hexadecimal(.upper, separator: ":")), seven, "04:A2:B3:C4:D5:E6:80"),
        (IdTagFormat(byteOrder: .reversed, digits: .hexadecimal(.lower, separator: "-"), prefix: "x"), four, "xc4-b3-a2-04"),
        (IdTagFormat(digits: .decimal(atLeast: 0)), four, "77771716"),
        (IdTagFormat(digits: .decimal(atLeast: 10)), four, "0077771716"),
        (IdTagFormat(byteOrder: .reversed, digits: .decimal(atLeast: 10), prefix: "DE"), four, "DE3300106756"),
        (IdTagFormat(digits: .decimal(atLeast: 0)), seven, "1304792892040832"),
    ])
    func `is applied to the bytes in reader order`(format: IdTagFormat, uid: [UInt8], text: String) {
        #expect(format.text(of: uid) == text)
    }

    @Test(arguments: [
        (IdTagFormat(), [Int]()), (IdTagFormat(digits: .hexadecimal(.upper, separator: ":")), [8, 10]),
        (IdTagFormat(digits: .decimal(atLeast: 0)), [10]), (IdTagFormat(prefix: "1234567"), [7, 8, 10]),
    ])
    func `knows the UIDs that do not fit into twenty characters`(format: IdTagFormat, lengths: [Int]) {
        #expect(format.unfitUIDLengths == lengths)
    }
}

@Suite struct `A card at a reader` {
    @Test func `with a random number is refused, unless that is allowed`() throws {
        let card = ReadCard(.iso14443A, uid: [0x08, 1, 2, 3])

        #expect(throws: CardRefusal.random(.iso14443A)) { try CardReaderConfiguration(device: "d").idTag(of: card) }
        #expect(try CardReaderConfiguration(device: "d", allowsRandomIds: true).idTag(of: card) == "08010203")
    }

    @Test(arguments: [
        (CardTechnology.iso14443A, [UInt8]([0x08, 1, 2, 3]), true), (.iso14443A, [0x09, 1, 2, 3], false),
        (.iso14443A, [0x08, 1, 2, 3, 4, 5, 6], false), (.iso14443B, [0x08, 1, 2, 3], false),
        (.felica, [1, 0xFE, 1, 2, 3, 4, 5, 6], true), (.felica, [1, 0x2E, 1, 2, 3, 4, 5, 6], false),
    ])
    func `says itself whether its number is random`(technology: CardTechnology, uid: [UInt8], isRandom: Bool) {
        #expect(ReadCard(technology, uid: uid).isRandom == isRandom)
    }

    @Test func `whose idTag would be too long is refused rather than cut`() {
        let colons = CardReaderConfiguration(device: "d", format: IdTagFormat(digits: .hexadecimal(.upper, separator: ":")))

        #expect(throws: CardRefusal.tooLong(uidLength: 10, idTagLength: 29)) {
            try colons.idTag(of: ReadCard(.iso14443A, uid: ten))
        }
    }
}

@Suite struct `A presentation` {
    private let x = ReadCard(.iso14443A, uid: [1, 2, 3, 4])
    private let y = ReadCard(.iso14443A, uid: [5, 6, 7, 8])

    @Test func `counts again only after enough looks without the card`() {
        var presence = CardPresence(absentLooks: 3)

        let news = [x, x, nil, nil, x, nil, nil, nil, x].map { presence.saw($0) }

        #expect(news == [true, false, false, false, false, false, false, false, true])
    }

    @Test func `of two cards held together counts once for each`() {
        var presence = CardPresence(absentLooks: 3)

        let news = [x, y, x, y, y, x].map { presence.saw($0) }

        #expect(news == [true, true, false, false, false, false])
    }

    @Test func `of swapped cards counts for each`() {
        var presence = CardPresence(absentLooks: 2)

        let news = [x, y, y, x].map { presence.saw($0) }

        #expect(news == [true, true, false, true])
    }
}

@Suite struct `The health of several readers` {
    @Test func `is a failure as long as one of them fails`() {
        var health = CardReaderHealth()

        #expect(health.change(reader: 0, to: nil) == nil)
        #expect(health.change(reader: 1, to: "b: gone") == .reader(failure: "b: gone"))
        #expect(health.change(reader: 1, to: "b: gone") == nil)
        #expect(health.change(reader: 0, to: "a: gone") == .reader(failure: "a: gone; b: gone"))
        #expect(health.change(reader: 1, to: nil) == .reader(failure: "a: gone"))
        #expect(health.change(reader: 0, to: nil) == .reader(failure: nil))
    }
}

@Suite struct `A reader that has failed` {
    @Test(arguments: [(1, 500), (2, 1000), (3, 2000), (5, 8000), (6, 10_000), (7, 10_000), (.max, 10_000), (0, 500)])
    func `is opened again after pauses that double up to ten seconds`(failures: Int, milliseconds: Int) {
        #expect(CardReaderPace.standard.retryPause(after: failures) == .milliseconds(milliseconds))
    }
}
