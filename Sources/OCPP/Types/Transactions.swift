/// Why a transaction ended (OCPP 1.6 §7.36).
public enum Reason: String, Enumeration {
    case emergencyStop = "EmergencyStop"
    case evDisconnected = "EVDisconnected"
    case hardReset = "HardReset"
    /// By the driver at the charge point; what an absent reason means.
    case local = "Local"
    case other = "Other"
    case powerLoss = "PowerLoss"
    /// A restart nobody asked for by Reset.
    case reboot = "Reboot"
    case remote = "Remote"
    case softReset = "SoftReset"
    case unlockCommand = "UnlockCommand"
    /// The Central System refused the identifier in StartTransaction.conf.
    case deAuthorized = "DeAuthorized"
}

/// Answer to RemoteStartTransaction and RemoteStopTransaction (OCPP 1.6 §7.39).
public enum RemoteStartStopStatus: String, Enumeration {
    case accepted = "Accepted"
    case rejected = "Rejected"
}

/// Answer to ReserveNow (OCPP 1.6 §7.40).
public enum ReservationStatus: String, Enumeration {
    case accepted = "Accepted"
    case faulted = "Faulted"
    case occupied = "Occupied"
    /// Reservations are not supported, or not for connector 0.
    case rejected = "Rejected"
    case unavailable = "Unavailable"
}

/// Answer to CancelReservation (OCPP 1.6 §7.5).
public enum CancelReservationStatus: String, Enumeration {
    case accepted = "Accepted"
    /// No such reservation.
    case rejected = "Rejected"
}
