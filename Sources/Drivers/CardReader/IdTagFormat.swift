/// How a card's number becomes an idTag.
///
/// Readers, card printers and central systems write the same number in different ways: reversed, with colons, in decimal. Whoever keeps the
/// list of cards sets the form; the charge point applies it to every card. An idTag that would be too long is never cut, since two cards
/// could become one: the card is refused.
public struct IdTagFormat: Sendable, Equatable {
    /// In which order the bytes are written.
    public enum ByteOrder: String, Sendable, Equatable, CaseIterable {
        /// As the reader gives them, first the byte that the card sends first.
        case reader
        /// The last byte first.
        case reversed
    }

    public enum LetterCase: String, Sendable, Equatable, CaseIterable { case upper, lower }

    /// How the number is written.
    public enum Digits: Sendable, Equatable {
        /// Two digits a byte, the separator between bytes.
        case hexadecimal(LetterCase, separator: String)
        /// The bytes as one number, with zeros in front up to so many digits.
        case decimal(atLeast: Int)
    }

    public var byteOrder: ByteOrder
    public var digits: Digits
    /// Stands in front of every number.
    public var prefix: String

    /// Upper-case hexadecimal digits in reader order.
    public static let canonical = IdTagFormat()

    /// CiString20Type (OCPP 1.6 §7.28).
    public static let maximumLength = 20
    /// The lengths that cards have in practice; a format in which these do not fit is refused.
    public static let commonUIDLengths = [4, 7]
    /// FeliCa and triple-size UIDs; a format may be too long for these, then such a card is refused.
    public static let rareUIDLengths = [8, 10]

    public init(byteOrder: ByteOrder = .reader, digits: Digits = .hexadecimal(.upper, separator: ""), prefix: String = "") {
        self.byteOrder = byteOrder
        self.digits = digits
        self.prefix = prefix
    }

    /// The number as this format writes it, whatever its length.
    public func text(of uid: [UInt8]) -> String {
        let bytes = byteOrder == .reader ? uid : uid.reversed()
        switch digits {
        case .hexadecimal(let letters, let separator):
            return prefix + bytes.map { Self.hexadecimal($0, letters) }.joined(separator: separator)
        case .decimal(let count):
            // Ten bytes are 80 bits.
            let number = String(bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) })
            return prefix + String(repeating: "0", count: max(0, count - number.utf8.count)) + number
        }
    }

    /// The longest text that a UID of so many bytes can become, in characters.
    public func maximumLength(uidLength: Int) -> Int { text(of: [UInt8](repeating: 0xFF, count: uidLength)).unicodeScalars.count }

    /// The lengths of UIDs, in bytes, whose idTag may have more than 20 characters.
    public var unfitUIDLengths: [Int] {
        (Self.commonUIDLengths + Self.rareUIDLengths).filter { maximumLength(uidLength: $0) > Self.maximumLength }
    }

    private static func hexadecimal(_ byte: UInt8, _ letters: LetterCase) -> String {
        let text = String(byte, radix: 16, uppercase: letters == .upper)
        return byte < 0x10 ? "0" + text : text
    }
}
