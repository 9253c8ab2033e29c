import BoardSupport
@testable import Drivers
import Synchronization
import Testing
import Units

/// A board of one connector on scripted lines, with a contactor that works unless a test breaks it.
struct LineBench {
    enum Contacts: Sendable { case working, welded, stuckOpen, dead }

    let lines = ScriptedLines()
    let log: EventLog
    let board: GPIOBoard
    let contacts = Shared(Contacts.working)
    let openedElsewhere = Shared(0)

    final class Shared<Value: Sendable>: Sendable {
        private let state: Mutex<Value>
        init(_ value: Value) { state = Mutex(value) }
        var value: Value {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }

    static let contactor = GPIOContactorConfiguration(
        coil: .line("coil"), feedback: .line("feedback"), within: .milliseconds(60))
    static let pilot = PilotConfiguration(sense: .lines(.init(connected: .line("b"), ready: .line("c"), ventilated: .line("d"))))

    static func configuration(
        _ change: (inout GPIOConnectorConfiguration) -> Void = { _ in }, inputs: [InputConfiguration] = [],
        outputs: [OutputConfiguration] = []
    ) -> GPIOBoardConfiguration {
        var connector = GPIOConnectorConfiguration(id: 1, contactor: contactor, pilot: pilot)
        change(&connector)
        return GPIOBoardConfiguration(connectors: [connector], inputs: inputs, outputs: outputs)
    }

    init(
        _ configuration: GPIOBoardConfiguration = configuration(), roots: GPIOBoard.Roots = GPIOBoard.Roots(),
        words: @escaping @Sendable (String) -> Void = { _ in }, prepare: (ScriptedLines) -> Void = { _ in }
    ) throws {
        prepare(lines)
        let log = try EventLog()
        self.log = log
        let openedElsewhere = openedElsewhere
        board = try GPIOBoard.open(
            configuration, lines: lines, roots: roots, openElsewhere: { _ in openedElsewhere.value += 1 }, log: words
        ) { log.add($0) }
        if configuration.connectors[0].contactor?.feedback != nil { try wireContacts() }
    }

    private func wireContacts() throws {
        let (feedback, contacts) = (try lines[input: "feedback"], contacts)
        try lines[output: "coil"].whenSet { isEnergised in
            switch contacts.value {
            case .working: feedback.set(isEnergised)
            case .welded: if isEnergised { feedback.set(true) }
            case .stuckOpen, .dead: break
            }
        }
    }

    var contactor: GPIOContactor { get throws { try #require(board.connectors[0].contactor) } }
    var isEnergised: Bool { get throws { try lines[output: "coil"].isActive } }

    /// A vehicle in this state, by the comparators' lines.
    func vehicle(_ state: VehicleState) throws {
        try lines[input: "b"].set(state.isConnected ?? false)
        try lines[input: "c"].set(state.asksForEnergy)
        try lines[input: "d"].set(state == .d)
        log.expect(.pilot(connector: 1, state))
    }

    /// A vehicle asks, and the contactor is closed.
    func charge() throws {
        log.expect(.contactor(connector: 1, .open))
        try vehicle(.c)
        try contactor.close()
        log.expect(.contactor(connector: 1, .closed))
        log.forget()
    }
}
