/// How a card and its reader speak to each other.
public enum CardTechnology: String, Sendable, Hashable, CaseIterable {
    /// MIFARE, NTAG, DESFire and most other cards: a UID of 4, 7 or 10 bytes.
    case iso14443A
    /// Some identity cards and passports: a PUPI of 4 bytes.
    case iso14443B
    /// FeliCa: an IDm of 8 bytes.
    case felica
}

/// A card as a reader sees it.
public struct ReadCard: Sendable, Hashable {
    public var technology: CardTechnology
    /// UID, PUPI or IDm, in the order in which the reader gives the bytes, without cascade tags and check bytes.
    public var uid: [UInt8]
    /// The card makes up a new number whenever it is powered: no identity.
    public var isRandom: Bool

    /// - Parameter isRandom: what the reader found out; nil: what the number itself says.
    public init(_ technology: CardTechnology, uid: [UInt8], isRandom: Bool? = nil) {
        self.technology = technology
        self.uid = uid
        self.isRandom = isRandom ?? Self.saysItIsRandom(technology, uid)
    }

    /// The form in which cards are compared: upper-case hexadecimal digits without separators, in reader order.
    public var canonical: String { IdTagFormat.canonical.text(of: uid) }

    private static func saysItIsRandom(_ technology: CardTechnology, _ uid: [UInt8]) -> Bool {
        switch technology {
        // ISO 14443-3 §6.4.4: a single-size UID that begins with 08 is a random number (RID).
        case .iso14443A: uid.count == 4 && uid[0] == 0x08
        // A PUPI carries no mark: the reader finds out by reading twice.
        case .iso14443B: false
        // ISO 18092 §11.2.2.5: an NFCID2 that begins with 01FE is a random number, as telephones have it.
        case .felica: uid.starts(with: [0x01, 0xFE])
        }
    }
}
