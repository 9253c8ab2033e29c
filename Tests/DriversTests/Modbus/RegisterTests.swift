import Drivers
import Testing

private func field(
    _ type: RegisterType, words: RegisterOrder = .highFirst, bytes: RegisterOrder = .highFirst, factor: Double = 1,
    absent: UInt64? = nil
) -> RegisterField {
    RegisterField(
        table: .input, address: 0x34, type: type, wordOrder: words, byteOrder: bytes, factor: factor, absentPattern: absent)
}

@Suite struct `A register field` {
    @Test(
        arguments: [
            (RegisterType.u16, [0xFFFE], 65534.0), (.i16, [0xFFFE], -2), (.u32, [0x0001, 0x0002], 65538),
            (.i32, [0xFFFF, 0xFFFE], -2), (.u64, [0, 1, 0, 2], 4_294_967_298), (.i64, [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFE], -2),
            (.f32, [0x4366, 0x199A], 230.1), (.f64, [0x406C, 0xC333, 0x3333, 0x3333], 230.1),
            // 230.1 V is 2301 × 10⁻¹; −5 A is −5000 × 10⁻³ in 24 bits.
            (.t5, [0xFF00, 0x08FD], 230.1), (.t6, [0xFDFF, 0xEC78], -5), (.t5, [0x03FF, 0xFFFF], 16_777_215_000),
        ] as [(RegisterType, [UInt16], Double)])
    func `reads a number as it is written`(type: RegisterType, words: [UInt16], number: Double) throws {
        let value = try #require(try field(type).value(words))

        #expect(abs(value - number) <= abs(number) * 1e-12)
    }

    @Test(
        arguments: [
            (RegisterOrder.highFirst, RegisterOrder.highFirst, [0x0102, 0x0304]), (.lowFirst, .highFirst, [0x0304, 0x0102]),
            (.highFirst, .lowFirst, [0x0201, 0x0403]), (.lowFirst, .lowFirst, [0x0403, 0x0201]),
        ] as [(RegisterOrder, RegisterOrder, [UInt16])])
    func `puts words and bytes into order`(words: RegisterOrder, bytes: RegisterOrder, registers: [UInt16]) throws {
        #expect(try field(.u32, words: words, bytes: bytes).value(registers) == 0x0102_0304)
    }

    @Test(
        arguments: [
            (0.001, 0, 1.234), (1000, 0, 1_234_000), (1, 3, 1_234_000), (1, 0xFFFD, 1.234),
        ] as [(Double, UInt16, Double)])
    func `scales by its unit and by its power of ten`(factor: Double, exponent: UInt16, number: Double) throws {
        let value = try #require(try field(.u16, factor: factor).value([1234], exponent: exponent))

        #expect(abs(value - number) < 1e-9)
    }

    @Test func `is absent where the device says so`() throws {
        #expect(try field(.u32, absent: 0xFFFF_FFFF).value([0xFFFF, 0xFFFF]) == nil)
        #expect(try field(.f32, absent: 0xFFC0_0000).value([0xFFC0, 0]) == nil)
        #expect(try field(.u32, absent: 0xFFFF_FFFF).value([0xFFFF, 0xFFFE]) == 4_294_967_294)
    }

    @Test(
        arguments: [
            (RegisterType.f32, [0x7FC0, 0], 0, "nan at input register 0x0034"),
            (.f32, [0x7F80, 0], 0, "inf at input register 0x0034"), (.f32, [0xFF80, 0], 0, "-inf at input register 0x0034"),
            // 230.1 V with its words swapped.
            (.f32, [0x199A, 0x4366], 0, "1.59e-23 at input register 0x0034: is the word order right?"),
            // No meter means ten to the hundredth.
            (.u16, [1], 100, "inf at input register 0x0034"),
        ] as [(RegisterType, [UInt16], UInt16, String)])
    func `refuses what no meter measures`(type: RegisterType, words: [UInt16], exponent: UInt16, problem: String) {
        let error = #expect(throws: ImplausibleNumber.self) { try field(type).value(words, exponent: exponent) }

        // The exact digits of a swapped float are of no account.
        let (said, expected) = (error?.problem ?? "", problem)
        #expect(said == expected || expected.hasSuffix("?") && said.hasSuffix(String(expected.drop { $0 != " " })))
    }
}

private func range(_ address: Int, _ count: Int, _ table: RegisterTable = .input) -> RegisterBlock {
    RegisterBlock(table: table, address: address, count: count)
}

@Suite struct `A plan of requests` {
    @Test(
        arguments: [
            // Neighbours are read together.
            ([range(0, 2), range(2, 2), range(10, 2), range(12, 2), range(14, 2)], 60, 0, [range(0, 4), range(10, 6)], true),
            // Equal lengths: one request is cut in two, for nothing may be read along.
            ([range(0, 2), range(2, 4), range(10, 6)], 60, 0, [range(0, 2), range(2, 4), range(10, 6)], true),
            // A small gap is read along where the device allows it.
            ([range(0, 2), range(6, 2)], 60, 4, [range(0, 8)], true),
            ([range(0, 2), range(7, 2)], 60, 4, [range(0, 2), range(7, 3)], true),
            // A request is not longer than the device's limit.
            ([range(0, 2), range(2, 2), range(4, 2)], 4, 0, [range(0, 4), range(4, 2)], true),
            // The same length in the other table is told apart by its function.
            ([range(0, 2), range(0, 2, .holding)], 60, 0, [range(0, 2, .holding), range(0, 2)], true),
            // Overlapping fields are one range.
            ([range(0, 4), range(2, 4)], 60, 0, [range(0, 6)], true),
            // Nothing makes these differ.
            ([range(0, 2), range(10, 2)], 60, 0, [], false), ([range(0, 2), range(2, 2), range(10, 4)], 60, 0, [], false),
            ([range(0, 200)], 125, 0, [], false),
        ] as [([RegisterBlock], Int, Int, [RegisterBlock], Bool)])
    func `has few requests, and no two of one length`(
        ranges: [RegisterBlock], maximum: Int, gap: Int, blocks: [RegisterBlock], isPossible: Bool
    ) throws {
        let limits = ReadLimits(maximumRegisters: maximum, maximumGap: gap)
        guard isPossible else {
            #expect(throws: BlockPlanError.self) { try BlockPlan(ranges, limits: limits) }
            return
        }

        let plan = try BlockPlan(ranges, limits: limits)

        #expect(plan.blocks == blocks)
        #expect(Set(plan.blocks.map { "\($0.table) \($0.count)" }).count == plan.blocks.count)
        #expect(ranges.allSatisfy { range in plan.blocks.contains { $0.contains(range) } })
        #expect(plan.blocks.allSatisfy { $0.count <= maximum })
    }

    @Test func `counts in the device's steps`() throws {
        let limits = ReadLimits(maximumGap: 3, multipleOf: 2)

        #expect(try BlockPlan([range(0, 2), range(10, 2)], limits: limits).blocks.map(\.count) == [2, 4])
        #expect(throws: BlockPlanError.self) { try BlockPlan([range(0, 1)], limits: ReadLimits(multipleOf: 2)) }
    }
}
