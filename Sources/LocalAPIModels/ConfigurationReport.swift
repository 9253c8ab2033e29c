/// What `GET /v1/configuration` says, as OCPP does (OCPP 1.6 §5.8).
public struct ConfigurationReport: Codable, Sendable, Equatable {
    public var configurationKey: [ConfigurationKeyReport]

    public init(configurationKey: [ConfigurationKeyReport]) { self.configurationKey = configurationKey }
}

public struct ConfigurationKeyReport: Codable, Sendable, Equatable {
    public var key: String
    @Nullable public var value: String?
    public var readonly: Bool

    public init(key: String, value: String?, readonly: Bool) {
        self.key = key
        self.value = value
        self.readonly = readonly
    }
}
