/// Registers that are read with one request.
public struct RegisterBlock: Sendable, Hashable, CustomStringConvertible {
    public var table: RegisterTable
    public var address: Int
    public var count: Int

    public init(table: RegisterTable, address: Int, count: Int) {
        self.table = table
        self.address = address
        self.count = count
    }

    public var end: Int { address + count }

    public func contains(_ other: RegisterBlock) -> Bool {
        table == other.table && address <= other.address && other.end <= end
    }

    /// `30 input registers from 0x0034`
    public var description: String { "\(count) \(table.word) registers from \(hexadecimal(address))" }
}

/// What a device takes in one request.
public struct ReadLimits: Sendable, Equatable {
    /// Registers in one answer; the protocol carries 125.
    public var maximumRegisters: Int
    /// How many registers that no field needs may be read along between two fields or at an end. Many devices refuse a request that
    /// touches a register they do not have, so nothing is read along unless the device's documents allow it.
    public var maximumGap: Int
    /// Every count is a multiple of it: meters that think in floats refuse an odd number of registers.
    public var multipleOf: Int

    public init(maximumRegisters: Int = 60, maximumGap: Int = 0, multipleOf: Int = 1) {
        self.maximumRegisters = maximumRegisters
        self.maximumGap = maximumGap
        self.multipleOf = multipleOf
    }
}

/// The requests of one poll: few, within the limits, and no two alike in table and length.
///
/// The last is what keeps a bill right. An answer that comes after its time-out is taken for the answer to the *next* request when
/// that has the same unit, function and length, for Modbus RTU has nothing else to match by: asked for energy, the device seems to
/// say the power. With every length used once, a late answer fits no other request of the poll.
public struct BlockPlan: Sendable, Equatable {
    public let blocks: [RegisterBlock]

    /// - Throws: when no such requests exist: two fields of equal length stand far apart and nothing may be read along.
    public init(_ ranges: [RegisterBlock], limits: ReadLimits) throws(BlockPlanError) {
        var blocks: [RegisterBlock] = []
        for table in RegisterTable.allCases {
            let own = Self.merged(ranges.filter { $0.table == table }.sorted { ($0.address, $0.count) < ($1.address, $1.count) })
            if let long = own.first(where: { $0.count > limits.maximumRegisters }) { throw .tooLong(long, limits.maximumRegisters) }
            let groups = Self.grouped(own, limits)
            guard let distinct = Self.distinct(groups[...], limits, taken: []) else {
                throw .equalLengths(groups.map(Self.block))
            }
            blocks += distinct
        }
        self.blocks = blocks
    }

    /// Overlapping fields as one range.
    private static func merged(_ ranges: [RegisterBlock]) -> [RegisterBlock] {
        var merged: [RegisterBlock] = []
        for range in ranges {
            if let last = merged.last, range.address < last.end {
                merged[merged.count - 1].count = max(last.end, range.end) - last.address
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    /// Neighbours that one request can fetch.
    private static func grouped(_ ranges: [RegisterBlock], _ limits: ReadLimits) -> [[RegisterBlock]] {
        var groups: [[RegisterBlock]] = []
        for range in ranges {
            if let first = groups.last?.first, let last = groups.last?.last, range.address - last.end <= limits.maximumGap,
                range.end - first.address <= limits.maximumRegisters
            {
                groups[groups.count - 1].append(range)
            } else {
                groups.append([range])
            }
        }
        return groups
    }

    /// As few changes as make every length different: as they are, else a little longer, else cut in two.
    private static func distinct(
        _ groups: ArraySlice<[RegisterBlock]>, _ limits: ReadLimits, taken: Set<Int>
    ) -> [RegisterBlock]? {
        guard let group = groups.first else { return [] }
        let rest = groups.dropFirst()
        for extra in 0...limits.maximumGap {
            var block = block(group)
            block.count += extra
            guard block.count <= limits.maximumRegisters, block.end <= 0x1_0000, block.count % limits.multipleOf == 0,
                !taken.contains(block.count)
            else { continue }
            if let others = distinct(rest, limits, taken: taken.union([block.count])) { return [block] + others }
        }
        for cut in group.indices.dropFirst() {
            let halves = [Array(group[..<cut]), Array(group[cut...])]
            if let found = distinct((halves + rest)[...], limits, taken: taken) { return found }
        }
        return nil
    }

    private static func block(_ group: [RegisterBlock]) -> RegisterBlock {
        var block = group[0]
        block.count = group[group.count - 1].end - block.address
        return block
    }
}

public enum BlockPlanError: Error, Equatable, Sendable, CustomStringConvertible {
    case tooLong(RegisterBlock, Int)
    case equalLengths([RegisterBlock])

    public var description: String {
        switch self {
        case .tooLong(let block, let maximum): "\(block) are more than the \(maximum) that one request may read"
        case .equalLengths(let blocks):
            "no requests of different lengths read these blocks: \(blocks.map(\.description).joined(separator: ", "))"
        }
    }
}

/// What the requests of one poll brought.
public struct RegisterContents: Sendable, Equatable {
    private var blocks: [(block: RegisterBlock, words: [UInt16])] = []

    public init() {}

    public static func == (left: Self, right: Self) -> Bool {
        left.blocks.elementsEqual(right.blocks) { $0.block == $1.block && $0.words == $1.words }
    }

    public mutating func add(_ words: [UInt16], from block: RegisterBlock) { blocks.append((block, words)) }

    /// nil: they were not read.
    public subscript(_ range: RegisterBlock) -> [UInt16]? {
        guard let (block, words) = blocks.first(where: { $0.block.contains(range) }), words.count == block.count else { return nil }
        return Array(words[(range.address - block.address)..<(range.end - block.address)])
    }

    /// Every register that was read is 0: what some meters and gateways answer while they start.
    public var isAllZero: Bool { blocks.allSatisfy { $0.words.allSatisfy { $0 == 0 } } }
}

extension RegisterField {
    /// The number in its base unit; nil where the device says that it has none.
    public func value(in contents: RegisterContents) throws(ImplausibleNumber) -> Double? {
        var words: [[UInt16]] = []
        for range in ranges {
            guard let found = contents[range] else { throw ImplausibleNumber(problem: "\(place) was not read") }
            words.append(found)
        }
        return try value(words[0], exponent: words.count > 1 ? words[1][0] : 0)
    }
}
