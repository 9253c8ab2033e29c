import Foundation
import Testing

/// The package's folder.
let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// What SwiftPM cannot enforce, enforced by reading the sources.
@Suite struct `The layering` {
    static func sources(_ folder: String) throws -> [(name: String, text: String)] {
        let folder = packageRoot.appending(path: folder)
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }.sorted()
        return try names.map { ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8)) }
    }

    /// The lines of code, without comments and texts.
    static func code(_ text: String) -> [(number: Int, line: String)] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
            let withoutTexts = line.replacing(/"(\\.|[^"\\])*"/, with: "\"\"")
            let code = withoutTexts.firstRange(of: "//").map { withoutTexts[..<$0.lowerBound] } ?? withoutTexts[...]
            return (index + 1, String(code))
        }
    }

    static let forbidden: [(word: String, instead: String)] = [
        (#"\bDate\("#, "the time is in the Moment that handle() is given"),
        (#"\bDate\.now\b"#, "the time is in the Moment that handle() is given"),
        (#"\b(Continuous|Suspending)Clock\b"#, "durations are uptime in the Moment that handle() is given"),
        (#"\.random\("#, "randomness is entropy in the Moment that handle() is given"),
        (#"\bUUID\("#, "identifiers come from IdentifierSource"),
        (#"\basync\b"#, "decisions never wait: return an Effect and take its outcome as an Input"),
        (#"\bawait\b"#, "decisions never wait: return an Effect and take its outcome as an Input"),
        (#"\bTask\b"#, "decisions never wait: return an Effect and take its outcome as an Input"),
        (#"\bprint\("#, "return Effect.log"),
        (#"\bimport Foundation\b"#, "nothing below the shell needs Foundation; OCPP may use FoundationEssentials"),
    ]

    @Test(arguments: ["Sources/Units", "Sources/OCPP", "Sources/ChargePointCore"])
    func `keeps clocks, randomness, waiting and output out of the pure targets`(folder: String) throws {
        let sources = try Self.sources(folder)
        #expect(!sources.isEmpty)
        for (name, text) in sources {
            for (number, line) in Self.code(text) {
                for (word, instead) in Self.forbidden where line.contains(try Regex(word)) {
                    Issue.record("\(folder)/\(name):\(number): '\(line)' does not belong here (\(word)); \(instead)")
                }
            }
        }
    }

    /// What each target may import of ours; tests and tools apart, this is the map of the house.
    static let ours: [String: Set<String>] = [
        "Units": [], "OCPP": ["Units"], "ChargePointCore": ["OCPP", "Units"], "Threads": [], "Systemd": ["Threads"],
        "FileTransfer": ["Threads"], "BoardSupport": ["Units"],
        "SimulatedBoard": ["BoardSupport", "Threads", "Units"], "ConfigurationFile": ["CYAML"],
        "Drivers": ["BoardSupport", "Units", "Threads", "CModbus", "CNFC", "CGPIO"],
        "MeterSigning": ["BoardSupport", "Units", "COpenSSL"],
        "Boards": ["BoardSupport", "SimulatedBoard", "Drivers", "MeterSigning", "ConfigurationFile", "Units"],
        "Persistence": ["ChargePointCore", "OCPP", "Units", "CSQLite"], "Certificates": ["COpenSSL", "CProviderKey"],
        "CentralSystemLink": ["Units", "Certificates", "COpenSSL"],
        "Agent": [
            "ChargePointCore", "OCPP", "Units", "BoardSupport", "Persistence", "CentralSystemLink", "Certificates",
            "ConfigurationFile", "Threads", "CClock", "FileTransfer",
        ],
        "LocalAPIModels": ["Units"],
        "LocalAPI": ["LocalAPIModels", "CWebPage", "BoardSupport", "ChargePointCore", "OCPP", "Units"],
        "ladepunkt": [
            "LocalAPIModels", "Agent", "CentralSystemLink", "Boards", "BoardSupport", "Drivers", "ConfigurationFile", "Units",
        ],
    ]

    @Test(arguments: ours.keys.sorted())
    func `lets arrows point down only`(target: String) throws {
        let known = Set(Self.ours.keys).union([
            "CYAML", "CSQLite", "COpenSSL", "CProviderKey", "CModbus", "CNFC", "CGPIO", "CClock", "CWebPage", "Simulation",
            "ladepunktd",
        ])
        let allowed = try #require(Self.ours[target])
        for (name, text) in try Self.sources("Sources/\(target)") {
            for line in text.split(separator: "\n") {
                guard
                    let match = line.firstMatch(
                        of: /^(?:@\w+ )?(?:public |package |internal |private )?import (?:struct |enum |func )?(\w+)/)
                else { continue }
                let module = String(match.1)
                #expect(!known.contains(module) || allowed.contains(module), "\(target)/\(name) must not import \(module)")
            }
        }
    }

    @Test func `keeps the full Foundation out of everything that the daemon links`() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: packageRoot.appending(path: "Sources").path)
        for folder in folders {
            for (name, text) in try Self.sources("Sources/\(folder)") {
                let isFull = text.contains(
                    /(?m)^\s*(?:@\w+ )?(?:public |internal |private )?import (?:(?:struct|enum|class|func) )?Foundation(?:\.|\s*$)/)
                #expect(
                    !isFull,
                    "\(folder)/\(name) imports Foundation, which costs 40 MB: use FoundationEssentials or the system's C functions")
            }
        }
    }

    /// A statically linked Swift runtime finds the command line beside the environment: `setenv` before `main` loses every option.
    @Test func `runs no C code before main`() throws {
        let folder = packageRoot.appending(path: "Sources").path
        let paths = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
        for path in paths where path.hasSuffix(".c") {
            let text = try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
            #expect(!text.contains("((constructor"), "\(path): do it when the library is first used, not in a constructor")
        }
    }
}
