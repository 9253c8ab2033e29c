public import Units

/// Firmware to fetch and how to verify it (OCPP 1.6 security whitepaper §6.9).
public struct FirmwareType: Codable, Sendable, Equatable {
    /// URI.
    public var location: LimitedString<512>
    /// Not to be fetched before.
    public var retrieveDateTime: Timestamp
    /// Not to be installed before.
    public var installDateTime: Timestamp?
    /// PEM.
    public var signingCertificate: LimitedString<5_500>
    /// Base64.
    public var signature: LimitedString<800>

    public init(
        location: LimitedString<512>, retrieveDateTime: Timestamp, installDateTime: Timestamp? = nil,
        signingCertificate: LimitedString<5_500>, signature: LimitedString<800>
    ) {
        self.location = location
        self.retrieveDateTime = retrieveDateTime
        self.installDateTime = installDateTime
        self.signingCertificate = signingCertificate
        self.signature = signature
    }
}

/// Progress of a signed firmware update (OCPP 1.6 security whitepaper §6.8).
public enum FirmwareStatusEnumType: String, Enumeration {
    case downloaded = "Downloaded"
    /// An end.
    case downloadFailed = "DownloadFailed"
    case downloading = "Downloading"
    case downloadScheduled = "DownloadScheduled"
    case downloadPaused = "DownloadPaused"
    /// Only when triggered.
    case idle = "Idle"
    /// An end.
    case installationFailed = "InstallationFailed"
    case installing = "Installing"
    /// An end.
    case installed = "Installed"
    case installRebooting = "InstallRebooting"
    case installScheduled = "InstallScheduled"
    /// An end.
    case installVerificationFailed = "InstallVerificationFailed"
    /// An end.
    case invalidSignature = "InvalidSignature"
    case signatureVerified = "SignatureVerified"
}

/// Answer to SignedUpdateFirmware (OCPP 1.6 security whitepaper §6.18).
public enum UpdateFirmwareStatusEnumType: String, Enumeration {
    case accepted = "Accepted"
    case rejected = "Rejected"
    /// Accepted; an update under way was given up for it.
    case acceptedCanceled = "AcceptedCanceled"
    case invalidCertificate = "InvalidCertificate"
    case revokedCertificate = "RevokedCertificate"
}

/// Which part of a log goes where (OCPP 1.6 security whitepaper §6.14).
public struct LogParametersType: Codable, Sendable, Equatable {
    /// URL.
    public var remoteLocation: LimitedString<512>
    public var oldestTimestamp: Timestamp?
    public var latestTimestamp: Timestamp?

    public init(remoteLocation: LimitedString<512>, oldestTimestamp: Timestamp? = nil, latestTimestamp: Timestamp? = nil) {
        self.remoteLocation = remoteLocation
        self.oldestTimestamp = oldestTimestamp
        self.latestTimestamp = latestTimestamp
    }
}

/// Which log (OCPP 1.6 security whitepaper §6.13).
public enum LogEnumType: String, Enumeration {
    case diagnosticsLog = "DiagnosticsLog"
    case securityLog = "SecurityLog"
}

/// Answer to GetLog (OCPP 1.6 security whitepaper §6.15).
public enum LogStatusEnumType: String, Enumeration {
    case accepted = "Accepted"
    case rejected = "Rejected"
    /// Accepted; an upload under way was given up for it.
    case acceptedCanceled = "AcceptedCanceled"
}

/// Progress of a log upload (OCPP 1.6 security whitepaper §6.19).
public enum UploadLogStatusEnumType: String, Enumeration {
    case badMessage = "BadMessage"
    /// Only when triggered.
    case idle = "Idle"
    /// By the server.
    case notSupportedOperation = "NotSupportedOperation"
    case permissionDenied = "PermissionDenied"
    case uploaded = "Uploaded"
    case uploadFailure = "UploadFailure"
    case uploading = "Uploading"
}

/// Messages that ExtendedTriggerMessage can ask for (OCPP 1.6 security whitepaper §6.16).
public enum MessageTriggerEnumType: String, Enumeration {
    case bootNotification = "BootNotification"
    case logStatusNotification = "LogStatusNotification"
    /// SignedFirmwareStatusNotification.
    case firmwareStatusNotification = "FirmwareStatusNotification"
    case heartbeat = "Heartbeat"
    case meterValues = "MeterValues"
    /// SignCertificate.
    case signChargePointCertificate = "SignChargePointCertificate"
    case statusNotification = "StatusNotification"
}
