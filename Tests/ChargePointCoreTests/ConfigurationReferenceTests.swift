import Foundation
import Testing
import Units

@testable import ChargePointCore

/// The reference page's table against the rules in the code: what a value may be stands in one place and is told in the other.
/// `LADEPUNKT_WRITE_KEYS=1` writes the page; the words about meaning and effect, the last cell, are a person's.
@Suite struct `The reference of configuration keys` {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/Agent/Agent.docc/ConfigurationKeys.md")
    private static let head = [
        "| Key | Access | Unit, range | Initial value | Meaning and effect |", "| --- | --- | --- | --- | --- |",
    ]

    /// Two sockets and all that a key can be about.
    private static let board: BoardProfile = {
        var board = BoardProfile.sockets(2, hasLamp: true)
        for index in board.connectors.indices { board.connectors[index].meter?.publicKey = "" }
        return board
    }()

    private static func unit(_ key: ConfigurationKey) -> String {
        switch key {
        case .lightIntensity: "percent"
        case .maxEnergyOnInvalidId: "Wh"
        case .clockAlignedDataInterval, .connectionTimeOut, .heartbeatInterval, .messageTimeout, .meterValueSampleInterval,
            .minimumStatusDuration, .transactionMessageRetryInterval, .webSocketPingInterval:
            "seconds"
        default: ""
        }
    }

    private static func range(_ key: ConfigurationKey, _ rule: ConfigurationRule) -> String {
        let range =
            switch rule.kind {
            case .boolean: "`true`, `false`"
            case .integer(let range) where range.upperBound == 2_147_483_647: "\(range.lowerBound) or more"
            case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
            case .measurands: "measurands, with a comma between"
            case .phaseRotation: "CONNECTOR.ROTATION, with a comma between"
            case .rateUnits: "`Current`, `Power`, or both with a comma between"
            case .text(let lengths): "\(lengths.lowerBound) to \(lengths.upperBound) characters"
            case .word(let words): words.map { "`\($0)`" }.joined(separator: ", ")
            }
        let unit = unit(key)
        return unit.isEmpty ? range : "\(unit), \(range)"
    }

    private static func row(_ key: ConfigurationKey, _ rule: ConfigurationRule, effect: String) -> String {
        let access =
            switch rule.access {
            case .readOnly: "read"
            case .readWrite: "read, write"
            case .writeOnly: "write"
            }
        let initial = rule.initial.isEmpty ? "–" : "`\(rule.initial)`"
        return "| `\(key.rawValue)` | \(access) | \(range(key, rule)) | \(initial) | \(effect) |"
    }

    @Test func `has every key with access, unit, range, initial value, meaning and effect`() throws {
        let lines = try String(contentsOf: Self.page, encoding: .utf8).components(separatedBy: "\n")
        let first = try #require(lines.firstIndex { $0.hasPrefix("| Key |") })
        let last = try #require(lines[first...].lastIndex { $0.hasPrefix("|") })
        var effects: [String: String] = [:]
        for line in lines[first...last].dropFirst(2) {
            let cells = line.components(separatedBy: " | ")
            let name = cells[0].filter { $0 != "|" && $0 != "`" && $0 != " " }
            effects[name] = cells.last.map { $0.hasSuffix(" |") ? String($0.dropLast(2)) : $0 }
        }
        let rows = ConfigurationKey.allCases.sorted { $0.rawValue.lowercased() < $1.rawValue.lowercased() }.compactMap { key in
            let effect = effects[key.rawValue] ?? ""
            #expect(effect.count > 8, "\(key.rawValue): say in the last cell what it means and does")
            return ConfigurationRule(key, board: Self.board).map { Self.row(key, $0, effect: effect) }
        }
        let expected = Self.head + rows
        if ProcessInfo.processInfo.environment["LADEPUNKT_WRITE_KEYS"] != nil {
            let text = (lines[..<first] + expected + lines[(last + 1)...]).joined(separator: "\n")
            try text.write(to: Self.page, atomically: true, encoding: .utf8)
            return
        }
        for (number, row) in expected.enumerated() {
            let found = first + number <= last ? lines[first + number] : ""
            #expect(found == row, "run the test once with LADEPUNKT_WRITE_KEYS=1")
        }
        #expect(last - first + 1 == expected.count)
        #expect(Set(effects.keys).subtracting(ConfigurationKey.allCases.map(\.rawValue)).isEmpty, "a row about no key")
    }
}
