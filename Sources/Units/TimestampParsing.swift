extension Timestamp {
    /// Reads ISO 8601 as central systems really write it: `2026-11-22T09:00:00Z`, `…00.123456789Z`, `…+02:00`, `…+0200`, `…+02`,
    /// with a blank or small `t` and `z`, without seconds, without a zone (then UTC). `nil` for anything else.
    public init?(_ text: String) {
        guard let (timestamp, _) = Timestamp.parse(text) else { return nil }
        self = timestamp
    }

    /// As `init(_:)`, and whether the text named a zone.
    public static func parse(_ text: String) -> (timestamp: Timestamp, namesZone: Bool)? {
        var scanner = Scanner(text: text)
        guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2), scanner.skip("-"),
            let day = scanner.digits(2)
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard date.isValid, scanner.skip("T") || scanner.skip("t") || scanner.skip(" "), let hour = scanner.digits(2),
            scanner.skip(":"), let minute = scanner.digits(2)
        else { return nil }
        var second: Int64 = 0
        var fraction: Int64 = 0
        if scanner.skip(":") {
            guard let value = scanner.digits(2) else { return nil }
            second = value
            if scanner.skip(".") || scanner.skip(",") {
                guard let value = scanner.fraction() else { return nil }
                fraction = value
            }
        }
        // A leap second reads as the last second before it.
        guard hour <= 23 || (hour == 24 && minute == 0 && second == 0), minute <= 59, second <= 60,
            let zone = scanner.zone(), scanner.isAtEnd
        else { return nil }
        let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + min(second, 59)
        let timestamp = Timestamp(milliseconds: (seconds - (zone.offset ?? 0)) * 1000 + fraction)
        return (timestamp, zone.offset != nil)
    }

    private struct Scanner {
        var rest: Substring.UTF8View

        init(text: String) { rest = Substring(text).utf8 }

        var isAtEnd: Bool { rest.isEmpty }

        mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard let first = rest.first, UInt32(first) == character.value else { return false }
            rest = rest.dropFirst()
            return true
        }

        mutating func digits(_ count: Int) -> Int64? {
            let taken = rest.prefix(count)
            guard taken.count == count else { return nil }
            var value: Int64 = 0
            for byte in taken {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - 48)
            }
            rest = rest.dropFirst(count)
            return value
        }

        /// Milliseconds from one or more fraction digits; what lies below a millisecond is cut off.
        mutating func fraction() -> Int64? {
            var value: Int64 = 0
            var weight: Int64 = 100
            var count = 0
            while let byte = rest.first, (48...57).contains(byte) {
                value += Int64(byte - 48) * weight
                weight /= 10
                count += 1
                rest = rest.dropFirst()
            }
            return count > 0 ? value : nil
        }

        /// The offset east of UTC in seconds; `offset` is nil where no zone is named; the whole is nil when it is malformed.
        mutating func zone() -> (offset: Int64?, Void)? {
            if isAtEnd { return (nil, ()) }
            if skip("Z") || skip("z") { return (0, ()) }
            let sign: Int64
            if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
            guard let hours = digits(2) else { return nil }
            var minutes: Int64 = 0
            if skip(":") || !isAtEnd {
                guard let value = digits(2) else { return nil }
                minutes = value
            }
            guard hours <= 18, minutes <= 59 else { return nil }
            return (sign * (hours * 3600 + minutes * 60), ())
        }
    }
}
