/// Status of a connector (OCPP 1.6 §7.7).
public enum ChargePointStatus: String, Enumeration {
    case available = "Available"
    /// Waiting for the identifier or the cable.
    case preparing = "Preparing"
    /// The contactor is closed.
    case charging = "Charging"
    /// Energy is offered, the vehicle takes none.
    case suspendedEV = "SuspendedEV"
    /// The charge point offers no energy.
    case suspendedEVSE = "SuspendedEVSE"
    /// The transaction has ended, the connector is not free yet.
    case finishing = "Finishing"
    case reserved = "Reserved"
    case unavailable = "Unavailable"
    case faulted = "Faulted"
}

/// What is wrong with a connector (OCPP 1.6 §7.6).
public enum ChargePointErrorCode: String, Enumeration {
    case connectorLockFailure = "ConnectorLockFailure"
    case evCommunicationError = "EVCommunicationError"
    case groundFailure = "GroundFailure"
    case highTemperature = "HighTemperature"
    case internalError = "InternalError"
    case localListConflict = "LocalListConflict"
    case noError = "NoError"
    /// See `vendorErrorCode`.
    case otherError = "OtherError"
    case overCurrentFailure = "OverCurrentFailure"
    case powerMeterFailure = "PowerMeterFailure"
    /// The contactor.
    case powerSwitchFailure = "PowerSwitchFailure"
    /// The card reader.
    case readerFailure = "ReaderFailure"
    case resetFailure = "ResetFailure"
    case underVoltage = "UnderVoltage"
    case overVoltage = "OverVoltage"
    case weakSignal = "WeakSignal"
}
