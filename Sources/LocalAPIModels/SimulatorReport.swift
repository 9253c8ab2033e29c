public import Units

/// What `GET /v1/simulator` says: the truth of the simulated board, whatever its drivers report.
public struct SimulatorReport: Codable, Sendable, Equatable {
    public var connectors: [SimulatedConnectorReport]

    public init(connectors: [SimulatedConnectorReport]) { self.connectors = connectors }
}

public struct SimulatedConnectorReport: Codable, Sendable, Equatable {
    public var id: Int
    public var registerWh: WattHours
    /// open, closed, welded or stuckOpen.
    public var contactor: String
    public var cablePlugged: Bool
    public var locked: Bool
    /// A to F (IEC 61851-1).
    public var vehicleState: String
    /// Energy that has flowed to the present vehicle.
    public var energyDrawnWh: WattHours
    public var powerW: Double
    /// Times the contactor has closed since the process started.
    public var closings: Int

    public init(
        id: Int, registerWh: WattHours, contactor: String, cablePlugged: Bool, locked: Bool, vehicleState: String,
        energyDrawnWh: WattHours, powerW: Double, closings: Int
    ) {
        self.id = id
        self.registerWh = registerWh
        self.contactor = contactor
        self.cablePlugged = cablePlugged
        self.locked = locked
        self.vehicleState = vehicleState
        self.energyDrawnWh = energyDrawnWh
        self.powerW = powerW
        self.closings = closings
    }
}
