/// One number in a device's registers: where it stands, how it is written, and what its unit is.
///
/// Modbus moves 16-bit registers and leaves the rest to the makers: how many registers a number takes, which of them comes first, and
/// what one step means. All of that is here, so that a wrong word order is a wrong line of data and never a wrong line of code.
public struct RegisterField: Sendable, Equatable {
    public var table: RegisterTable
    /// As it goes over the wire: counted from 0. Makers' tables often count from 1, or add 30001 or 40001.
    public var address: Int
    public var type: RegisterType
    /// Which register of a longer number comes first; most makers send the most significant one first.
    public var wordOrder: RegisterOrder
    /// Which byte of a register comes first; the Modbus specification says the most significant one.
    public var byteOrder: RegisterOrder
    /// What one step of the number is in the quantity's base unit (Wh, W, A, V, …).
    public var factor: Double
    /// A register in the same table whose value is a power of ten to multiply with.
    public var exponentAddress: Int?
    /// The bit pattern with which the device says that it has no value.
    public var absentPattern: UInt64?

    public init(
        table: RegisterTable, address: Int, type: RegisterType, wordOrder: RegisterOrder = .highFirst,
        byteOrder: RegisterOrder = .highFirst, factor: Double = 1, exponentAddress: Int? = nil, absentPattern: UInt64? = nil
    ) {
        self.table = table
        self.address = address
        self.type = type
        self.wordOrder = wordOrder
        self.byteOrder = byteOrder
        self.factor = factor
        self.exponentAddress = exponentAddress
        self.absentPattern = absentPattern
    }

    /// The registers that have to be read for it.
    public var ranges: [RegisterBlock] {
        let own = RegisterBlock(table: table, address: address, count: type.registers)
        guard let exponentAddress else { return [own] }
        return [own, RegisterBlock(table: table, address: exponentAddress, count: 1)]
    }

    /// The number in its base unit; nil where the device says that it has none.
    /// - Parameter words: `type.registers` registers, in the order in which they came.
    /// - Throws: a number that no meter measures.
    public func value(_ words: [UInt16], exponent: UInt16 = 0) throws(ImplausibleNumber) -> Double? {
        let bits = bits(words)
        if bits == absentPattern { return nil }
        let number = type.number(bits) * powerOfTen(Int(Int16(bitPattern: exponent))) * factor
        guard number.isFinite else { throw ImplausibleNumber(problem: "\(number) at \(place)") }
        // A float read with its words swapped is nearly always a monstrous one or one that nothing could measure.
        guard !type.isFloat || number == 0 || abs(number) > 1e-9 else {
            throw ImplausibleNumber(problem: "\(number) at \(place): is the word order right?")
        }
        return number
    }

    /// `input register 0x0034`
    var place: String { "\(table.word) register \(hexadecimal(address))" }

    private func bits(_ words: [UInt16]) -> UInt64 {
        let ordered = wordOrder == .highFirst ? words : words.reversed()
        return ordered.reduce(0) { $0 << 16 | UInt64(byteOrder == .highFirst ? $1 : $1.byteSwapped) }
    }
}

/// A number that cannot be true of any meter.
public struct ImplausibleNumber: Error, Equatable, Sendable {
    public var problem: String
}

/// Which of a device's tables of 16-bit registers; the raw value is the function code that reads it.
public enum RegisterTable: Int, Sendable, Hashable, CaseIterable {
    case holding = 3
    case input = 4

    public var word: String { self == .holding ? "holding" : "input" }
}

public enum RegisterOrder: String, Sendable, Hashable, CaseIterable {
    case highFirst
    case lowFirst
}

/// How a number is written.
public enum RegisterType: String, Sendable, Hashable, CaseIterable {
    case u16, i16, u32, i32, u64, i64, f32, f64
    /// A decimal float: a signed power of ten in the highest byte, an unsigned number in the other three.
    case t5
    /// The same with a signed number.
    case t6

    public var registers: Int {
        switch self {
        case .u16, .i16: 1
        case .u32, .i32, .f32, .t5, .t6: 2
        case .u64, .i64, .f64: 4
        }
    }

    var isFloat: Bool { self == .f32 || self == .f64 }

    func number(_ bits: UInt64) -> Double {
        switch self {
        case .u16, .u32, .u64: Double(bits)
        case .i16: Double(Int16(truncatingIfNeeded: bits))
        case .i32: Double(Int32(truncatingIfNeeded: bits))
        case .i64: Double(Int64(truncatingIfNeeded: bits))
        case .f32: decimal(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        case .f64: Double(bitPattern: bits)
        case .t5: decimal(bits, mantissa: Int32(truncatingIfNeeded: bits & 0xFF_FFFF))
        // Shifted up and down again, the sign of 24 bits becomes the sign of 32.
        case .t6: decimal(bits, mantissa: Int32(truncatingIfNeeded: bits << 8) >> 8)
        }
    }

    /// The decimal number that the float stands for: 230.1, not 230.10000610351562.
    private func decimal(_ float: Float) -> Double { Double("\(float)") ?? Double(float) }

    private func decimal(_ bits: UInt64, mantissa: Int32) -> Double {
        Double(mantissa) * powerOfTen(Int(Int8(truncatingIfNeeded: bits >> 24)))
    }
}

/// Ten to the power, exact where it can be; beyond what a meter can mean it is infinite, which is refused.
private func powerOfTen(_ exponent: Int) -> Double {
    guard abs(exponent) <= 18 else { return .infinity }
    var power = 1.0
    for _ in 0..<abs(exponent) { power *= 10 }
    return exponent < 0 ? 1 / power : power
}

/// `0x0034`, as makers' tables write it.
func hexadecimal(_ number: Int) -> String {
    let digits = String(number, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
