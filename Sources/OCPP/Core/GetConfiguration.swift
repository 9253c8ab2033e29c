/// Asks for configuration keys and their values (OCPP 1.6 §5.8, §6.23).
public struct GetConfiguration: FromCentralSystem {
    public static let action = Action.getConfiguration

    /// Absent or empty means all.
    public var key: [CiString<50>]?

    public init(key: [CiString<50>]? = nil) {
        self.key = key
    }

    /// The known keys, and the names that are not known (OCPP 1.6 §6.24).
    public struct Confirmation: Codable, Sendable, Equatable {
        public var configurationKey: [KeyValue]?
        public var unknownKey: [CiString<50>]?

        public init(configurationKey: [KeyValue]? = nil, unknownKey: [CiString<50>]? = nil) {
            self.configurationKey = configurationKey
            self.unknownKey = unknownKey
        }
    }
}
