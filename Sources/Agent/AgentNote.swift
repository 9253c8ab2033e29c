public import ChargePointCore
public import OCPP

/// Something that happened, for people who watch.
public enum AgentNote: Sendable, Equatable {
    case sessionBegan(SessionId, ConnectorId, IdToken)
    case sessionEnded(SessionId, Reason)
    case card(IdToken)
    case log(LogLevel, String)
}

/// The connection to the Central System as people see it.
public struct LinkState: Sendable, Equatable {
    /// The URL with the identity in it, without any password.
    public var url: String
    public var isConnected = false
    /// Why the last connection failed or ended.
    public var lastError: String?
}
