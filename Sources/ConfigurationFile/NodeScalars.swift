/// What a scalar says, read as the type that its key has. Quotes make no difference, but for null.
extension Node {
    /// The text as it is written.
    /// - Parameter length: how many characters (Unicode scalars, as OCPP counts) it may have.
    public func string(length: ClosedRange<Int> = 1...4096) throws(ConfigurationError) -> String {
        let text = try scalar()
        let count = text.unicodeScalars.count
        guard length.contains(count) else {
            // Without the text itself: it may be a password.
            if count == 0 {
                throw error("the text is empty", "Write at least \(characters(length.lowerBound)), or remove the key.")
            }
            let remedy =
                count > length.upperBound
                ? "Write at most \(characters(length.upperBound))." : "Write at least \(characters(length.lowerBound))."
            throw error("the text has \(characters(count))", remedy)
        }
        return text
    }

    /// A whole number in decimal digits.
    public func integer(in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        let text = try scalar()
        let remedy = "Write a whole number from \(range.lowerBound) to \(range.upperBound)."
        let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
        // 010 is ten to some and eight to others.
        guard let value = Int(text), !text.hasPrefix("+"), digits.count == 1 || digits.first != UInt8(ascii: "0") else {
            throw error("\(quoted(text)) is not a whole number", remedy)
        }
        guard range.contains(value) else { throw error("\(value) is out of range", remedy) }
        return value
    }

    /// A number with or without a decimal fraction.
    public func number(in range: ClosedRange<Double>) throws(ConfigurationError) -> Double {
        let text = try scalar()
        let remedy = "Write a number from \(shortest(range.lowerBound)) to \(shortest(range.upperBound))."
        guard let value = decimal(text) else { throw error("\(quoted(text)) is not a number", remedy) }
        guard range.contains(value) else { throw error("\(text) is out of range", remedy) }
        return value
    }

    /// `true` or `false`, in exactly these letters.
    public func boolean() throws(ConfigurationError) -> Bool {
        let text = try scalar()
        switch text {
        case "true": return true
        case "false": return false
        default: throw error("\(quoted(text)) is neither true nor false", "Write true or false.")
        }
    }

    /// One of an enumeration's raw values, letter for letter.
    public func enumeration<Value: RawRepresentable & CaseIterable>(
        _ type: Value.Type = Value.self
    ) throws(ConfigurationError) -> Value where Value.RawValue == String {
        let text = try scalar()
        if let value = Value(rawValue: text) { return value }
        let words = Value.allCases.map(\.rawValue)
        var remedy = "Write one of: \(words.joined(separator: ", "))."
        if let similar = nearest(text, among: words) { remedy = "Did you mean '\(similar)'? " + remedy }
        throw error("\(quoted(text)) is not known here", remedy)
    }

    /// A number with its unit behind it, such as `32 A`.
    /// - Returns: the number, in that unit.
    public func quantity(unit: String, in range: ClosedRange<Double>) throws(ConfigurationError) -> Double {
        let text = try scalar()
        guard let (value, found) = amount(text) else {
            throw error("\(quoted(text)) is not a number with a unit", "Write it as '\(shortest(range.lowerBound)) \(unit)'.")
        }
        guard found == unit else {
            let digits = shown(String(text.prefix { $0 != " " && !$0.isLetter }))
            let problem = found.isEmpty ? "\(quoted(text)) has no unit" : "\(quoted(text)) is not in \(unit)"
            throw error(problem, found.isEmpty ? "Write '\(digits) \(unit)'." : "Write a number and '\(unit)'.")
        }
        guard range.contains(value) else {
            throw error(
                "\(quoted(text)) is out of range",
                "Write from '\(shortest(range.lowerBound)) \(unit)' to '\(shortest(range.upperBound)) \(unit)'.")
        }
        return value
    }

    /// A length of time with its unit, `ms`, `s`, `min` or `h`, such as `150 ms`.
    public func duration(in range: ClosedRange<Duration>) throws(ConfigurationError) -> Duration {
        let text = try scalar()
        guard let (value, unit) = amount(text) else {
            throw error("\(quoted(text)) is not a length of time", "Write it as '150 ms' or '2 s'.")
        }
        let factors = ["ms": 1.0, "s": 1000, "min": 60_000, "h": 3_600_000]
        guard let factor = factors[unit] else {
            let digits = shown(String(text.prefix { $0 != " " && !$0.isLetter }))
            throw error(
                unit.isEmpty ? "\(quoted(text)) has no unit" : "\(quoted(text)) has an unknown unit",
                unit.isEmpty ? "Write '\(digits) ms' or '\(digits) s'." : "The units are ms, s, min and h.")
        }
        let milliseconds = (value * factor).rounded()
        guard abs(milliseconds) < 1e15, range.contains(.milliseconds(Int64(milliseconds))) else {
            throw error(
                "\(quoted(text)) is out of range", "Write from '\(written(range.lowerBound))' to '\(written(range.upperBound))'.")
        }
        return .milliseconds(Int64(milliseconds))
    }

    private func scalar() throws(ConfigurationError) -> String {
        guard case .scalar(let text, _) = kind else {
            throw error("a single value is needed here, this is \(kindName)", "Write one value behind the colon.")
        }
        return text
    }

    private func characters(_ count: Int) -> String { count == 1 ? "1 character" : "\(count) characters" }

    /// `6` rather than `6.0`.
    private func shortest(_ number: Double) -> String {
        Int(exactly: number).map { String($0) } ?? "\(number)"
    }

    /// As it would stand in the file.
    private func written(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        if attoseconds == 0 { return "\(seconds) s" }
        return "\(shortest(Double(seconds) * 1000 + Double(attoseconds) / 1e15)) ms"
    }

    /// The number and the unit of `32 A` or `32A`; the unit is empty when there is none.
    private func amount(_ text: String) -> (value: Double, unit: String)? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
        let rest = text[digits.endIndex...]
        guard let value = decimal(String(digits)) else { return nil }
        return (value, String(rest.drop { $0 == " " }))
    }

    /// Digits with an optional sign and an optional decimal fraction: no exponent, no `inf`, no hexadecimal.
    private func decimal(_ text: String) -> Double? {
        let unsigned = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let parts = unsigned.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard text.utf8.count <= 32, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }) else {
            return nil
        }
        return Double(text)
    }
}
