/// What a board is and can do, as its board file says: the facts that decisions need, without any driver.
public struct BoardProfile: Sendable, Equatable {
    public var model: String
    /// In the order of their numbers, which are 1, 2, … without gaps (OCPP 1.6 §3.8).
    public var connectors: [ConnectorProfile]
    /// Whether a lamp can show LightIntensity and BlinkRepeat (OCPP 1.6 §9.1.4, §9.1.11).
    public var hasLamp: Bool
    /// How much faster than real time energy flows: 1 but on a simulated board. Scales what a meter may plausibly rise by.
    public var timeScale: Double
    /// What the supply carries for all connectors together, per phase; nil: as much as all of them may take.
    public var supplyCurrent: Amperes?

    public init(
        model: String, connectors: [ConnectorProfile], hasLamp: Bool = false, timeScale: Double = 1, supplyCurrent: Amperes? = nil
    ) {
        self.model = model
        self.connectors = connectors
        self.hasLamp = hasLamp
        self.timeScale = timeScale
        self.supplyCurrent = supplyCurrent
    }
}

/// One connector as the board file describes it.
public struct ConnectorProfile: Sendable, Equatable {
    public var id: Int
    /// The most that wiring, contactor and outlet carry, per phase.
    public var maximumCurrent: Amperes
    public var phases: Phases
    public var outlet: Outlet
    public var hasLock: Bool
    /// The place is ventilated well enough for a vehicle that demands it (pilot state D, IEC 61851-1).
    public var hasVentilation: Bool
    /// The outlet reads the cable's rating: nothing is offered before it is known.
    public var hasProximity: Bool
    /// What the meter measures besides its import register.
    public var meter: MeterProfile?
    /// How often the contactor may close in its life, as its maker says; nil: nobody said.
    public var ratedClosings: Int?

    /// How the vehicle is connected.
    public enum Outlet: String, Sendable, Equatable, CaseIterable {
        /// A tethered cable: the plug is always there, the vehicle comes and goes.
        case cable
        /// A socket outlet: the driver's own cable, locked while it is live.
        case socket
    }

    public init(
        id: Int, maximumCurrent: Amperes, phases: Phases, outlet: Outlet = .socket, hasLock: Bool = false,
        hasVentilation: Bool = false, hasProximity: Bool = false, meter: MeterProfile? = nil, ratedClosings: Int? = nil
    ) {
        self.id = id
        self.maximumCurrent = maximumCurrent
        self.phases = phases
        self.outlet = outlet
        self.hasLock = hasLock
        self.hasVentilation = hasVentilation
        self.hasProximity = hasProximity
        self.meter = meter
        self.ratedClosings = ratedClosings
    }
}

/// What a meter measures; decides which measurands a Central System may ask for (OCPP 1.6 §7.31, errata 3.14.4).
public struct MeterProfile: Sendable, Equatable {
    public var quantities: Set<Quantity>
    /// How many phases it measures.
    public var phases: Phases
    public var serialNumber: String?
    public var type: String?
    /// Of a meter that signs its readings: its public key as `oca:base16:asn1:…` (OCPP 1.6 signed meter values §3.2.2), empty as long
    /// as the board is not open; nil: it does not sign.
    public var publicKey: String?

    public enum Quantity: String, Sendable, Hashable, CaseIterable {
        case energyExport, reactiveEnergyImport, reactiveEnergyExport, power, powerPerPhase, reactivePower, powerFactor, current,
            voltage
        case frequency, temperature, stateOfCharge, currentNeutral
    }

    public init(
        quantities: Set<Quantity>, phases: Phases, serialNumber: String? = nil, type: String? = nil, publicKey: String? = nil
    ) {
        self.quantities = quantities
        self.phases = phases
        self.serialNumber = serialNumber
        self.type = type
        self.publicKey = publicKey
    }
}
