public import Units

/// A live board: every driver that the board file names, and what they say, as one stream.
public struct Board: Sendable {
    public var profile: BoardProfile
    /// One per connector, in order.
    public var connectors: [BoardConnector]
    public var lamp: (any Lamp)?
    /// What the drivers say. Consumed once, by the agent's loop.
    public var events: AsyncStream<BoardEvent>
    /// Present on the simulated board alone.
    public var simulator: (any BoardSimulator)?
    /// Says that the agent's loop turns: while a contactor is closed at least every `heartbeatInterval`, from any thread. A board with an
    /// interlock of its own opens its contactors when that stays out for `Interlock.loopTimeOut`.
    public var heartbeat: @Sendable () -> Void
    /// Ends threads and device handles; the contactors are open afterwards.
    public var close: @Sendable () async -> Void

    /// How long the loop may at most sleep while a contactor is closed.
    public static let heartbeatInterval: Duration = .seconds(2)

    public init(
        profile: BoardProfile, connectors: [BoardConnector], lamp: (any Lamp)? = nil, events: AsyncStream<BoardEvent>,
        simulator: (any BoardSimulator)? = nil, heartbeat: @escaping @Sendable () -> Void = {},
        close: @escaping @Sendable () async -> Void = {}
    ) {
        self.profile = profile
        self.connectors = connectors
        self.lamp = lamp
        self.events = events
        self.simulator = simulator
        self.heartbeat = heartbeat
        self.close = close
    }
}

/// The drivers of one connector.
public struct BoardConnector: Sendable {
    public var profile: ConnectorProfile
    public var contactor: any Contactor
    public var pilot: any ControlPilot
    public var meter: (any EnergyMeter)?
    public var lock: (any CableLock)?

    public init(
        profile: ConnectorProfile, contactor: any Contactor, pilot: any ControlPilot, meter: (any EnergyMeter)? = nil,
        lock: (any CableLock)? = nil
    ) {
        self.profile = profile
        self.contactor = contactor
        self.pilot = pilot
        self.meter = meter
        self.lock = lock
    }
}
