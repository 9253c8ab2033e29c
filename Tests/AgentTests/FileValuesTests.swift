import ChargePointCore
import ConfigurationFile
import Logging
import OCPP
import Testing
import Units

@testable import Agent

/// The contract's rule of which value wins: file or ledger.
@Suite struct `A value of the configuration file` {
    static let board = BoardProfile(
        model: "test",
        connectors: [
            ConnectorProfile(id: 1, maximumCurrent: 32, phases: .three, meter: MeterProfile(quantities: [.power], phases: .three))
        ])

    static func value(_ key: String, _ text: String) -> DaemonConfiguration.OCPPValue {
        DaemonConfiguration.OCPPValue(key: key, text: text, file: "a.yaml", line: 7)
    }

    static func values(_ configuration: [String: String] = [:], seen: [String: String] = [:]) -> FileValues {
        FileValues(
            snapshot: Snapshot(configuration: configuration, fileValues: seen), board: board,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func `is taken and recorded on the first start`() throws {
        var values = Self.values()

        try values.take(Self.value("HeartbeatInterval", "77"))

        #expect(values.table.text(.heartbeatInterval) == "77")
        #expect(
            values.records == [
                .configurationChanged(key: "HeartbeatInterval", value: "77"), .fileValueSeen(key: "HeartbeatInterval", value: "77"),
            ])
    }

    @Test func `does not undo what came over OCPP while it stays the same in the file`() throws {
        var values = Self.values(["HeartbeatInterval": "900"], seen: ["HeartbeatInterval": "77"])

        try values.take(Self.value("heartbeatinterval", "77"))

        #expect(values.table.text(.heartbeatInterval) == "900")
        #expect(values.records.isEmpty)
    }

    @Test func `wins again once it changes in the file`() throws {
        var values = Self.values(["HeartbeatInterval": "900"], seen: ["HeartbeatInterval": "77"])

        try values.take(Self.value("HeartbeatInterval", "78"))

        #expect(values.table.text(.heartbeatInterval) == "78")
        #expect(values.records.count == 2)
    }

    @Test func `may set what is read-only over OCPP`() throws {
        var values = Self.values()

        try values.take(Self.value("GetConfigurationMaxKeys", "5"))

        #expect(values.table.text(.getConfigurationMaxKeys) == "5")
    }

    @Test func `with an unknown key becomes a vendor key that reads back`() throws {
        var values = Self.values()

        try values.take(Self.value("AcmeColour", "blue"))

        #expect(values.table.keyValue("acmecolour")?.value == "blue")
    }

    @Test(arguments: [
        ("HeartbeatInterval", "soon"), ("HeartbeatInterval", "-1"), ("LocalPreAuthorize", "yes"),
        ("MeterValuesSampledData", "Energy"),
        ("MeterValuesSampledData", "SoC"),
    ])
    func `that the key does not take is refused with file, line and key`(key: String, text: String) {
        var values = Self.values()

        let error = #expect(throws: ConfigurationError.self) { try values.take(Self.value(key, text)) }

        #expect(error?.description.hasPrefix("a.yaml:7, ocpp.\(key): ") ?? false)
        #expect(values.records.isEmpty)
    }

    @Test func `names only feature profiles that exist`() throws {
        var values = Self.values()

        try values.take(Self.value("SupportedFeatureProfiles", "Core, NoSuchProfile,RemoteTrigger"))

        #expect(values.table.text(.supportedFeatureProfiles) == "Core,RemoteTrigger")
    }

    @Test func `recorded for another board falls back to the initial value`() {
        let values = Self.values(["MeterValuesSampledData": "SoC"])

        #expect(values.table.text(.meterValuesSampledData) == "Energy.Active.Import.Register")
    }

    @Test func `for the authorization key follows the same rule`() {
        var values = Self.values(
            ["AuthorizationKey": "changed-over-ocpp"], seen: ["centralSystem.authorizationKey": "correct-horse-16+"])

        values.takeAuthorizationKey("correct-horse-16+")
        #expect(values.table.text(.authorizationKey) == "changed-over-ocpp")

        values.takeAuthorizationKey("another-password")
        #expect(values.table.text(.authorizationKey) == "another-password")
    }
}
