import BoardSupport
import Units

/// The hand on the live board.
struct LiveSimulator: BoardSimulator {
    let board: LiveBoard

    func plug(connector: Int) throws(SimulatorError) {
        try change(connector) { (model) throws(SimulatorError) in try model.plug() }
    }

    func unplug(connector: Int) throws(SimulatorError) { try change(connector) { $0.unplug() } }

    func suspendVehicle(connector: Int) throws(SimulatorError) { try change(connector) { $0.setVehicle(wantsEnergy: false) } }

    func resumeVehicle(connector: Int) throws(SimulatorError) { try change(connector) { $0.setVehicle(wantsEnergy: true) } }

    func presentCard(idTag: String, connectors: [Int]?) throws(SimulatorError) {
        try apply { (model) throws(SimulatorError) in try model.presentCard(idTag: idTag, connectors: connectors) }
    }

    func setFault(connector: Int, _ fault: BoardFault, isActive: Bool) throws(SimulatorError) {
        try apply { (model) throws(SimulatorError) in try model.setFault(connector: connector, fault, isActive: isActive) }
    }

    func setContactorFailure(connector: Int, _ failure: SimulatedContactorFailure?) throws(SimulatorError) {
        try change(connector) { $0.setContactorFailure(failure) }
    }

    func setMeter(connector: Int, isSilent: Bool?, register: WattHours?) throws(SimulatorError) {
        try change(connector) { (model) throws(SimulatorError) in
            try model.setMeter(isSilent: isSilent, register: register)
            return []
        }
    }

    func setPilot(connector: Int, _ override: SimulatedPilotFault?) throws(SimulatorError) {
        try change(connector) { $0.setPilot(override) }
    }

    func setLock(connector: Int, _ failure: SimulatedLockFailure?) throws(SimulatorError) {
        try change(connector) { (model) throws(SimulatorError) in try model.setLock(failure) }
    }

    func setOverdraw(connector: Int, _ current: Amperes?) throws(SimulatorError) {
        try change(connector) { (model) throws(SimulatorError) in
            try model.setOverdraw(current)
            return []
        }
    }

    func setReader(_ failure: SimulatedReaderFailure?) throws(SimulatorError) {
        try apply { (model) throws(SimulatorError) in try model.setReader(failure) }
    }

    func truth() -> [SimulatedTruth] { board.read(\.truth) }

    private func change(
        _ number: Int, _ body: (inout SimulatedConnector) throws(SimulatorError) -> [BoardEvent]
    ) throws(SimulatorError) {
        try apply { (model) throws(SimulatorError) in try model.change(connector: number, body) }
    }

    private func apply(_ body: (inout SimulatedBoardModel) throws(SimulatorError) -> [BoardEvent]) throws(SimulatorError) {
        guard try board.change(body) else { throw .notPossible("the simulated board is shut down") }
    }
}
