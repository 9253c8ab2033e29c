import BoardSupport
import Testing
import Units

/// A card reader's driver with a reader behind it that a test can use and break.
struct CardReaderUnderTest {
    var log: EventLog
    /// A card with this number comes into the field of the reader and stays.
    var present: (_ number: String) throws -> Void
    /// The field is empty, and the reader has seen it.
    var remove: () throws -> Void
    /// The reader goes away, or is there again.
    var setGone: (Bool) throws -> Void
}

/// What every card reader's driver has to keep, whatever it reads with.
func checkCardReader(_ subject: CardReaderUnderTest) throws {
    let log = subject.log

    // Each presentation is told once, the second one of the same card too, in the order they came.
    let numbers = ["04A2B3C4", "04A2B3C4D5E680", "04A2B3C4", "0102030405060708090A", "04A2B3C4", "04A2B3C4"]
    var expected: [BoardEvent] = []
    for number in numbers {
        try subject.present(number)
        expected.append(.card(idTag: number, connectors: nil))
        log.expect("card \(number)") { $0.filter(\.isCard) == expected }
        try subject.remove()
    }
    #expect(log.all.filter(\.isCard) == expected)
    #expect(!log.all.contains { $0.readerFailure != nil })

    // A reader that goes away is told once, with a reason, and so is its return; cards are read as before.
    for round in 1...2 {
        log.forget()
        try subject.setGone(true)
        log.expect("the reader is gone (\(round))") { $0.contains { $0.readerFailure??.isEmpty == false } }
        try subject.setGone(false)
        log.expect("the reader is back (\(round))") { $0.contains { $0.readerFailure == .some(nil) } }
        try subject.present("0B0B0B0B")
        log.expect(.card(idTag: "0B0B0B0B", connectors: nil))
        try subject.remove()
        let told = log.all
        #expect(told.count { $0.readerFailure != nil } == 2, "\(told)")
        #expect(told.count(where: \.isCard) == 1, "\(told)")
    }
}

extension BoardEvent {
    fileprivate var isCard: Bool { if case .card = self { true } else { false } }
    /// nil: it is something else; `.some(nil)`: the reader is back.
    fileprivate var readerFailure: String?? { if case .reader(let failure) = self { .some(failure) } else { nil } }
}
