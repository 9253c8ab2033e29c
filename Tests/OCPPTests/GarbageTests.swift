import OCPP
import Testing

/// SplitMix64: the same seed gives the same garbage on every machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite struct `Garbage` {
    static let frames: [String] =
        `The message tables`.received.map { #"[2,"7",""# + $0.1.action.rawValue + #"","# + $0.0 + "]" }
        + [
            #"[3,"7",{"status":"Accepted","currentTime":"2026-11-22T09:00:00Z","interval":300}]"#,
            #"[3,"7",{"idTagInfo":{"status":"Accepted","expiryDate":"2026-11-22T09:00:00Z","parentIdTag":"P"},"transactionId":12}]"#,
            #"[4,"7","InternalError","\u00fc\ud83d\ude00",{"a":[1,2.5e3,null,true]}]"#,
        ]
    /// Pieces that break readers more often than random bytes do.
    static let pieces = [
        "\"", "\\", "\\u", "\\ud800", "{", "}", "[", "]", ",", ":", "null", "true", "-", "1e999", "1e-999", "0", ".5", "\u{0}", "😀",
        "[[[[", "{\"a\":",
        "99999999999999999999", "-1", "2026-02-30T25:61:61Z", "9999-12-31T23:59:59.999999999999999999+18:00",
    ]

    static func mutated(_ text: String, _ generator: inout SeededGenerator) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let end = min(bytes.count, place + Int.random(in: 0...8, using: &generator))
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 3: bytes.insert(contentsOf: Array((pieces.randomElement(using: &generator) ?? "").utf8), at: place)
            case 4: bytes.replaceSubrange(place..<end, with: Array((pieces.randomElement(using: &generator) ?? "").utf8))
            default: bytes.removeSubrange(place...)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: 0..<8 as Range<UInt64>) func `of any kind is read without a crash`(seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        var counts: [String: Int] = [:]
        for _ in 0..<1000 {
            let text = Self.mutated(Self.frames.randomElement(using: &generator) ?? "", &generator)
            switch IncomingFrame.parse(text) {
            case .call: counts["call", default: 0] += 1
            case .refused(let id, let error):
                counts["refused", default: 0] += 1
                // What we answer is itself a frame that can be read, and says what is wrong.
                #expect(!error.description.isEmpty)
                if case .error(id, let echoed) = IncomingFrame.parse(OutgoingFrame.error(id, error).encoded()) {
                    #expect(echoed.code == error.code)
                } else {
                    Issue.record("our own CALLERROR cannot be read: \(text)")
                }
            case .result(_, let payload):
                counts["result", default: 0] += 1
                _ = try? payload.decode(BootNotification.Confirmation.self)
                _ = try? payload.decode(StartTransaction.Confirmation.self)
                _ = try? payload.decode(StopTransaction.Confirmation.self)
            case .error(let id, let error):
                counts["error", default: 0] += 1
                _ = OutgoingFrame.error(id, error).encoded()
            case .unusable(let problem, _):
                counts["unusable", default: 0] += 1
                #expect(!problem.isEmpty)
            }
        }
        // The mutations reach every way out.
        #expect(counts.count == 5, "\(counts)")
    }
}
