import Testing

@testable import ChargePointCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where each key's effect is tested: a key that is only stored would be a promise that nobody keeps.
@Suite(.ocpp("9.4"), .ocpp("9.1"), .ocpp("9.2"), .ocpp("9.3")) struct `Every configuration key` {
    private static let tests: [ConfigurationKey: String] = [
        .alignedDataSignReadings: "of begin and end are in StopTransaction, each in its own container",
        .publicKeyWithSignedMeterValue: "carry the public key as often as was asked for",
        .sampledDataSignReadings: "of begin and end are in StopTransaction, each in its own container",
        .sampledDataSignStartedReadings: "at the start come right after StartTransaction, beside the raw ones",
        .sampledDataSignUpdatedReadings: "in between come with every sample",
        .startTxnSampledData: "at the start come right after StartTransaction, beside the raw ones",
        .securityEventNotifications: "are told as SecurityEventNotifications says",
        .additionalRootCertificateCheck: "with AdditionalRootCertificateCheck is signed by the one that it replaces",
        .allowOfflineTxForUnknownId: "offline the lists decide, as the keys allow",
        .authorizationCacheEnabled: "a cache that is off says nothing",
        .authorizationKey: "of AuthorizationKey is never read back",
        .authorizeRemoteTxRequests: "with AuthorizeRemoteTxRequests the identifier is authorised first",
        .certificateSignedMaxChainSize: "longer than CertificateSignedMaxChainSize is not even looked at",
        .certificateStoreMaxLength: "beyond CertificateStoreMaxLength is refused",
        .cpoName: "asks with CpoName and the serial number",
        .securityProfile: "is raised, tried and kept once a BootNotification was accepted over it",
        .blinkRepeat: "takes effect where something outside acts on it",
        .chargeProfileMaxStackLevel: "keeps to its limits",
        .chargingScheduleAllowedChargingRateUnit: "keeps to its limits",
        .chargingScheduleMaxPeriods: "keeps to its limits",
        .clockAlignedDataInterval: "aligned to the clock come on the quarter hour, of idle connectors too",
        .connectionTimeOut: "an accepted card is forgotten after ConnectionTimeOut",
        .heartbeatInterval: "goes out when nothing else did for HeartbeatInterval",
        .lightIntensity: "takes effect where something outside acts on it",
        .localAuthListEnabled: "that is off is neither asked for, changed nor used",
        .localAuthListMaxLength: "has its lengths, of a message and of the whole",
        .localAuthorizeOffline: "offline the lists decide, as the keys allow",
        .localPreAuthorize: "online asks, unless LocalPreAuthorize and a list may decide",
        .maxChargingProfilesInstalled: "takes MaxChargingProfilesInstalled, a replacement or one for what is over among them",
        .maxEnergyOnInvalidId: "takes MaxEnergyOnInvalidId and no more",
        .messageTimeout: "that is not answered gives way after MessageTimeout",
        .meterValuesAlignedData: "aligned to the clock are those of MeterValuesAlignedData",
        .meterValuesSampledData: "of every phase and measurand are what the meter measures, never a false 0",
        .meterValueSampleInterval: "are sampled every MeterValueSampleInterval from the start of the transaction",
        .minimumStatusDuration: "that did not last MinimumStatusDuration is not told",
        .reserveConnectorZeroSupported: "is Rejected where ReserveConnectorZeroSupported is false",
        .resetRetries: "that does not happen is tried again ResetRetries times, then is a fault",
        .sendBootNotificationOnReconnect: "with SendBootNotificationOnReconnect every connection begins with one",
        .sendLocalListMaxLength: "has its lengths, of a message and of the whole",
        .stopTransactionMaxMeterValues: "in StopTransaction are thinned, begin and end stay",
        .stopTransactionOnEVSideDisconnect: "with StopTransactionOnEVSideDisconnect false it waits for the vehicle",
        .stopTransactionOnInvalidId: "only suspends it where StopTransactionOnInvalidId is false",
        .stopTxnAlignedData: "of begin and end are in StopTransaction where it is configured so",
        .stopTxnSampledData: "of begin and end are in StopTransaction where it is configured so",
        .supportedFeatureProfiles: "of a profile that the configuration switched off are NotSupported",
        .transactionMessageAttempts: "are parked after the last attempt, and the session's others go with −1",
        .transactionMessageRetryInterval: "are repeated after interval × attempt, the same bytes under a new id",
        .unlockConnectorOnEVSideDisconnect:
            "with UnlockConnectorOnEVSideDisconnect false the cable stays locked until the same card",
        .webSocketPingInterval: "takes effect where something outside acts on it",
    ]
    /// Tell what is so; nothing acts on them.
    private static let information: Set<ConfigurationKey> = [
        .alignedDataSignUpdatedReadings,
        .connectorPhaseRotation, .connectorPhaseRotationMaxLength, .connectorSwitch3to1PhaseSupported, .getConfigurationMaxKeys,
        .meterValuesAlignedDataMaxLength,
        .meterValuesSampledDataMaxLength, .numberOfConnectors, .stopTxnAlignedDataMaxLength, .stopTxnSampledDataMaxLength,
        .supportedFeatureProfilesMaxLength, .supportedFileTransferProtocols,
    ]

    @Test func `has an effect that is tested, or is information`() {
        #expect(Set(Self.tests.keys).union(Self.information) == Set(ConfigurationKey.allCases))
    }

    @Test func `names a test that exists`() throws {
        let sources = try testSources()
        let missing = Self.tests.filter { !sources.contains("func `\($0.value)`") }

        #expect(missing.isEmpty)
    }

    private func testSources(file: String = #filePath) throws -> String {
        let folder = String(file[..<(try #require(file.lastIndex(of: "/")))])
        let directory = try #require(opendir(folder))
        defer { closedir(directory) }
        var text = ""
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            guard name.hasSuffix(".swift"), let handle = fopen("\(folder)/\(name)", "r") else { continue }
            defer { fclose(handle) }
            var buffer = [UInt8](repeating: 0, count: 200_000)
            let count = fread(&buffer, 1, buffer.count, handle)
            text += String(decoding: buffer.prefix(count), as: UTF8.self)
        }
        return text
    }
}
