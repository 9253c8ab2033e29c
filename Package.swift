// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"), .treatAllWarnings(as: .error),
]
let cSettings: [CSetting] = [.enableWarning("all"), .treatAllWarnings(as: .error)]
// Only for executables of this package: a smaller, faster link, and a stripped release binary.
let linkerSettings: [LinkerSetting] = [
    .unsafeFlags(["-use-ld=lld"]),
    .unsafeFlags(
        [
            "-Xlinker", "--icf=all", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "--no-export-dynamic",
            "-Xlinker", "-s",
        ], .when(configuration: .release)),
]

func target(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, swiftSettings: swiftSettings, linkerSettings: [.unsafeFlags(["-use-ld=lld"])])
}
func executable(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: swiftSettings, linkerSettings: linkerSettings)
}

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOWebSocket", package: "swift-nio"),
]
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

// The decoders that `make fuzz` drives. LADEPUNKT_FUZZ=decoders builds an executable of those that need no network library, in a
// minute; LADEPUNKT_FUZZ=all one of all. Otherwise a test replays their corpus.
let fuzzMode = Context.environment["LADEPUNKT_FUZZ"]
let fuzzed: [Target.Dependency] = ["OCPP", "Units", "ConfigurationFile", "Boards", "Drivers"]
let fuzzedLink: [Target.Dependency] = [
    "Agent", "CentralSystemLink", logging, .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOEmbedded", package: "swift-nio"), .product(name: "NIOWebSocket", package: "swift-nio"),
]
let fuzzLinkSettings = swiftSettings + [.define("FUZZES_LINK")]
let fuzzing: Target =
    switch fuzzMode {
    case nil:
        .testTarget(
            name: "FuzzingTests", dependencies: fuzzed + fuzzedLink, path: "Tests/Fuzzing",
            exclude: ["Corpus", "Dictionaries", "Entry"], sources: ["Targets", "Link", "Replay"], swiftSettings: fuzzLinkSettings,
            linkerSettings: [.unsafeFlags(["-use-ld=lld"])])
    case "decoders"?:
        .executableTarget(
            name: "fuzz", dependencies: fuzzed, path: "Tests/Fuzzing", exclude: ["Corpus", "Dictionaries", "Replay", "Link"],
            sources: ["Targets", "Entry"], swiftSettings: swiftSettings, linkerSettings: [.unsafeFlags(["-use-ld=lld"])])
    default:
        .executableTarget(
            name: "fuzz", dependencies: fuzzed + fuzzedLink, path: "Tests/Fuzzing",
            exclude: ["Corpus", "Dictionaries", "Replay"], sources: ["Targets", "Link", "Entry"], swiftSettings: fuzzLinkSettings,
            linkerSettings: [.unsafeFlags(["-use-ld=lld"])])
    }

