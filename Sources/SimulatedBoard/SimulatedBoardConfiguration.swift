public import Units

/// What a simulated board is made of, as the board file's simulated drivers and its `simulation:` section say it.
public struct SimulatedBoardConfiguration: Sendable, Equatable {
    public var model: String
    /// Numbered 1, 2, … without gaps.
    public var connectors: [SimulatedConnectorConfiguration]
    /// The meter starts at 0 Wh at each plug-in.
    public var resetMeterOnPlug: Bool
    /// The vehicle that comes to every connector.
    public var vehicle: SimulatedVehicleConfiguration
    /// How much faster than real time energy flows.
    public var speed: Double
    public var hasCardReader: Bool
    public var firmwareInstallation: SimulatedFirmwareInstallation

    public init(
        model: String = "simulated", connectors: [SimulatedConnectorConfiguration], resetMeterOnPlug: Bool = false,
        vehicle: SimulatedVehicleConfiguration = .init(), speed: Double = 1, hasCardReader: Bool = true,
        firmwareInstallation: SimulatedFirmwareInstallation = .init()
    ) {
        self.model = model
        self.connectors = connectors
        self.resetMeterOnPlug = resetMeterOnPlug
        self.vehicle = vehicle
        self.speed = speed
        self.hasCardReader = hasCardReader
        self.firmwareInstallation = firmwareInstallation
    }

    /// What the board is and can do; a lamp is always there.
    public var profile: BoardProfile {
        BoardProfile(model: model, connectors: connectors.map(\.profile), hasLamp: true, timeScale: speed)
    }

    /// The built-in board: `connectors` socket outlets of 32 A in three phases, each with lock and meter, and one card reader.
    public static func standard(connectors: Int) -> SimulatedBoardConfiguration {
        SimulatedBoardConfiguration(connectors: (0..<max(connectors, 0)).map { SimulatedConnectorConfiguration(id: $0 + 1) })
    }
}

/// One simulated connector.
public struct SimulatedConnectorConfiguration: Sendable, Equatable {
    public var id: Int
    /// The most that wiring, contactor and outlet carry, per phase.
    public var maximumCurrent: Amperes
    public var phases: Phases
    public var hasLock: Bool
    public var hasMeter: Bool
    /// Its meter signs what it measures; whoever opens the board gives it the key.
    public var meterSigns: Bool
    public var outlet: ConnectorProfile.Outlet
    /// A vehicle that demands ventilation (state D) gets energy.
    public var hasVentilation: Bool
    /// What the contactor is rated for; nil: nobody said.
    public var ratedClosings: Int?

    public init(
        id: Int, maximumCurrent: Amperes = 32, phases: Phases = .three, hasLock: Bool = true, hasMeter: Bool = true,
        meterSigns: Bool = false, outlet: ConnectorProfile.Outlet = .socket, hasVentilation: Bool = false,
        ratedClosings: Int? = nil
    ) {
        self.id = id
        self.maximumCurrent = maximumCurrent
        self.phases = phases
        self.hasLock = hasLock
        self.hasMeter = hasMeter
        self.meterSigns = meterSigns
        self.outlet = outlet
        self.hasVentilation = hasVentilation
        self.ratedClosings = ratedClosings
    }

    /// What the charge point is told of it.
    public var profile: ConnectorProfile {
        var meter = SimulatedMeter.profile(phases: phases)
        meter.publicKey = meterSigns ? "" : nil
        return ConnectorProfile(
            id: id, maximumCurrent: maximumCurrent, phases: phases, outlet: outlet, hasLock: hasLock,
            hasVentilation: hasVentilation, meter: hasMeter ? meter : nil, ratedClosings: ratedClosings)
    }
}

/// The simulated vehicle's nature.
public struct SimulatedVehicleConfiguration: Sendable, Equatable {
    /// The most that its charger takes, per phase.
    public var current: Amperes
    public var phases: Phases
    /// From plug-in until it can take energy.
    public var readyAfter: Duration
    /// It hangs on the connector when the process starts.
    public var staysPlugged: Bool

    public init(current: Amperes = 32, phases: Phases = .one, readyAfter: Duration = .seconds(1), staysPlugged: Bool = false) {
        self.current = current
        self.phases = phases
        self.readyAfter = readyAfter
        self.staysPlugged = staysPlugged
    }
}

/// How the installation of firmware goes on a simulated board; the board itself only keeps it for whoever installs.
public struct SimulatedFirmwareInstallation: Sendable, Equatable {
    public var duration: Duration
    /// The charge point restarts to run the new firmware.
    public var reboot: Bool

    public init(duration: Duration = .seconds(2), reboot: Bool = false) {
        self.duration = duration
        self.reboot = reboot
    }
}
