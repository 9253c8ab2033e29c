import OCPP
import Testing
import Units

@testable import ChargePointCore

@Suite(.ocpp("9.1")) struct `Configuration` {
    private static let booleans: [ConfigurationKey] = [
        .localAuthListEnabled,
        .allowOfflineTxForUnknownId, .authorizationCacheEnabled, .authorizeRemoteTxRequests, .localAuthorizeOffline,
        .localPreAuthorize,
        .sendBootNotificationOnReconnect, .stopTransactionOnEVSideDisconnect, .stopTransactionOnInvalidId,
        .unlockConnectorOnEVSideDisconnect,
    ]
    private static let integers: [(key: ConfigurationKey, lowest: Int, highest: Int)] = [
        (.blinkRepeat, 0, 100), (.clockAlignedDataInterval, 0, 86_400), (.connectionTimeOut, 0, 2_147_483_647),
        (.heartbeatInterval, 0, 2_147_483_647), (.lightIntensity, 0, 100), (.maxEnergyOnInvalidId, 0, 2_147_483_647),
        (.messageTimeout, 1, 3600), (.meterValueSampleInterval, 0, 2_147_483_647), (.minimumStatusDuration, 0, 2_147_483_647),
        (.resetRetries, 0, 100), (.transactionMessageAttempts, 1, 1000), (.transactionMessageRetryInterval, 0, 2_147_483_647),
        (.webSocketPingInterval, 0, 86_400),
    ]
    private static let measurands: [ConfigurationKey] = [
        .meterValuesAlignedData, .meterValuesSampledData, .stopTxnAlignedData, .stopTxnSampledData,
    ]
    private static let readOnly: [ConfigurationKey] = [
        .localAuthListMaxLength, .reserveConnectorZeroSupported, .sendLocalListMaxLength, .chargeProfileMaxStackLevel,
        .chargingScheduleAllowedChargingRateUnit, .chargingScheduleMaxPeriods, .connectorSwitch3to1PhaseSupported,
        .maxChargingProfilesInstalled, .connectorPhaseRotationMaxLength, .getConfigurationMaxKeys,
        .meterValuesAlignedDataMaxLength, .additionalRootCertificateCheck, .certificateSignedMaxChainSize,
        .certificateStoreMaxLength,
        .meterValuesSampledDataMaxLength,
        .numberOfConnectors, .stopTransactionMaxMeterValues, .stopTxnAlignedDataMaxLength, .stopTxnSampledDataMaxLength,
        .supportedFeatureProfiles, .supportedFeatureProfilesMaxLength, .supportedFileTransferProtocols, .localAuthListMaxLength,
        .sendLocalListMaxLength, .reserveConnectorZeroSupported,
    ]
    private static let others: [ConfigurationKey] =
        [.authorizationKey, .connectorPhaseRotation, .cpoName, .securityProfile, .startTxnSampledData, .securityEventNotifications]
        + signing
    /// Of boards with a meter that signs.
    private static let signing: [ConfigurationKey] = [
        .alignedDataSignReadings, .alignedDataSignUpdatedReadings, .publicKeyWithSignedMeterValue, .sampledDataSignReadings,
        .sampledDataSignStartedReadings, .sampledDataSignUpdatedReadings,
    ]

    private func world() throws -> World { try World.accepted(.test(.sockets(2, hasLamp: true))) }

    private func value(_ world: inout World, _ key: String) -> String? {
        let request = GetConfiguration(key: [CiString(truncating: key)])
        guard case .getConfiguration(let answer)? = world.confirmed(.getConfiguration(request)) else { return nil }
        return answer.configurationKey?.first?.value?.text
    }

    @Test func `of every key is tested here`() {
        let tested = Self.booleans + Self.integers.map(\.key) + Self.measurands + Self.readOnly + Self.others
        #expect(Set(tested) == Set(ConfigurationKey.allCases))
    }

    @Test func `of a few words takes them in any case, as they are written here`() throws {
        var world = try world()

        #expect(world.changeConfiguration("SecurityEventNotifications", "aLL") == .accepted)
        #expect(value(&world, "SecurityEventNotifications") == "All")
        #expect(world.changeConfiguration("SecurityEventNotifications", "some") == .rejected)
        #expect(value(&world, "SecurityEventNotifications") == "All")
    }

    @Test(.ocpp("5.3"), arguments: booleans)
    func `of a boolean takes true and false in any case and nothing else`(key: ConfigurationKey) throws {
        var world = try world()
        for (value, kept) in [("true", "true"), ("FALSE", "false"), ("True", "true")] {
            #expect(world.changeConfiguration(key.rawValue, value) == .accepted)
            #expect(self.value(&world, key.rawValue) == kept)
        }
        for value in ["", "1", "yes", "truee"] { #expect(world.changeConfiguration(key.rawValue, value) == .rejected) }
        #expect(value(&world, key.rawValue) == "true")
    }

    @Test(.ocpp("5.3"), .ocpp("9.1.34"), arguments: integers) func `of an integer takes its range and nothing else`(
        key: ConfigurationKey, lowest: Int, highest: Int
    ) throws {
        var world = try world()
        for number in [lowest, highest] {
            #expect(world.changeConfiguration(key.rawValue, "\(number)") == .accepted)
            #expect(value(&world, key.rawValue) == "\(number)")
        }
        for value in ["\(lowest - 1)", "\(highest + 1)", "", "ten", "1.5", "5,", "99999999999999999999"] {
            #expect(world.changeConfiguration(key.rawValue, value) == .rejected, "\(value)")
        }
        #expect(value(&world, key.rawValue) == "\(highest)")
    }

    @Test(.ocpp("3.16.4"), .errata("3.14.4"), arguments: measurands)
    func `of measurands takes what the board measures, or nothing of the list`(key: ConfigurationKey) throws {
        var world = try world()
        for value in ["Voltage,Current.Import.L3,Power.Active.Import.L1", "Energy.Active.Import.Register, SoC", ""] {
            #expect(world.changeConfiguration(key.rawValue, value) == .accepted)
            #expect(self.value(&world, key.rawValue) == value)
        }
        let tooMany = Array(repeating: "SoC", count: 33).joined(separator: ",")
        for value in ["Voltage,Current.Export", "Volts", "Voltage.L4", "RPM", "SoC.L1", tooMany] {
            #expect(world.changeConfiguration(key.rawValue, value) == .rejected, "\(value)")
        }
        #expect(value(&world, key.rawValue) == "")
    }

    @Test(.ocpp("9.1.8"), .ocpp("9.1.16"), .ocpp("9.1.18"), .ocpp("9.1.26"), .ocpp("9.1.28"), .ocpp("5.3"))
    func `of a list has as many items as its MaxLength says`() throws {
        for key in Self.measurands + [.connectorPhaseRotation] {
            let limit = try #require(key.maximumLength)
            var world = try World.accepted(.test(.sockets(4)), keys: [limit: "3"])
            let items =
                key == .connectorPhaseRotation ? (1...4).map { "\($0).RST" } : ["SoC", "Voltage", "Frequency", "Temperature"]

            #expect(world.changeConfiguration(key.rawValue, items.joined(separator: ",")) == .rejected)
            #expect(world.changeConfiguration(key.rawValue, items.dropLast().joined(separator: ",")) == .accepted)
        }
    }

    @Test(.ocpp("5.3"), .ocpp("9"), arguments: readOnly) func `of a read-only key says so and stays`(key: ConfigurationKey) throws {
        var world = try world()
        let before = value(&world, key.rawValue)

        #expect(world.changeConfiguration(key.rawValue, "1") == .rejected)

        #expect(before != nil)
        #expect(value(&world, key.rawValue) == before)
        #expect(world.chargePoint.configuration.keyValue(key.rawValue)?.readonly == true)
    }

    @Test(.ocpp("3.8"), .ocpp("9.1.21"), arguments: 1...4)
    func `of NumberOfConnectors is the highest connector's number, from 1 on`(count: Int) throws {
        var world = try World.accepted(.test(.sockets(count)))

        #expect(value(&world, "NumberOfConnectors") == "\(count)")
        #expect(world.notifications.map(\.connectorId.value) == Array(0...count))
        #expect(world.changeAvailability(count, .inoperative) == .accepted)
        #expect(world.changeAvailability(count + 1, .inoperative) == .rejected)
    }

    @Test(.ocpp("9.1.29"), .ocpp("9.1.30")) func `of feature profiles names all of them, no more than its MaxLength says`() throws {
        var world = try world()

        #expect(
            value(&world, "SupportedFeatureProfiles")
                == "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger")
        #expect(value(&world, "SupportedFeatureProfilesMaxLength") == "6")
    }

    @Test(.ocpp("3.13.5"), .ocpp("9.4.4")) func `of smart charging tells what profiles may be like`() throws {
        var world = try world()
        let expected: [(CiString<50>, CiString<500>)] = [
            ("ChargeProfileMaxStackLevel", "20"), ("ChargingScheduleAllowedChargingRateUnit", "Current,Power"),
            ("ChargingScheduleMaxPeriods", "200"), ("ConnectorSwitch3to1PhaseSupported", "false"),
            ("MaxChargingProfilesInstalled", "50"),
        ]

        let answer = world.confirmed(.getConfiguration(GetConfiguration(key: expected.map(\.0))))

        #expect(
            answer
                == .getConfiguration(
                    .init(configurationKey: expected.map { KeyValue(key: $0, readonly: true, value: $1) }, unknownKey: nil)))
    }

    @Test(.ocpp("4.7"), .ocpp("9.1.7")) func `of the phase rotation takes connectors that exist`() throws {
        var world = try world()
        for value in ["0.RST, 1.RTS, 2.Unknown", "0.RST,1.RTS,2.Unknown", "1.NotApplicable", ""] {
            #expect(world.changeConfiguration("ConnectorPhaseRotation", value) == .accepted)
            #expect(self.value(&world, "ConnectorPhaseRotation") == value)
        }
        for value in ["3.RST", "1.ABC", "RST", "-1.RST", "1.RST,1.RTS", "0.RST,1.RST,2.RST,2.RST"] {
            #expect(world.changeConfiguration("ConnectorPhaseRotation", value) == .rejected, "\(value)")
        }
    }

    @Test(.errata("J 3.12")) func `of AuthorizationKey is never read back`() throws {
        var world = try world()
        for value in ["short", String(repeating: "x", count: 41)] {
            #expect(world.changeConfiguration("AuthorizationKey", value) == .rejected)
        }
        let key = "0123456789abcdef0123"

        #expect(world.changeConfiguration("AuthorizationKey", key) == .accepted)

        let effects = world.reactions.last?.then
        #expect(effects?.contains { if case .useCredentials = $0 { true } else { false } } == false, "profile 0 shows none")
        #expect(value(&world, "AuthorizationKey") == nil)
        guard case .getConfiguration(let all)? = world.confirmed(.getConfiguration(GetConfiguration())) else {
            Issue.record("not answered")
            return
        }
        #expect(all.configurationKey?.contains { $0.value?.text == key || $0.key == "AuthorizationKey" } == false)
    }

    @Test(.ocpp("5.3"), .ocpp("5.8")) func `of an unknown key is NotSupported, and unknown when asked for`() throws {
        var world = try world()

        #expect(world.changeConfiguration("Nonsense", "1") == .notSupported)
        let request = GetConfiguration(key: ["Nonsense", "heartbeatinterval"])
        let answer = world.confirmed(.getConfiguration(request))

        #expect(
            answer
                == .getConfiguration(
                    .init(
                        configurationKey: [KeyValue(key: "HeartbeatInterval", readonly: false, value: "300")],
                        unknownKey: ["Nonsense"])))
    }

    @Test(.ocpp("9.1.9"), arguments: [(0, true), (1, false)])
    func `of more keys than GetConfigurationMaxKeys is not told`(beyond: Int, isAnswered: Bool) throws {
        var world = try world()
        let limit = try #require(value(&world, "GetConfigurationMaxKeys").flatMap { Int($0) })
        let request = GetConfiguration(key: (0..<limit + beyond).map { CiString(truncating: "Nonsense\($0)") })

        switch world.ask(.getConfiguration(request)) {
        case .result(_, .getConfiguration(let answer))?:
            #expect(isAnswered)
            #expect(answer.unknownKey?.count == limit)
        case .error(_, let error)?:
            #expect(!isAnswered)
            #expect(error.code == .occurenceConstraintViolation)
        default: Issue.record("answered otherwise")
        }
    }

    @Test(.ocpp("5.8")) func `of a key that is asked for twice is told once`() throws {
        var world = try world()
        let request = GetConfiguration(key: ["HeartbeatInterval", "HEARTBEATINTERVAL", "Nonsense", "nonsense"])

        let answer = world.confirmed(.getConfiguration(request))

        #expect(
            answer
                == .getConfiguration(
                    .init(
                        configurationKey: [KeyValue(key: "HeartbeatInterval", readonly: false, value: "300")],
                        unknownKey: ["Nonsense"])))
    }

    @Test(.ocpp("5.8"), arguments: [[CiString<50>]?.none, []]) func `of all keys is told where none is named`(
        names: [CiString<50>]?
    ) throws {
        var world = try world()
        guard case .getConfiguration(let answer)? = world.confirmed(.getConfiguration(GetConfiguration(key: names))) else {
            Issue.record("not answered")
            return
        }

        let told = answer.configurationKey?.map(\.key.text) ?? []
        #expect(answer.unknownKey == nil)
        #expect(told == ConfigurationKey.allCases.filter { $0 != .authorizationKey && !Self.signing.contains($0) }.map(\.rawValue))
    }

    @Test func `that does not exist here is unknown`() throws {
        var world = try world()
        let names: [CiString<50>] = [
            "ContractValidationOffline", "HeartbeatIntervall", "ISO15118PnCEnabled", "NumberOfReaders",
        ]

        let answer = world.confirmed(.getConfiguration(GetConfiguration(key: names)))

        #expect(answer == .getConfiguration(.init(configurationKey: nil, unknownKey: names)))
        for name in names { #expect(world.changeConfiguration(name.text, "1") == .notSupported) }
    }

    @Test(.ocpp("5.3"), .ocpp("9"), .errata("3.84")) func `of what a board does not have is NotSupported`() throws {
        var world = try World.accepted(.test(.cable))

        #expect(world.changeConfiguration("LightIntensity", "1") == .notSupported)
        #expect(world.changeConfiguration("UnlockConnectorOnEVSideDisconnect", "true") == .rejected)
        #expect(value(&world, "UnlockConnectorOnEVSideDisconnect") == "false")
    }

    @Test func `survives a restart`() throws {
        var world = try world()
        world.changeConfiguration("connectiontimeout", "77")

        let next = try World(.test(.sockets(2, hasLamp: true)), store: world.store)

        #expect(next.chargePoint.configuration.text(.connectionTimeOut) == "77")
    }

    @Test(.ocpp("9.1.4"), .ocpp("9.1.11"), .ocpp("9.1.34")) func `takes effect where something outside acts on it`() throws {
        var world = try world()
        world.changeConfiguration("WebSocketPingInterval", "0")
        #expect(world.effects.contains(.setPingInterval(nil)))
        world.changeConfiguration("WebSocketPingInterval", "7")
        #expect(world.effects.contains(.setPingInterval(.seconds(7))))
        world.changeConfiguration("LightIntensity", "40")
        #expect(world.effects.last == .showLamp(.available, intensity: 40))
        world.changeConfiguration("BlinkRepeat", "9")
        world.present()

        #expect(world.effects.contains(.blink(times: 9)))
    }
}
