public import OCPP
public import Units

/// What is to be done about an input, in this order: make safe now, record durably, then act.
public struct Reaction: Sendable, Equatable {
    /// Never waits for disk or network.
    public var now: [SafetyCommand] = []
    /// One transaction of the store.
    public var record: [Record] = []
    /// Only after `record` is durable.
    public var then: [Effect] = []

    public init(now: [SafetyCommand] = [], record: [Record] = [], then: [Effect] = []) {
        self.now = now
        self.record = record
        self.then = then
    }

    public static let none = Reaction()
    public var isEmpty: Bool { self == .none }
}

/// Makes safe; may be repeated at any time.
public enum SafetyCommand: Sendable, Equatable {
    case openContactor(ConnectorId)
    /// Pilot to state F: a fault, not a normal stop (IEC 61851-1).
    case signalFault(ConnectorId)
}

/// What the shell does for the core. Whatever comes of it comes back as an `Input`.
public enum Effect: Sendable, Equatable {
    case closeContactor(ConnectorId)
    /// Current offered by the pilot; nil: none (100 %).
    case offer(ConnectorId, Amperes?)
    case lock(ConnectorId)
    case unlock(ConnectorId)
    /// Read the meter at once.
    case readMeter(ConnectorId)
    /// The same with the meter's own signature; it may take its time.
    case readSignedMeter(ConnectorId, SigningRequest)
    case send(OutgoingFrame)
    /// The connection shows no life: drop it and connect anew.
    case reconnect(reason: String)
    /// Send a ping at once; its answer comes as `Input.linkAlive`.
    case ping
    /// WebSocketPingInterval; nil: no pings (OCPP 1.6 §9.1.34).
    case setPingInterval(Duration?)
    /// Connect anew with these, once what was sent before has gone out.
    case useCredentials(LinkCredentials, number: Int)
    case certificates(CertificateTask)
    case loadQueueHead
    case answer(OperatorAnswer, request: Int)
    case showLamp(LampState, intensity: Int)
    case blink(times: Int)
    /// Make the file and send it; what came of it is heard as `Input.logUpload`.
    case uploadLog(LogUpload)
    /// The upload of this number is not wanted any more.
    case giveUpLogUpload(Int)
    /// Fetch the file of an update, going on where an earlier fetch of the same one broke off.
    case fetchFirmware(FirmwareUpdate)
    /// Verify the signature over the file that was fetched.
    case verifyFirmware(FirmwareUpdate)
    /// Install the file that was fetched.
    case installFirmware(FirmwareUpdate)
    /// Nothing more is done for an update: give up what runs for it and remove its file.
    case discardFirmware
    /// May this certificate (PEM) sign firmware, at this time?
    case checkSigningCertificate(String, at: Timestamp, question: Int)
    /// End the process so that it is started again (exit status 10).
    case restart(ResetType)
    /// All is safe and recorded: the process may end (exit status 0).
    case stopped
    case log(LogLevel, String)
}

public enum LogLevel: String, Sendable, Equatable { case debug, info, notice, warning, error }

/// What the lamp shows of the charge point as a whole.
public enum LampState: String, Sendable, Equatable { case available, preparing, charging, suspended, faulted, off }
