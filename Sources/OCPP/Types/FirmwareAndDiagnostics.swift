/// Progress of a diagnostics upload (OCPP 1.6 §7.24).
public enum DiagnosticsStatus: String, Enumeration {
    /// Only when triggered.
    case idle = "Idle"
    case uploaded = "Uploaded"
    case uploadFailed = "UploadFailed"
    case uploading = "Uploading"
}

/// Progress of a firmware update (OCPP 1.6 §7.25).
public enum FirmwareStatus: String, Enumeration {
    case downloaded = "Downloaded"
    case downloadFailed = "DownloadFailed"
    case downloading = "Downloading"
    /// Only when triggered.
    case idle = "Idle"
    case installationFailed = "InstallationFailed"
    case installing = "Installing"
    case installed = "Installed"
}

/// Messages that TriggerMessage can ask for (OCPP 1.6 §7.32).
public enum MessageTrigger: String, Enumeration {
    case bootNotification = "BootNotification"
    case diagnosticsStatusNotification = "DiagnosticsStatusNotification"
    case firmwareStatusNotification = "FirmwareStatusNotification"
    case heartbeat = "Heartbeat"
    case meterValues = "MeterValues"
    case statusNotification = "StatusNotification"
}

/// Answer to TriggerMessage (OCPP 1.6 §7.44).
public enum TriggerMessageStatus: String, Enumeration {
    case accepted = "Accepted"
    case rejected = "Rejected"
    case notImplemented = "NotImplemented"
}