let package = Package(
    name: "ladepunkt",
    products: [
        .executable(name: "ladepunktd", targets: ["ladepunktd"]), .executable(name: "ladepunkt", targets: ["ladepunkt"]),
        .executable(name: "simulate", targets: ["simulate"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        target("Units"),
        target("OCPP", ["Units"]),
        target("ChargePointCore", ["OCPP", "Units"]),
        target("Threads"),
        target("Systemd", ["Threads", logging]),
        target("FileTransfer", ["Threads"]),
        target("BoardSupport", ["Units"]),
        target("SimulatedBoard", ["BoardSupport", "Threads", "Units"]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        target("ConfigurationFile", ["CYAML"]),
        .systemLibrary(name: "CModbus", pkgConfig: "libmodbus", providers: [.apt(["libmodbus-dev"])]),
        // Linked by name: its .pc file would add libusb, which is the library's own affair.
        .target(name: "CNFC", cSettings: cSettings, linkerSettings: [.linkedLibrary("nfc")]),
        // libgpiod 1.6 (Debian 12) or 2.x (Debian 13): apt install libgpiod-dev.
        .target(name: "CGPIO", cSettings: cSettings, linkerSettings: [.linkedLibrary("gpiod")]),
        target("Drivers", ["BoardSupport", "Units", "Threads", "CModbus", "CNFC", "CGPIO"]),
        target("MeterSigning", ["BoardSupport", "Units", "COpenSSL"]),
        target("Boards", ["BoardSupport", "SimulatedBoard", "Drivers", "MeterSigning", "ConfigurationFile", "Units"]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        target("Persistence", ["ChargePointCore", "OCPP", "Units", "CSQLite"]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(name: "CProviderKey", dependencies: ["COpenSSL"], cSettings: cSettings),
        target("Certificates", ["COpenSSL", "CProviderKey"]),
        target("CentralSystemLink", nio + [logging, "Certificates", "COpenSSL", "Units"]),
        .target(name: "CClock", cSettings: cSettings),
        target(
            "Agent",
            [
                "ChargePointCore", "OCPP", "Units", "BoardSupport", "Persistence", "CentralSystemLink", "Certificates",
                "ConfigurationFile", "Threads", "FileTransfer",
                "CClock", logging, .product(name: "NIOCore", package: "swift-nio"),
            ]),
        target("LocalAPIModels", ["Units"]),
        .target(name: "CWebPage", exclude: ["page.html", "page.css", "page.js"], cSettings: cSettings),
        target(
            "LocalAPI",
            [
                "LocalAPIModels", "CWebPage", "BoardSupport", "ChargePointCore", "OCPP", "Units", logging,
                .product(name: "Hummingbird", package: "hummingbird"), .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ] + nio),
        target("Simulation", ["ChargePointCore", "OCPP", "Persistence", "SimulatedBoard", "BoardSupport", "Units"]),
        executable(
            "ladepunktd",
            [
                "Agent", "LocalAPI", "LocalAPIModels", "Boards", "BoardSupport", "ConfigurationFile", "CentralSystemLink",
                "ChargePointCore", "FileTransfer",
                "OCPP", "Units", "Threads", "Systemd", logging, arguments,
            ] + nio),
        executable(
            "ladepunkt",
            [
                "LocalAPIModels", "Agent", "CentralSystemLink", "Boards", "BoardSupport", "Drivers", "ConfigurationFile", "Units",
                arguments, logging,
            ] + nio),
        executable("simulate", ["Simulation", arguments]),

        tests("UnitsTests", ["Units"]),
        tests("OCPPTests", ["OCPP", "Units"]),
        tests("ChargePointCoreTests", ["ChargePointCore", "Persistence", "OCPP", "Units"]),
        tests("PersistenceTests", ["Persistence", "ChargePointCore", "OCPP", "Units"]),
        tests("ConfigurationFileTests", ["ConfigurationFile"]),
        tests("DriversTests", ["Drivers", "BoardSupport", "SimulatedBoard", "Units", "Threads"]),
        tests("BoardsTests", ["Boards", "BoardSupport", "ConfigurationFile", "SimulatedBoard", "Drivers", "Units"]),
        tests("MeterSigningTests", ["MeterSigning", "BoardSupport", "COpenSSL", "Units"]),
        tests("SimulatedBoardTests", ["SimulatedBoard", "BoardSupport", "Units"]),
        tests(
            "LocalAPITests",
            [
                "LocalAPI", "LocalAPIModels", "BoardSupport", "ChargePointCore", "OCPP", "Units", logging,
                .product(name: "Hummingbird", package: "hummingbird"),
            ] + nio),
        tests("CertificatesTests", ["Certificates", "COpenSSL"]),
        tests(
            "CentralSystemLinkTests",
            [
                "CentralSystemLink", "Certificates", "COpenSSL", "Units", logging,
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ] + nio),
        tests(
            "AgentTests",
            [
                "Agent", "CentralSystemLink", "ChargePointCore", "OCPP", "Units", "ConfigurationFile", "Threads", logging,
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ]),
        tests("FileTransferTests", ["FileTransfer", "Threads"]),
        tests("SimulationTests", ["Simulation"]),
        tests("SystemdTests", ["Systemd", logging]),
        fuzzing,
        tests("LayeringTests", []),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x
)
