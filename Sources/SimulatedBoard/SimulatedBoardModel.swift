public import BoardSupport
public import Units

/// The whole simulated board as one plain value: its connectors, its card reader, its own faults.
///
/// Used as it is by a deterministic simulation, and behind a mutex and a real clock by the live board.
public struct SimulatedBoardModel: Sendable, Equatable {
    public private(set) var connectors: [SimulatedConnector]
    /// nil where the board has none.
    public private(set) var reader: SimulatedReader?
    /// Active faults of the board as a whole.
    public private(set) var faults: [BoardFault] = []

    /// - Parameter milliwattHours: what each connector's register shows at the start; missing ones show 0.
    public init(_ configuration: SimulatedBoardConfiguration, milliwattHours: [Int64] = []) {
        connectors = configuration.connectors.enumerated().map { index, connector in
            SimulatedConnector(
                connector, vehicle: configuration.vehicle, resetMeterOnPlug: configuration.resetMeterOnPlug,
                speed: configuration.speed,
                milliwattHours: index < milliwattHours.count ? milliwattHours[index] : 0)
        }
        reader = configuration.hasCardReader ? SimulatedReader() : nil
    }

    /// Everything that the drivers report once at the start.
    public var report: [BoardEvent] { connectors.flatMap(\.report) }

    public var truth: [SimulatedTruth] { connectors.map(\.truth) }

    /// Some vehicle draws power.
    public var isFeeding: Bool { connectors.contains { $0.power > 0 } }

    /// Time until something happens by itself; nil: nothing will.
    public var nextChange: Duration? { (connectors.map(\.nextChange) + [reader?.nextChange]).compactMap(\.self).min() }

    public mutating func advance(by elapsed: Duration) -> [BoardEvent] {
        var events: [BoardEvent] = []
        for index in connectors.indices { events += connectors[index].advance(by: elapsed) }
        return events + (reader?.advance(by: elapsed) ?? [])
    }

    /// Changes one connector.
    public mutating func change<Result>(
        connector number: Int, _ body: (inout SimulatedConnector) throws(SimulatorError) -> Result
    ) throws(SimulatorError) -> Result {
        guard connectors.indices.contains(number - 1) else { throw .unknownConnector(number, count: connectors.count) }
        return try body(&connectors[number - 1])
    }

    /// The connector with this number.
    ///
    /// Only for numbers of this board's own connectors, as its drivers hold them; whoever takes a number from outside uses
    /// `change(connector:)`, which answers for a wrong one.
    subscript(connector number: Int) -> SimulatedConnector {
        get { connectors[number - 1] }
        set { connectors[number - 1] = newValue }
    }

    /// - Parameter number: 0: the whole charge point; its opening faults open every contactor.
    public mutating func setFault(connector number: Int, _ fault: BoardFault, isActive: Bool) throws(SimulatorError) -> [BoardEvent]
    {
        guard number == 0 else {
            return try change(connector: number) { $0.setFault(fault, isActive: isActive) }
        }
        var events: [BoardEvent] = faults.change(fault, isActive: isActive).map { .fault(connector: 0, $0, isActive: isActive) }
        for index in connectors.indices { events += connectors[index].setBoardFaults(Set(faults.map(\.kind))) }
        return events
    }

    /// Opens every contactor and withdraws every offer.
    public mutating func makeSafe() -> [BoardEvent] {
        var events: [BoardEvent] = []
        for index in connectors.indices { events += connectors[index].open() + connectors[index].offer(nil) }
        return events
    }

    public mutating func setReader(_ failure: SimulatedReaderFailure?) throws(SimulatorError) -> [BoardEvent] {
        guard var changed = reader else { throw .notPossible(SimulatedBoardModel.noReader) }
        let events = changed.setFailure(failure)
        reader = changed
        return events
    }

    /// - Parameters:
    ///   - idTag: 1 to 20 characters (OCPP 1.6 §7.28).
    ///   - numbers: the connectors that the reader serves; nil: all.
    public func presentCard(idTag: String, connectors numbers: [Int]?) throws(SimulatorError) -> [BoardEvent] {
        guard let reader else { throw .notPossible(SimulatedBoardModel.noReader) }
        switch reader.failure {
        case .gone: throw .notPossible("the card reader is gone: no card can be read; set its failure to null first")
        case .hung: throw .notPossible("the card reader hangs: no card can be read; set its failure to null first")
        case nil: break
        }
        guard (1...20).contains(idTag.unicodeScalars.count) else {
            throw .notPossible("an idTag has 1 to 20 characters, this one has \(idTag.unicodeScalars.count)")
        }
        if let numbers {
            guard !numbers.isEmpty else {
                throw .notPossible("the list of connectors is empty; name some, or leave it out for all")
            }
            if let unknown = numbers.first(where: { !connectors.indices.contains($0 - 1) }) {
                throw .unknownConnector(unknown, count: connectors.count)
            }
        }
        return [.card(idTag: idTag, connectors: numbers)]
    }

    private static let noReader = "this board has no card reader"
}
