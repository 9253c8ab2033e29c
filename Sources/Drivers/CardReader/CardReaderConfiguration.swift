/// One card reader as the board file describes it.
public struct CardReaderConfiguration: Sendable, Equatable {
    /// libnfc's connection string, such as `pn532_uart:/dev/ttyS1`.
    public var device: String
    /// The connectors that its cards are for; nil: all.
    public var connectors: [Int]?
    public var format: IdTagFormat
    /// Cards that make up a new number each time count as cards.
    public var allowsRandomIds: Bool
    /// What to look for; nil: everything that the device can.
    public var technologies: Set<CardTechnology>?

    public init(
        device: String, connectors: [Int]? = nil, format: IdTagFormat = .canonical, allowsRandomIds: Bool = false,
        technologies: Set<CardTechnology>? = nil
    ) {
        self.device = device
        self.connectors = connectors
        self.format = format
        self.allowsRandomIds = allowsRandomIds
        self.technologies = technologies
    }

    /// The idTag that a card stands for at this reader.
    public func idTag(of card: ReadCard) throws(CardRefusal) -> String {
        guard !card.isRandom || allowsRandomIds else { throw .random(card.technology) }
        let text = format.text(of: card.uid)
        let length = text.unicodeScalars.count
        guard length <= IdTagFormat.maximumLength else { throw .tooLong(uidLength: card.uid.count, idTagLength: length) }
        return text
    }
}

/// Why a card has no idTag at a reader.
public enum CardRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    case random(CardTechnology)
    /// In bytes and characters.
    case tooLong(uidLength: Int, idTagLength: Int)

    public var description: String {
        switch self {
        case .random:
            "it makes up a new number each time, as telephones and some bank cards do, so nobody can be billed by it; "
                + "use another card, or set allowRandomIds at this reader"
        case .tooLong(let uidLength, let idTagLength):
            "its UID of \(uidLength) bytes becomes an idTag of \(idTagLength) characters, and \(IdTagFormat.maximumLength) are possible; "
                + "choose a shorter form in this reader's idTag"
        }
    }
}

/// How fast a reader is asked, and how patiently.
///
/// With a PN532 at 115200 baud and without a card, a look at three technologies takes some 70 ms; with `gap` that is 9 looks a second.
public struct CardReaderPace: Sendable, Equatable {
    /// Between two looks; the field is off meanwhile.
    public var gap: Duration = .milliseconds(40)
    /// A card has left the field when so many looks in a row did not find it.
    public var absentLooks = 3
    /// One call of the library that asks the chip something. A dead PN532 is given up after 0.3 s.
    public var callDeadline: Duration = .seconds(1)
    /// One call that opens or closes the device. A dead PN532 takes 1.4 s.
    public var openDeadline: Duration = .seconds(5)
    /// From a failure to the first attempt to open the device again; doubles with each that fails.
    public var firstRetry: Duration = .milliseconds(500)
    public var lastRetry: Duration = .seconds(10)
    /// A reader that has worked for so long may fail once without being reported: it is opened again at once.
    public var settled: Duration = .seconds(10)

    public static let standard = CardReaderPace()

    /// How long to wait before the device is opened again, after so many failures in a row.
    func retryPause(after failures: Int) -> Duration { min(lastRetry, firstRetry * (1 << min(max(failures - 1, 0), 16))) }

    public init() {}
}
