public import BoardSupport
public import Units

/// Builds a live simulated board: `SimulatedBoard.make(configuration: .standard(connectors: 2), dataDirectory: path)`.
///
/// Its contactors are open; its stream begins with what every driver sees. Each meter's register is kept in
/// `simulated-meter-N.bin` in the data directory and goes on from there.
/// - Parameters:
///   - dataDirectory: must exist and be writable.
///   - log: told in words when a register file is damaged.
///   - others: gets a way to put events into the board's stream, for drivers that stand beside the simulated ones.
/// - Throws: a configuration that cannot be simulated, or a register file that cannot be kept.
public func make(
    configuration: SimulatedBoardConfiguration, dataDirectory: String, log: @Sendable (String) -> Void = { _ in },
    others: (@escaping @Sendable (BoardEvent) -> Void) -> Void = { _ in }
) throws(SimulatedBoardError) -> Board {
    try configuration.validate()
    let live = try LiveBoard(configuration, dataDirectory: dataDirectory, log: log)
    others { live.report($0) }
    let lamp = SimulatedLamp()
    let connectors = configuration.connectors.map { connector in
        let drivers = SimulatedConnectorDrivers(board: live, number: connector.id)
        return BoardConnector(
            profile: connector.profile, contactor: drivers, pilot: drivers, meter: connector.hasMeter ? drivers : nil,
            lock: connector.hasLock ? drivers : nil)
    }
    return Board(
        profile: configuration.profile,
        connectors: connectors,
        lamp: lamp, events: live.events, simulator: LiveSimulator(board: live), close: { live.close() })
}
