/// The Swift types that a single JSON value is read into directly.
protocol JSONPrimitive {
    /// What a person is told that the field must hold.
    static var expectation: String { get }
    /// The value, or why there is none.
    static func read(_ json: JSON, lenient: Bool) -> Result<Self, JSONMismatch>
}

enum JSONMismatch: Error {
    /// Another JSON type than the field's.
    case type
    /// The right type with a value that cannot be.
    case value(String)
}

extension String: JSONPrimitive {
    static let expectation = "a string"
    static func read(_ json: JSON, lenient: Bool) -> Result<String, JSONMismatch> {
        switch json {
        case .string(let text): .success(text)
        case .number(let text) where lenient: .success(text)
        case .bool(let value) where lenient: .success(value ? "true" : "false")
        default: .failure(.type)
        }
    }
}

extension Bool: JSONPrimitive {
    static let expectation = "a boolean"
    static func read(_ json: JSON, lenient: Bool) -> Result<Bool, JSONMismatch> {
        switch json {
        case .bool(let value): .success(value)
        case .string(let text) where lenient && text.lowercased() == "true": .success(true)
        case .string(let text) where lenient && text.lowercased() == "false": .success(false)
        default: .failure(.type)
        }
    }
}

extension Double: JSONPrimitive {
    static let expectation = "a number"
    static func read(_ json: JSON, lenient: Bool) -> Result<Double, JSONMismatch> {
        switch json {
        case .number(let text): parse(text)
        // Only what JSON too would call a number: not "nan", "inf" or "0x10".
        case .string(let text) where lenient && text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }):
            Double(text).map { $0.isFinite ? .success($0) : .failure(.type) } ?? .failure(.type)
        default: .failure(.type)
        }
    }

    private static func parse(_ text: String) -> Result<Double, JSONMismatch> {
        guard let value = Double(text), value.isFinite else { return .failure(.value("the number is out of range")) }
        return .success(value)
    }
}

extension Float: JSONPrimitive {
    static let expectation = "a number"
    static func read(_ json: JSON, lenient: Bool) -> Result<Float, JSONMismatch> {
        Double.read(json, lenient: lenient).flatMap { value in
            Float(value).isFinite ? .success(Float(value)) : .failure(.value("the number is out of range"))
        }
    }
}

/// An integer in any spelling: `300`, `300.0`, `3e2`.
extension JSONPrimitive where Self: FixedWidthInteger {
    static var expectation: String { "an integer" }
    static func read(_ json: JSON, lenient: Bool) -> Result<Self, JSONMismatch> {
        if case .number(let text) = json, let value = Self(text) { return .success(value) }
        if lenient, case .string(let text) = json, let value = Self(text) { return .success(value) }
        return Double.read(json, lenient: lenient).flatMap { number in
            guard number.rounded(.towardZero) == number else { return .failure(.type) }
            guard let value = Self(exactly: number) else { return .failure(.value("the number is out of range")) }
            return .success(value)
        }
    }
}

extension Int: JSONPrimitive {}
extension Int8: JSONPrimitive {}
extension Int16: JSONPrimitive {}
extension Int32: JSONPrimitive {}
extension Int64: JSONPrimitive {}
extension UInt: JSONPrimitive {}
extension UInt8: JSONPrimitive {}
extension UInt16: JSONPrimitive {}
extension UInt32: JSONPrimitive {}
extension UInt64: JSONPrimitive {}
extension Int128: JSONPrimitive {}
extension UInt128: JSONPrimitive {}
