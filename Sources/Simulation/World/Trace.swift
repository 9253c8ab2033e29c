import ChargePointCore
import OCPP
import Units

/// The last inputs, for whoever has to understand a failure, and a hash of everything that left the charge point.
struct Trace: Sendable {
    private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    private var latest: [Entry] = []
    private let length: Int
    private let print: (@Sendable (String) -> Void)?

    enum Entry: Sendable {
        case input(Duration, Input)
        case note(Duration, String)
    }

    init(length: Int, print: (@Sendable (String) -> Void)?) {
        self.length = length
        self.print = print
    }

    mutating func input(_ input: Input, at instant: Duration) {
        mix(instant.components.attoseconds &+ instant.components.seconds &* 1_000_003)
        keep(.input(instant, input))
    }

    mutating func note(_ text: String, at instant: Duration) {
        mix(text)
        keep(.note(instant, text))
    }

    mutating func sent(_ text: String, at instant: Duration) {
        mix(text)
        if let print { print(Self.line(.note(instant, "  → \(text)"))) }
    }

    mutating func effect(_ effect: Effect, at instant: Duration) {
        if let print { print(Self.line(.note(instant, "  then \(Self.shortened("\(effect)"))"))) }
    }

    var lines: [String] { latest.map(Self.line) }

    private mutating func keep(_ entry: Entry) {
        // Meters are read all the time; what they say is in the way unless something else happened since.
        if case .input(_, .board(.meter(connector: _, let reading))) = entry, reading.power ?? 0 <= 0, print == nil { return }
        latest.append(entry)
        if latest.count > length { latest.removeFirst() }
        if let print { print(Self.line(entry)) }
    }

    private static func line(_ entry: Entry) -> String {
        switch entry {
        case .input(let instant, .board(.meter(connector: let number, let reading))):
            "\(instant.inSecondsText)  meter \(number): \(reading.energyImport), \(reading.power?.description ?? "no power")"
        case .input(let instant, let input): "\(instant.inSecondsText)  \(shortened("\(input)"))"
        case .note(let instant, let text): "\(instant.inSecondsText)  \(text)"
        }
    }

    /// Without the names of modules.
    private static func shortened(_ text: String) -> String {
        var text = text
        for module in ["ChargePointCore.", "OCPP.", "Units."] { text.replace(module, with: "") }
        return text
    }

    // FNV-1a.
    private mutating func mix(_ text: String) { for byte in text.utf8 { mix(byte: byte) } }
    private mutating func mix(_ number: Int64) {
        for shift in stride(from: 0, to: 64, by: 8) { mix(byte: UInt8(truncatingIfNeeded: number >> Int64(shift))) }
    }
    private mutating func mix(byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
}

extension Duration {
    fileprivate var inSecondsText: String {
        let milliseconds = String(components.attoseconds / 1_000_000_000_000_000)
        return "\(components.seconds).\(String(repeating: "0", count: max(0, 3 - milliseconds.count)))\(milliseconds)"
    }
}
