import Foundation
import Testing

/// Which section of the specification is tested where: `SpecificationLedger.md`, kept true by comparing it with the tests' `.ocpp("…")` and
/// `.ocppJ("…")` traits.
@Suite struct `The specification ledger` {
    static let file = packageRoot.appending(path: "Sources/Agent/Agent.docc/SpecificationLedger.md")

    static let heading = """
        # Specification ledger

        Which section of OCPP 1.6 edition 2, of OCPP-J 1.6 ("J"), of their errata and of the security whitepaper, edition 3
        ("Security"), is tested where.

        ## Overview

        Made from the `.ocpp("…")`, `.ocppJ("…")` and `.whitepaper("…")` traits in `Tests`, and compared with them by `Tests/LayeringTests`: after a change, write it anew with
        `LADEPUNKT_WRITE_LEDGER=1 swift test --filter LayeringTests`.

        | Section | Tests |
        | --- | --- |

        """

    /// One line per section: every test or suite that carries it.
    static func ledger() throws -> String {
        var tests: [String: Set<String>] = [:]
        let folder = packageRoot.appending(path: "Tests")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
        for name in names where !name.hasPrefix("LayeringTests") {
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            let file = name.split(separator: "/").last.map(String.init) ?? name
            for match in text.matches(of: /\.(ocppJ?|whitepaper)\("([^"]+)"\)/) {
                let rest = text[match.range.upperBound...]
                // The first raw identifier after the trait is the rule's name.
                guard let rule = rest.firstMatch(of: /(?:struct|func) `([^`]+)`/) else { continue }
                let prefix = ["ocpp": "", "ocppJ": "J ", "whitepaper": "Security "][String(match.1)] ?? ""
                tests["\(prefix)\(match.2)", default: []].insert("\(file): \(rule.1)")
            }
        }
        let rows = tests.keys.sorted(by: precedes).map { section in
            "| \(section) | \((tests[section] ?? []).sorted().joined(separator: "<br>")) |\n"
        }
        return heading + rows.joined()
    }

    /// 4.2 before 4.10, the specification before the errata.
    static func precedes(_ left: String, _ right: String) -> Bool {
        left.compare(right, options: .numeric) == .orderedAscending
    }

    @Test func `says of every section what the tests say`() throws {
        let ledger = try Self.ledger()
        if ProcessInfo.processInfo.environment["LADEPUNKT_WRITE_LEDGER"] != nil {
            try ledger.write(to: Self.file, atomically: true, encoding: .utf8)
        }

        let written = try String(contentsOf: Self.file, encoding: .utf8)

        #expect(
            written == ledger,
            "the ledger is out of date: run LADEPUNKT_WRITE_LEDGER=1 swift test --filter LayeringTests and commit the file")
    }
}
