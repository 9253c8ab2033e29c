import ChargePointCore
import OCPP
import Units

/// Configuration values that differ from world to world, and those that a Central System changes while it goes on.
enum SimulatedConfiguration {
    static func initial(_ numbers: inout SeededNumbers) -> [String: String] {
        var values: [String: String] = [:]
        for (key, choices) in choices where numbers.chance(0.5) { values[key] = numbers.pick(choices) }
        return values
    }

    static func change(_ numbers: inout SeededNumbers) -> (key: String, value: String) {
        if numbers.chance(0.1) {
            return numbers.pick([("NumberOfConnectors", "9"), ("NoSuchKey", "1"), ("HeartbeatInterval", "often")])
        }
        return setting(&numbers)
    }

    /// A value that the configuration file may carry.
    static func setting(_ numbers: inout SeededNumbers) -> (key: String, value: String) {
        let (key, choices) = numbers.pick(choices)
        return (key, numbers.pick(choices))
    }

    private static let boolean = ["true", "false"]
    private static let choices: [(String, [String])] = [
        ("AllowOfflineTxForUnknownId", boolean), ("AuthorizationCacheEnabled", boolean), ("AuthorizeRemoteTxRequests", boolean),
        ("ClockAlignedDataInterval", ["0", "60", "900"]), ("ConnectionTimeOut", ["0", "20", "60"]),
        ("HeartbeatInterval", ["0", "60"]),
        ("LocalAuthListEnabled", ["true", "true", "false"]), ("LocalAuthorizeOffline", boolean), ("LocalPreAuthorize", boolean),
        ("MaxEnergyOnInvalidId", ["0", "100"]),
        ("MessageTimeout", ["5", "30"]), ("MeterValueSampleInterval", ["0", "10", "60"]),
        ("MinimumStatusDuration", ["0", "0", "2"]),
        ("SendBootNotificationOnReconnect", boolean), ("StopTransactionOnEVSideDisconnect", boolean),
        ("StopTransactionOnInvalidId", boolean), ("StopTxnSampledData", ["", "Energy.Active.Import.Register"]),
        ("TransactionMessageAttempts", ["1", "3", "10"]), ("TransactionMessageRetryInterval", ["0", "5", "60"]),
        ("UnlockConnectorOnEVSideDisconnect", boolean), ("WebSocketPingInterval", ["0", "10", "30"]),
    ]

    /// A board and a configuration file.
    static func settings(_ board: BoardProfile, _ numbers: inout SeededNumbers) -> ChargePointSettings {
        ChargePointSettings(
            board: board, identity: .init(chargePointVendor: "Example", chargePointModel: "Simulated"),
            hasCentralSystem: !numbers.chance(0.08), afterPowerLoss: numbers.pick([.stop, .resume]),
            onMeterFailure: numbers.pick([.stop, .continue]), chargeBeforeFirstAccepted: numbers.chance(0.5),
            freeVendIdTag: numbers.chance(0.1) ? "FREE" : nil,
            queueLimit: numbers.pick([10, 30, 100_000]))
    }
}
