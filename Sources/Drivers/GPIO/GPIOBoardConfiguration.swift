public import Units

/// What a board file says of a board's lines: plain facts, nothing opened.
public struct GPIOBoardConfiguration: Sendable, Equatable {
    /// In the order of their numbers.
    public var connectors: [GPIOConnectorConfiguration]
    public var inputs: [InputConfiguration]
    public var outputs: [OutputConfiguration]
    /// Sensors of the board as a whole.
    public var temperatures: [TemperatureConfiguration]

    public init(
        connectors: [GPIOConnectorConfiguration], inputs: [InputConfiguration] = [], outputs: [OutputConfiguration] = [],
        temperatures: [TemperatureConfiguration] = []
    ) {
        self.connectors = connectors
        self.inputs = inputs
        self.outputs = outputs
        self.temperatures = temperatures
    }
}

/// One connector's lines. What is nil comes from elsewhere (an EVSE controller on a bus) or is not there.
public struct GPIOConnectorConfiguration: Sendable, Equatable {
    public var id: Int
    public var contactor: GPIOContactorConfiguration?
    public var pilot: PilotConfiguration?
    public var lock: GPIOLockConfiguration?
    public var residualCurrent: ResidualCurrentConfiguration?
    public var proximity: ProximityConfiguration?
    /// The place is ventilated: a vehicle that demands it (state D) may charge.
    public var hasVentilation: Bool
    public var phases: Phases

    public init(
        id: Int, contactor: GPIOContactorConfiguration? = nil, pilot: PilotConfiguration? = nil,
        lock: GPIOLockConfiguration? = nil, residualCurrent: ResidualCurrentConfiguration? = nil,
        proximity: ProximityConfiguration? = nil, hasVentilation: Bool = false, phases: Phases = .three
    ) {
        self.id = id
        self.contactor = contactor
        self.pilot = pilot
        self.lock = lock
        self.residualCurrent = residualCurrent
        self.proximity = proximity
        self.hasVentilation = hasVentilation
        self.phases = phases
    }
}

public struct GPIOContactorConfiguration: Sendable, Equatable {
    public var coil: LineConfiguration
    /// The auxiliary contact; nil: there is none, and a weld cannot be detected.
    public var feedback: LineConfiguration?
    public var feedbackContact: Contact
    /// How long the contacts may take to follow the coil.
    public var within: Duration
    /// How often it may close in its life; nil: nobody said.
    public var ratedClosings: Int?

    public enum Contact: String, Sendable, Equatable, CaseIterable {
        /// Closed while the main contacts are.
        case normallyOpen
        /// Closed while the main contacts are open: a mirror contact (IEC 60947-4-1, annex F).
        case normallyClosed
    }

    public init(
        coil: LineConfiguration, feedback: LineConfiguration? = nil, feedbackContact: Contact = .normallyOpen,
        within: Duration = .milliseconds(150), ratedClosings: Int? = nil
    ) {
        self.coil = coil
        self.feedback = feedback
        self.feedbackContact = feedbackContact
        self.within = within
        self.ratedClosings = ratedClosings
    }
}

/// How the board reads the pilot, and drives it where it can.
public struct PilotConfiguration: Sendable, Equatable {
    public var sense: Sense
    /// `pwmchip0/0`; nil: the hardware offers a fixed current.
    public var pwm: PWMConfiguration?

    public enum Sense: Sendable, Equatable {
        case lines(StateLines)
        case voltage(PilotVoltageConfiguration)
    }

    public struct StateLines: Sendable, Equatable {
        /// A vehicle hangs on the pilot: B, C or D.
        public var connected: LineConfiguration
        /// It asks for energy: C or D.
        public var ready: LineConfiguration
        /// It demands ventilation: D.
        public var ventilated: LineConfiguration?
        /// Short circuit or no diode: E.
        public var fault: LineConfiguration?

        public init(
            connected: LineConfiguration, ready: LineConfiguration, ventilated: LineConfiguration? = nil,
            fault: LineConfiguration? = nil
        ) {
            self.connected = connected
            self.ready = ready
            self.ventilated = ventilated
            self.fault = fault
        }
    }

