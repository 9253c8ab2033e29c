public import Units

/// The hand that plugs, swipes and breaks things on a simulated board.
///
/// Each call returns once the models have changed and the resulting events are in the board's stream.
public protocol BoardSimulator: Sendable {
    func plug(connector: Int) throws(SimulatorError)
    func unplug(connector: Int) throws(SimulatorError)
    /// The vehicle stops asking for energy (C → B) or asks again.
    func suspendVehicle(connector: Int) throws(SimulatorError)
    func resumeVehicle(connector: Int) throws(SimulatorError)
    func presentCard(idTag: String, connectors: [Int]?) throws(SimulatorError)
    /// `connector` may be 0: the whole charge point.
    func setFault(connector: Int, _ fault: BoardFault, isActive: Bool) throws(SimulatorError)
    func setContactorFailure(connector: Int, _ failure: SimulatedContactorFailure?) throws(SimulatorError)
    func setMeter(connector: Int, isSilent: Bool?, register: WattHours?) throws(SimulatorError)
    /// Forces the pilot's state; nil gives it back to the vehicle.
    func setPilot(connector: Int, _ override: SimulatedPilotFault?) throws(SimulatorError)
    func setLock(connector: Int, _ failure: SimulatedLockFailure?) throws(SimulatorError)
    /// The vehicle draws this much whatever is offered; nil: it obeys.
    func setOverdraw(connector: Int, _ current: Amperes?) throws(SimulatorError)
    func setReader(_ failure: SimulatedReaderFailure?) throws(SimulatorError)
    /// The truth, whatever the drivers report.
    func truth() -> [SimulatedTruth]
}

public enum SimulatedContactorFailure: String, Sendable, Codable, CaseIterable { case welded, stuckOpen }
public enum SimulatedLockFailure: String, Sendable, Codable, CaseIterable {
    /// The motor runs, the bolt does not move.
    case stuck
    /// The bolt leaves the plug by itself, and cannot be brought back.
    case released
}
public enum SimulatedReaderFailure: String, Sendable, Codable, CaseIterable { case gone, hung }

public enum SimulatedPilotFault: Sendable, Equatable {
    case state(VehicleState)
    case diodeFault
}

/// Why a simulator call did nothing.
public enum SimulatorError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownConnector(Int, count: Int)
    case notPossible(String)

    public var description: String {
        switch self {
        case .unknownConnector(let number, let count):
            "connector \(number) does not exist; this board has connectors 1 to \(count)"
        case .notPossible(let why): why
        }
    }
}

/// What is really so at one connector.
public struct SimulatedTruth: Sendable, Equatable {
    public var connector: Int
    /// The import register.
    public var register: WattHours
    public var contactor: ContactorState
    public var isPlugged: Bool
    public var isLocked: Bool
    public var vehicleState: VehicleState
    /// Energy that has flowed to the present vehicle since it was plugged in.
    public var energyDrawn: WattHours
    public var power: Watts
    /// Times the contactor has closed since the process started.
    public var closings: Int

    public init(
        connector: Int, register: WattHours, contactor: ContactorState, isPlugged: Bool, isLocked: Bool, vehicleState: VehicleState,
        energyDrawn: WattHours, power: Watts, closings: Int
    ) {
        self.connector = connector
        self.register = register
        self.contactor = contactor
        self.isPlugged = isPlugged
        self.isLocked = isLocked
        self.vehicleState = vehicleState
        self.energyDrawn = energyDrawn
        self.power = power
        self.closings = closings
    }
}
