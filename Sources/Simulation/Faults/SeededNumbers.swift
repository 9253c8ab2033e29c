/// Numbers that only the seed decides (SplitMix64): the one source of chance in a simulated world.
///
/// Every step of a world draws from a stream of its own: a step that is left out changes nothing in the others.
struct SeededNumbers: Sendable {
    private var state: UInt64

    init(seed: UInt64, stream: Int = 0) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 ^ 0xD1B5_4A32_D192_ED03
        guard stream != 0 else { return }
        state = next() &+ UInt64(bitPattern: Int64(stream)) &* 0xA24B_AED4_963E_E407
        state = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// 0 to `bound` − 1; 0 for a bound that leaves no choice.
    mutating func below(_ bound: Int) -> Int { bound > 1 ? Int(next() % UInt64(bound)) : 0 }

    mutating func chance(_ probability: Double) -> Bool { Double(next() >> 11) / 9_007_199_254_740_992 < probability }

    /// - Parameter choices: at least one.
    mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[below(choices.count)] }

    mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
        .milliseconds(range.lowerBound + below(range.upperBound - range.lowerBound + 1))
    }

    mutating func seconds(_ range: ClosedRange<Int>) -> Duration {
        milliseconds(range.lowerBound * 1000...range.upperBound * 1000)
    }
}
