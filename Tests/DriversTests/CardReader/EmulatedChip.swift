/// A card in the field of an emulated reader.
struct EmulatedCard: Sendable, Equatable {
    enum Kind: Sendable { case a, b, felica }

    var kind: Kind
    var uid: [UInt8]
    /// Another number each time the field comes up.
    var isRandom = false

    static func a(_ uid: [UInt8]) -> EmulatedCard { EmulatedCard(kind: .a, uid: uid) }
    static func b(_ pupi: [UInt8], isRandom: Bool = false) -> EmulatedCard { EmulatedCard(kind: .b, uid: pupi, isRandom: isRandom) }
    static func felica(_ idm: [UInt8]) -> EmulatedCard { EmulatedCard(kind: .felica, uid: idm) }

    mutating func powerUp() {
        guard isRandom else { return }
        uid[uid.count - 1] &+= 1
    }

    /// As InListPassiveTarget answers it, behind the target's number.
    var target: [UInt8] {
        switch kind {
        case .a: [0x00, uid.count == 4 ? 0x04 : uid.count == 7 ? 0x44 : 0x84, 0x08, UInt8(uid.count)] + uid
        case .b: [0x50] + uid + [0, 0, 0, 0, 0x00, 0x81, 0x71, 0x01, 0x00]
        case .felica: [0x12, 0x01] + uid + [UInt8](repeating: 0, count: 8)
        }
    }
}

/// A PN532 without its line: commands in, answers out (PN532 user manual, UM0701-02).
struct EmulatedChip: Sendable {
    var card: EmulatedCard?
    var registers: [UInt16: UInt8] = [:]
    var hasField = false
    /// Looks that found no card.
    var emptyPolls = 0

    static let acknowledgement: [UInt8] = [0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00]

    static func frame(_ body: [UInt8]) -> [UInt8] {
        let count = UInt8(body.count)
        return [0x00, 0x00, 0xFF, count, 0 &- count] + body + [0 &- body.reduce(0, &+), 0x00]
    }

    /// - Parameter command: code and data.
    mutating func answer(_ command: [UInt8]) -> [UInt8] {
        let data = Array(command.dropFirst())
        let body: [UInt8]
        switch command[0] {
        // Diagnose: the communication test.
        case 0x00: body = data
        // GetFirmwareVersion: PN532 1.6; ISO 14443 A and B, ISO 18092.
        case 0x02: body = [0x32, 0x01, 0x06, 0x07]
        // ReadRegister.
        case 0x06: body = stride(from: 0, to: data.count - 1, by: 2).map { registers[address(data, $0)] ?? 0 }
        // WriteRegister.
        case 0x08:
            for index in stride(from: 0, to: data.count - 2, by: 3) { registers[address(data, index)] = data[index + 2] }
            body = []
        // RFConfiguration: item 1 is the field.
        case 0x32:
            if data[0] == 0x01 { setField(data[1] & 1 == 1) }
            body = []
        // SetParameters, SAMConfiguration.
        case 0x12, 0x14: body = []
        // PowerDown, InDeselect, InRelease.
        case 0x16, 0x44, 0x52: body = [0x00]
        // InListPassiveTarget.
        case 0x4A: body = list(data[1])
        default: return [0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00]
        }
        return Self.frame([0xD5, command[0] + 1] + body)
    }

    private func address(_ data: [UInt8], _ index: Int) -> UInt16 { UInt16(data[index]) << 8 | UInt16(data[index + 1]) }

    private mutating func setField(_ isOn: Bool) {
        if isOn, !hasField { card?.powerUp() }
        hasField = isOn
    }

    private mutating func list(_ modulation: UInt8) -> [UInt8] {
        setField(true)
        let kinds: [UInt8: EmulatedCard.Kind] = [0x00: .a, 0x01: .felica, 0x02: .felica, 0x03: .b]
        guard let card, card.kind == kinds[modulation] else {
            emptyPolls += 1
            return [0x00]
        }
        return [0x01, 0x01] + card.target
    }
}
