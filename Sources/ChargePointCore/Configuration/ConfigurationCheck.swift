import Units

/// A value that a key does not take: what it takes instead.
struct ConfigurationProblem: Error, Equatable, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

extension ConfigurationRule.Kind {
    /// - Returns: the value as it is kept: booleans in lower case, integers without leading zeros or signs, lists as they came.
    func checked(_ value: String, board: BoardProfile) throws(ConfigurationProblem) -> String {
        switch self {
        case .boolean:
            let text = value.lowercased()
            guard text == "true" || text == "false" else {
                throw ConfigurationProblem("'\(value.prefix(32))' is not true or false")
            }
            return text
        case .integer(let range):
            guard !value.contains(","), let number = Int(value.commaSeparated.first ?? ""), range.contains(number) else {
                throw ConfigurationProblem(
                    "'\(value.prefix(32))' is not a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return String(number)
        case .text(let lengths):
            guard lengths.contains(value.unicodeScalars.count) else {
                throw ConfigurationProblem("\(lengths.lowerBound) to \(lengths.upperBound) characters are needed")
            }
            return value
        case .word(let words):
            guard let word = words.first(where: { $0.lowercased() == value.lowercased() }) else {
                throw ConfigurationProblem("'\(value.prefix(32))' is none of \(words.joined(separator: ", "))")
            }
            return word
        case .measurands:
            guard value.commaSeparated.count <= ConfigurationRule.measurandLimit else {
                throw ConfigurationProblem("at most \(ConfigurationRule.measurandLimit) measurands are taken")
            }
            // Errata 3.14.4: one measurand that is not supported refuses the whole list.
            for name in value.commaSeparated {
                guard let request = MeasurandRequest(name) else {
                    throw ConfigurationProblem("'\(name.prefix(64))' is not a measurand of OCPP 1.6 §7.31")
                }
                guard request.isMeasured(by: board) else {
                    throw ConfigurationProblem("this board does not measure '\(name)'")
                }
            }
            return value
        case .phaseRotation:
            let rotations = ["NotApplicable", "Unknown", "RST", "RTS", "SRT", "STR", "TRS", "TSR"]
            var connectors: Set<Int> = []
            for part in value.commaSeparated {
                let pieces = part.split(separator: ".", maxSplits: 1)
                guard pieces.count == 2, let connector = Int(pieces[0]), (0...board.connectors.count).contains(connector),
                    rotations.contains(String(pieces[1]))
                else {
                    throw ConfigurationProblem(
                        "'\(part.prefix(32))' is not CONNECTOR.ROTATION with a connector from 0 to \(board.connectors.count) and one of "
                            + rotations.joined(separator: ", "))
                }
                guard connectors.insert(connector).inserted else {
                    throw ConfigurationProblem("connector \(connector) has two rotations")
                }
            }
            return value
        case .rateUnits:
            let units = value.commaSeparated
            guard !units.isEmpty, units.allSatisfy({ ["current", "power"].contains($0.lowercased()) }) else {
                throw ConfigurationProblem("'\(value.prefix(32))' is not Current, Power, or both")
            }
            return value
        }
    }
}
