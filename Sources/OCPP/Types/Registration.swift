/// Answer to BootNotification (OCPP 1.6 §7.38).
public enum RegistrationStatus: String, Enumeration {
    case accepted = "Accepted"
    /// The Central System wants to look at or change the configuration first.
    case pending = "Pending"
    case rejected = "Rejected"
}

/// Wanted availability (OCPP 1.6 §7.4).
public enum AvailabilityType: String, Enumeration {
    /// Not available for charging.
    case inoperative = "Inoperative"
    case operative = "Operative"
}

/// Answer to ChangeAvailability (OCPP 1.6 §7.3).
public enum AvailabilityStatus: String, Enumeration {
    case accepted = "Accepted"
    case rejected = "Rejected"
    /// Carried out when the transaction ends.
    case scheduled = "Scheduled"
}

/// How to restart (OCPP 1.6 §7.42).
public enum ResetType: String, Enumeration {
    /// At once; transactions are stopped as far as possible.
    case hard = "Hard"
    /// Stops transactions gracefully first.
    case soft = "Soft"
}

/// Answer to Reset (OCPP 1.6 §7.41).
public enum ResetStatus: String, Enumeration {
    case accepted = "Accepted"
    case rejected = "Rejected"
}

/// Answer to UnlockConnector (OCPP 1.6 §7.46).
public enum UnlockStatus: String, Enumeration {
    case unlocked = "Unlocked"
    case unlockFailed = "UnlockFailed"
    /// No lock, or no such connector (errata 3.87).
    case notSupported = "NotSupported"
}

/// Answer to DataTransfer (OCPP 1.6 §7.23).
public enum DataTransferStatus: String, Enumeration {
    case accepted = "Accepted"
    case rejected = "Rejected"
    case unknownMessageId = "UnknownMessageId"
    case unknownVendorId = "UnknownVendorId"
}
