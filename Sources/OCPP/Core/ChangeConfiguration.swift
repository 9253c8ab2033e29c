/// Sets one configuration key (OCPP 1.6 §5.3, §6.9).
public struct ChangeConfiguration: FromCentralSystem {
    public static let action = Action.changeConfiguration

    public var key: CiString<50>
    /// As text, whatever the key's type.
    public var value: CiString<500>

    public init(key: CiString<50>, value: CiString<500>) {
        self.key = key
        self.value = value
    }

    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: ConfigurationStatus

        public init(status: ConfigurationStatus) {
            self.status = status
        }
    }
}
