public import OCPP

/// The security events of OCPP 1.6's security whitepaper (edition 3, §8), under their names in a SecurityEventNotification.
public enum SecurityEvent: String, Sendable, Equatable, CaseIterable {
    case firmwareUpdated = "FirmwareUpdated"
    /// The Central System refused the charge point's credentials.
    case failedToAuthenticateAtCentralSystem = "FailedToAuthenticateAtCentralSystem"
    /// The charge point refused the Central System's credentials.
    case centralSystemFailedToAuthenticate = "CentralSystemFailedToAuthenticate"
    case settingSystemTime = "SettingSystemTime"
    case startupOfTheDevice = "StartupOfTheDevice"
    case resetOrReboot = "ResetOrReboot"
    case securityLogWasCleared = "SecurityLogWasCleared"
    case reconfigurationOfSecurityParameters = "ReconfigurationOfSecurityParameters"
    case memoryExhaustion = "MemoryExhaustion"
    case invalidMessages = "InvalidMessages"
    case attemptedReplayAttacks = "AttemptedReplayAttacks"
    case tamperDetectionActivated = "TamperDetectionActivated"
    case invalidFirmwareSignature = "InvalidFirmwareSignature"
    case invalidFirmwareSigningCertificate = "InvalidFirmwareSigningCertificate"
    case invalidCentralSystemCertificate = "InvalidCentralSystemCertificate"
    /// What CertificateSigned brought.
    case invalidChargePointCertificate = "InvalidChargePointCertificate"
    case invalidTLSVersion = "InvalidTLSVersion"
    case invalidTLSCipherSuite = "InvalidTLSCipherSuite"

    /// Whether the whitepaper's list says so.
    public var isCritical: Bool {
        switch self {
        case .firmwareUpdated, .settingSystemTime, .startupOfTheDevice, .resetOrReboot, .securityLogWasCleared, .memoryExhaustion,
            .tamperDetectionActivated:
            true
        case .failedToAuthenticateAtCentralSystem, .centralSystemFailedToAuthenticate, .reconfigurationOfSecurityParameters,
            .invalidMessages, .attemptedReplayAttacks, .invalidFirmwareSignature, .invalidFirmwareSigningCertificate,
            .invalidCentralSystemCertificate, .invalidChargePointCertificate, .invalidTLSVersion, .invalidTLSCipherSuite:
            false
        }
    }

    /// Whether the Central System is told: of what is critical (A04.FR.01), and of what a use case has it told besides, critical or
    /// not (L01.FR.02, L01.FR.03).
    public var isTold: Bool {
        self == .invalidFirmwareSignature || self == .invalidFirmwareSigningCertificate || isCritical
    }
}

/// Which security events go to the Central System (`SecurityEventNotifications`, a key of ours); all are in the security log.
enum SecurityEventReach: String, CaseIterable {
    /// What `SecurityEvent.isTold` says.
    case critical = "Critical"
    case all = "All"
    /// For Central Systems that break off when they meet a message that they do not know.
    case none = "None"

    func includes(_ event: SecurityEvent) -> Bool {
        switch self {
        case .critical: event.isTold
        case .all: true
        case .none: false
        }
    }
}

/// One line of the security log.
public struct SecurityLogEntry: Sendable, Equatable {
    /// Ascending in the order of events.
    public var number: Int64
    public var event: SecurityEvent
    public var time: RecordedTime
    /// In words what happened; never a secret, never an idTag.
    public var info: LimitedString<255>?
    /// The Central System has still to be told.
    public var isWaiting: Bool

    public init(number: Int64, event: SecurityEvent, time: RecordedTime, info: LimitedString<255>?, isWaiting: Bool) {
        self.number = number
        self.event = event
        self.time = time
        self.info = info
        self.isWaiting = isWaiting
    }
}
