import ChargePointCore
import OCPP
import SimulatedBoard
import Units

/// 7. What is billed is what the meter passed, to the watt-hour; an estimate says so and never exceeds it. No meter value is a register
/// that the meter never showed, and none in a session is below the one before.
struct EnergyChecker: Checker {
    /// The true register when a session began.
    private var begins: [SessionId: WattHours] = [:]
    /// The last reading of each connector that was true.
    private var readings: [ConnectorId: WattHours] = [:]
    /// The last register recorded of each open session.
    private var recorded: [SessionId: WattHours] = [:]
    private static let rule = "energy"

    mutating func observe(_ observation: Observation, in world: World) throws(Violation) {
        switch observation {
        case .input(.board(.meter(let number, let reading))):
            // No time passes between reading and hearing of it.
            if reading.energyImport == world.board.connectors[number - 1].meter.register {
                readings[ConnectorId(number)] = reading.energyImport
            }
        case .reaction(_, let reaction): for record in reaction.record { try judge(record, world) }
        case .ended: recorded = [:]
        default: break
        }
    }

    private mutating func judge(_ record: Record, _ world: World) throws(Violation) {
        switch record {
        case .transactionBegan(let start):
            guard let register = register(start.connectorId, world) else { return }
            begins[start.session] = register
            recorded[start.session] = start.meterStart
            guard start.meterStart == register else {
                throw Violation(Self.rule, "session \(start.session) begins at \(start.meterStart), the meter shows \(register)")
            }
        case .meterValues(let session, let connector, let sample): try judge(sample, session, connector)
        case .transactionData(let session, let sample):
            guard let connector = connector(of: session, world) else { return }
            try judge(sample, session, connector)
        case .transactionAlive(let session, let register, _):
            guard let connector = connector(of: session, world), let now = self.register(connector, world) else { return }
            try rise(session, to: register)
            guard register <= now else { throw Violation(Self.rule, "\(register) is recorded, the meter shows \(now)") }
        case .transactionEnded(let end): try judge(end, world)
        default: break
        }
    }

    private func connector(of session: SessionId, _ world: World) -> ConnectorId? {
        world.view.connectors.first { $0.transaction?.session == session }?.id
            ?? world.ledger.sessions[session]?.start.connectorId
    }

    private func register(_ id: ConnectorId, _ world: World) -> WattHours? {
        let connector = world.board.connectors[id.value - 1]
        return connector.configuration.hasMeter ? connector.meter.register : nil
    }

    private mutating func judge(_ sample: MeterSample, _ session: SessionId, _ connector: ConnectorId) throws(Violation) {
        for value in sample.values where value.measurand ?? .energyActiveImportRegister == .energyActiveImportRegister {
            guard let register = Int(value.value).map({ WattHours($0) }), register == readings[connector] else {
                let shown = readings[connector]?.description ?? "nothing"
                throw Violation(Self.rule, "a meter value says \(value.value), the meter of connector \(connector) showed \(shown)")
            }
            try rise(session, to: register)
        }
    }

    private mutating func rise(_ session: SessionId, to register: WattHours) throws(Violation) {
        guard let before = recorded.updateValue(register, forKey: session), before > register else { return }
        throw Violation(Self.rule, "session \(session) falls from \(before) to \(register)")
    }

    private mutating func judge(_ end: TransactionEnd, _ world: World) throws(Violation) {
        guard let start = world.ledger.sessions[end.session]?.start, let begin = begins[end.session],
            let now = register(start.connectorId, world)
        else { return }
        let (billed, passed) = (end.meterStop - start.meterStart, now - begin)
        let isEstimated = end.flags.contains(.meterEstimated)
        guard billed >= 0, isEstimated ? billed <= passed : billed == passed else {
            let kind = isEstimated ? "estimated at" : "billed"
            throw Violation(Self.rule, "session \(end.session) is \(kind) \(billed), the meter passed \(passed)")
        }
    }
}