    public init(sense: Sense, pwm: PWMConfiguration? = nil) {
        self.sense = sense
        self.pwm = pwm
    }
}

public struct PWMConfiguration: Sendable, Equatable {
    public var chip: String
    public var channel: Int
    public var isInverted: Bool
    /// Switches the pilot to a constant −12 V (state F); nil: a duty cycle of 0 does.
    public var negative: LineConfiguration?

    public init(chip: String, channel: Int, isInverted: Bool = false, negative: LineConfiguration? = nil) {
        self.chip = chip
        self.channel = channel
        self.isInverted = isInverted
        self.negative = negative
    }
}

/// One channel of the kernel's industrial IO, with what lies between it and the measured point: volts = reading × factor + offset.
public struct VoltageChannel: Sendable, Equatable {
    /// `iio:device0`
    public var device: String
    /// `in_voltage0`
    public var channel: String
    public var factor: Double
    public var offset: Volts

    public init(device: String, channel: String, factor: Double = 1, offset: Volts = 0) {
        self.device = device
        self.channel = channel
        self.factor = factor
        self.offset = offset
    }
}

public struct PilotVoltageConfiguration: Sendable, Equatable {
    /// The positive half's peak.
    public var high: VoltageChannel
    /// The negative half's peak: tells a vehicle from a resistor by its diode; nil: the board cannot.
    public var low: VoltageChannel?

    public init(high: VoltageChannel, low: VoltageChannel? = nil) {
        self.high = high
        self.low = low
    }
}

public enum ProximityConfiguration: Sendable, Equatable {
    /// The contact's voltage under a pull-up resistor (ohms) to a supply.
    case voltage(VoltageChannel, supply: Volts, pullUp: Double)
    /// One line for each rating that the board tells apart; none active: no plug.
    case lines([CodingLine])

    public struct CodingLine: Sendable, Equatable {
        public var current: Amperes
        public var line: LineConfiguration

        public init(_ current: Amperes, _ line: LineConfiguration) {
            self.current = current
            self.line = line
        }
    }
}

public struct GPIOLockConfiguration: Sendable, Equatable {
    /// Locks: while it is active, or by a pulse.
    public var motor: LineConfiguration
    public var drive: Drive
    /// Active while the bolt is in the plug; nil: nobody knows.
    public var feedback: LineConfiguration?
    /// How long the bolt may take.
    public var within: Duration

    public enum Drive: Sendable, Equatable {
        /// Locked while the motor's line is active.
        case level
        /// The motor runs this long in one direction, or by the other line in the other.
        case pulse(release: LineConfiguration, Duration)
    }

    public init(
        motor: LineConfiguration, drive: Drive = .level, feedback: LineConfiguration? = nil, within: Duration = .seconds(2)
    ) {
        self.motor = motor
        self.drive = drive
        self.feedback = feedback
        self.within = within
    }
}

public struct ResidualCurrentConfiguration: Sendable, Equatable {
    /// Active while the device has tripped.
    public var trip: LineConfiguration
    /// Makes it trip, to see that it would.
    public var test: LineConfiguration?
    /// How long it may take to trip under test, and again to come back.
    public var within: Duration

    public init(trip: LineConfiguration, test: LineConfiguration? = nil, within: Duration = .milliseconds(500)) {
        self.trip = trip
        self.test = test
        self.within = within
    }
}

public struct InputConfiguration: Sendable, Equatable {
    public var kind: Kind
    public var line: LineConfiguration

    public enum Kind: String, Sendable, Equatable, CaseIterable { case emergencyStop, door, tilt, water, button }

    public init(_ kind: Kind, _ line: LineConfiguration) {
        self.kind = kind
        self.line = line
    }
}

public struct OutputConfiguration: Sendable, Equatable {
    public var kind: Kind
    public var line: LineConfiguration

    /// `trip` opens an upstream breaker when a contactor is welded.
    public enum Kind: String, Sendable, Equatable, CaseIterable { case lampGreen, lampRed, lampBlue, buzzer, trip }

    public init(_ kind: Kind, _ line: LineConfiguration) {
        self.kind = kind
        self.line = line
    }
}
