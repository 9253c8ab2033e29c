import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A few counts that outlive power cuts, at the price of one block written for each change.
///
/// Two slots, each a block of its own, are written in turn and in place: a supply that fails in the middle spoils the one, and the other has
/// the counts before. A slot is one line of text: `ladepunkt-wear 1`, its place in the row of writings, the counts, a checksum.
/// Used by one thread at a time.
final class WearFile: Sendable {
    let path: String
    private static let slotSize = 4096
    private static let signature = "ladepunkt-wear 1"
    /// A count that no contactor reaches: what says more is damaged.
    private static let most = 1_000_000_000

    private struct Slot {
        var number: Int
        var counts: [Int]
    }

    private struct State {
        var number = 0
        var hasFailed = false
    }

    private let state = Mutex(State())

    init(path: String) { self.path = path }

    /// - Returns: the latest counts; none where the file is new, or damaged in both slots.
    func load(log: @Sendable (String) -> Void) -> [Int] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            let reason = errno
            if reason != ENOENT {
                log("\(path): the contactors' closings cannot be read (\(systemMessage(reason))); they begin at 0")
            }
            return []
        }
        defer { close(file) }
        let slots = (0...1).compactMap { Self.slot(file, at: $0) }
        guard let latest = slots.max(by: { $0.number < $1.number }) else {
            log("\(path): the contactors' closings are damaged; they begin at 0")
            return []
        }
        state.withLock { $0.number = latest.number }
        return latest.counts
    }

    /// - Parameter log: told once that it cannot be written, until it can.
    func write(_ counts: [Int], log: @Sendable (String) -> Void) {
        let problem = state.withLock { state -> String? in
            state.number += 1
            let problem = put(Slot(number: state.number, counts: counts))
            defer { state.hasFailed = problem != nil }
            return state.hasFailed ? nil : problem
        }
        if let problem { log("\(path): the contactors' closings cannot be kept (\(problem)); check the data directory") }
    }

    private func put(_ slot: Slot) -> String? {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard file >= 0 else { return systemMessage(errno) }
        defer { close(file) }
        let text = ([Self.signature, "\(slot.number)"] + slot.counts.map { "\($0)" }).joined(separator: " ")
        let bytes = Array("\(text) \(Self.checksum(text))\n".utf8)
        guard pwrite(file, bytes, bytes.count, off_t(slot.number % 2 * Self.slotSize)) == bytes.count, fdatasync(file) == 0 else {
            return systemMessage(errno)
        }
        return nil
    }

    private static func slot(_ file: Int32, at place: Int) -> Slot? {
        var bytes = [UInt8](repeating: 0, count: slotSize)
        let count = pread(file, &bytes, bytes.count, off_t(place * slotSize))
        guard count > 0, let end = bytes.prefix(count).firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let words = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
        guard words.count > 3, words.prefix(2).joined(separator: " ") == signature,
            let sum = words.last, checksum(words.dropLast().joined(separator: " ")) == sum
        else { return nil }
        let numbers = words.dropFirst(2).dropLast().compactMap { Int($0) }
        guard numbers.count == words.count - 3, let number = numbers.first, number >= 0,
            numbers.dropFirst().allSatisfy({ (0...most).contains($0) })
        else { return nil }
        return Slot(number: number, counts: Array(numbers.dropFirst()))
    }

    /// FNV-1a, 64 bits: enough to tell a torn block.
    private static func checksum(_ text: String) -> String {
        String(text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }, radix: 16)
    }
}

private func systemMessage(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
}
