import Foundation
import Testing

/// Which section of the specification is tested where: `SpecificationLedger.md`, made from the tests' traits and kept true by comparing
/// it with them.
@Suite struct `The specification ledger` {
    static let file = packageRoot.appending(path: "Sources/Agent/Agent.docc/SpecificationLedger.md")

    static let heading = """
        # Specification ledger

        Which rule of the specification is tested where.

        ## Overview

        Made from the traits of the tests in `Tests` and compared with them by `Tests/LayeringTests`: after a change, write it anew with
        `LADEPUNKT_WRITE_LEDGER=1 swift test --filter LayeringTests`.

        """

    /// A document with rules, as the traits and the ledger know it.
    enum Source: String, CaseIterable {
        case ocpp, ocppJ, errata, whitepaper, signedMeterValues

        var title: String {
            switch self {
            case .ocpp: "OCPP 1.6 edition 2"
            case .ocppJ: "OCPP-J 1.6"
            case .errata: "Errata"
            case .whitepaper: "Security whitepaper, edition 3"
            case .signedMeterValues: "Signed meter values"
            }
        }

        var introduction: String {
            switch self {
            case .ocpp:
                """
                Every section of chapters 3 to 5 and 9 with the tests that hold it, or with the reason why none can; of chapters 6 to 8, which
                say what messages, types and files look like, those that a test names.
                """
            case .ocppJ: "Sections of the specification of OCPP over JSON and WebSocket."
            case .errata: "Entries of the errata sheet of OCPP 1.6, and with a J of that of OCPP-J 1.6."
            case .whitepaper: "Use cases and requirements of \"Improved security for OCPP 1.6-J\"."
            case .signedMeterValues: "Sections of \"Signed Meter Values in OCPP\", version 1.0."
            }
        }

        /// What a place in it is called.
        func hasPlace(_ place: String) -> Bool {
            switch self {
            case .ocpp: Sections.all.contains { $0.number == place }
            case .ocppJ, .signedMeterValues: place.wholeMatch(of: /[1-9]\d*(\.[1-9]\d*)*/) != nil
            case .errata: place.wholeMatch(of: /(J )?[1-9]\d*(\.[1-9]\d*)+/) != nil
            case .whitepaper: place.wholeMatch(of: /[A-Z]\d\d(\.FR\.\d\d)?/) != nil
            }
        }
    }

    /// Every test or suite that carries a trait, by the place that the trait names.
    typealias Tests = [Source: [String: Set<String>]]

    static let found = Result { try read() }

    static func tests() throws -> Tests { try found.get() }

    private static func read() throws -> Tests {
        var tests: Tests = [:]
        let folder = packageRoot.appending(path: "Tests")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
        for name in names where !name.hasPrefix("LayeringTests") && !name.hasSuffix("/Provenance.swift") {
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            let file = name.split(separator: "/").last.map(String.init) ?? name
            var places: [(source: Source, place: String)] = []
            for line in text.split(separator: "\n") {
                // Traits stand behind @Suite or @Test, or on lines of their own.
                let begin = line.utf8.first { $0 != UInt8(ascii: " ") }
                guard !places.isEmpty || begin == UInt8(ascii: "@") || begin == UInt8(ascii: ".") else { continue }
                for match in line.matches(of: /\.(ocppJ?|errata|whitepaper|signedMeterValues)\("([^"]*)"\)/) {
                    places.append((try #require(Source(rawValue: String(match.1))), String(match.2)))
                }
                // The first raw identifier after a trait is the rule's name.
                guard !places.isEmpty, let rule = line.firstMatch(of: /(?:struct|func) `([^`]+)`/) else { continue }
                for (source, place) in places { tests[source, default: [:]][place, default: []].insert("\(file): \(rule.1)") }
                places = []
            }
            #expect(places.isEmpty, "\(file): a trait of no test")
        }
        return tests
    }

    static func ledger(_ tests: Tests) -> String {
        heading + Source.allCases.map { "\n## \($0.title)\n\n\($0.introduction)\n\n\(table($0, tests[$0] ?? [:]))" }.joined()
    }

    static func table(_ source: Source, _ tests: [String: Set<String>]) -> String {
        let cell = { (place: String) in (tests[place] ?? []).sorted().joined(separator: "<br>") }
        guard source == .ocpp else {
            let places = tests.keys.sorted { $0.compare($1, options: .numeric) == .orderedAscending }
            return "| \(source == .errata ? "Erratum" : "Section") | Tests |\n| --- | --- |\n"
                + places.map { "| \($0) | \(cell($0)) |\n" }.joined()
        }
        let rows = Sections.all.filter { $0.isRule || tests[$0.number] != nil }.map { section in
            let held = tests[section.number] == nil ? section.reason.map { "*\($0)*" } ?? "" : cell(section.number)
            return "| \(section.number) | \(section.title) | \(held) |\n"
        }
        return "| Section | Title | Tests |\n| --- | --- | --- |\n" + rows.joined()
    }

    @Test func `says of every section what the tests say`() throws {
        let ledger = Self.ledger(try Self.tests())
        if ProcessInfo.processInfo.environment["LADEPUNKT_WRITE_LEDGER"] != nil {
            try ledger.write(to: Self.file, atomically: true, encoding: .utf8)
        }

        let written = try String(contentsOf: Self.file, encoding: .utf8)

        #expect(
            written == ledger,
            "the ledger is out of date: run LADEPUNKT_WRITE_LEDGER=1 swift test --filter LayeringTests and commit the file")
    }

    @Test func `knows tests, or a reason why there can be none, of every section with rules`() throws {
        let tests = try Self.tests()[.ocpp] ?? [:]

        for section in Sections.all where section.isRule && tests[section.number] == nil && section.reason == nil {
            Issue.record(
                """
                no test has the trait .ocpp("\(section.number)") (\(section.title)): give it to the test that holds the section, or \
                say in Sections.swift why none can
                """)
        }
    }

    @Test func `gives no reason for sections that tests hold`() throws {
        let tests = try Self.tests()[.ocpp] ?? [:]

        for section in Sections.all where section.reason != nil && tests[section.number] != nil {
            Issue.record("section \(section.number) is tested: its reason in Sections.swift is true no more")
        }
    }

    @Test(arguments: Source.allCases) func `knows every place that a trait names`(source: Source) throws {
        for (place, tests) in try Self.tests()[source] ?? [:] where !source.hasPlace(place) {
            let names = tests.sorted().joined(separator: "; ")
            Issue.record("\(names): .\(source.rawValue)(\"\(place)\") is no place in \(source.title)")
        }
    }

    @Test func `has each section of the specification once, in order, none left out`() {
        let numbers = Sections.all.map { $0.number.split(separator: ".").compactMap { Int($0) } }

        for (number, next) in zip(numbers, numbers.dropFirst()) {
            let isFirstWithin = next == number + [1]
            let isNextBeside = next.count <= number.count && next == number.prefix(next.count - 1) + [number[next.count - 1] + 1]
            #expect(isFirstWithin || isNextBeside, "\(next) after \(number)")
        }
        #expect(numbers.first == [3] && numbers.last == [9, 4, 5])
    }
}
