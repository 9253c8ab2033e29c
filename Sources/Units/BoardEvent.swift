/// What the hardware says, connector by connector (0 is the charge point as a whole).
public enum BoardEvent: Sendable, Equatable {
    /// The plug is in the charge point's outlet; for a tethered cable: a vehicle hangs on it.
    case cable(connector: Int, isPlugged: Bool)
    case pilot(connector: Int, VehicleState)
    /// What the cable's coding resistor says it carries; only from outlets that read it (IEC 61851-1, annex B).
    case proximity(connector: Int, CableRating)
    /// The auxiliary contact's answer, or that there was none.
    case contactor(connector: Int, ContactorState)
    case lock(connector: Int, LockState)
    case meter(connector: Int, MeterReading)
    /// The meter did not answer, or with something that cannot be true.
    case meterFailed(connector: Int, reason: String)
    case fault(connector: Int, BoardFault, isActive: Bool)
    /// A card was presented: once per presentation. `connectors`: which the reader serves; nil: all.
    case card(idTag: String, connectors: [Int]?)
    /// A card reader went away (with the reason) or is back (nil).
    case reader(failure: String?)
    /// The driver pressed the charge point's button.
    case button(connector: Int)
}

/// The main contactor of one connector.
public enum ContactorState: String, Sendable, Equatable, Codable {
    case open, closed
    /// Told to open, contact still closed: the vehicle may be live.
    case welded
    /// Told to close, contact still open.
    case stuckOpen
}

/// What the proximity contact says of the cable in a socket outlet.
public enum CableRating: Sendable, Equatable {
    case noCable
    /// Per phase.
    case rated(Amperes)
    /// A resistance that no cable has: nothing may be offered over it.
    case invalid(String)

    public var current: Amperes? { if case .rated(let current) = self { current } else { nil } }
}

/// The plug lock of a socket outlet.
public enum LockState: String, Sendable, Equatable, Codable {
    case unlocked, locked
    /// The motor ran, the feedback did not follow.
    case stuck
}

/// A fault that the board detects, in the words of OCPP 1.6 §7.6.
public struct BoardFault: Sendable, Hashable {
    public var kind: Kind
    public var vendorErrorCode: String?
    public var info: String?

    /// ChargePointErrorCode without NoError; raw values are the specification's spellings.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case connectorLockFailure = "ConnectorLockFailure"
        case evCommunicationError = "EVCommunicationError"
        case groundFailure = "GroundFailure"
        case highTemperature = "HighTemperature"
        case internalError = "InternalError"
        case localListConflict = "LocalListConflict"
        case otherError = "OtherError"
        case overCurrentFailure = "OverCurrentFailure"
        case overVoltage = "OverVoltage"
        case powerMeterFailure = "PowerMeterFailure"
        case powerSwitchFailure = "PowerSwitchFailure"
        case readerFailure = "ReaderFailure"
        case resetFailure = "ResetFailure"
        case underVoltage = "UnderVoltage"
        case weakSignal = "WeakSignal"
    }

    public init(_ kind: Kind, vendorErrorCode: String? = nil, info: String? = nil) {
        self.kind = kind
        self.vendorErrorCode = vendorErrorCode
        self.info = info
    }

    /// Whether somebody may be at the charge point who should not be: its housing is open, or it was knocked over.
    public var isTamper: Bool {
        kind == .otherError && [Self.doorOpen.vendorErrorCode, Self.tilted.vendorErrorCode].contains(vendorErrorCode)
    }

    /// Whether this is an emergency stop, whoever reports it and in whatever words.
    public var isEmergencyStop: Bool { kind == .otherError && vendorErrorCode == Self.emergencyStop.vendorErrorCode }
}
