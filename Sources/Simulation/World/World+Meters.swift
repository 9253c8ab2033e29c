import ChargePointCore
import OCPP
import SimulatedBoard
import Units

/// What is wrong with what a meter says.
struct MeterTrouble: Sendable {
    enum Kind: Sendable, CaseIterable {
        /// The register is lower than it was.
        case fallen
        /// The register's words are in the wrong order.
        case scaled
        case zero
    }

    var kind: Kind?
    /// Out of its place, until another one is in it.
    var isBeingReplaced = false
    /// The last reading was a false one.
    fileprivate var wasFalse = false
    /// Something was read since the process started.
    fileprivate var wasRead = false
}

// Meters that are silent, lie, or are replaced. A lie lasts while a session is open; outside one it is a drop-out that comes and goes,
// because a register that stays another one between two sessions cannot be told from another meter.
extension World {
    func meterEvent(_ number: Int) -> BoardEvent {
        let connector = board.connectors[number - 1]
        do {
            var reading = try connector.readMeter()
            let trouble = meters[number - 1]
            meters[number - 1].wasFalse = false
            if let kind = trouble.kind, (trouble.wasRead && !trouble.wasFalse) || hasOpenSession(number) {
                reading.energyImport = Self.spoiled(reading.energyImport, kind)
                meters[number - 1].wasFalse = true
            }
            meters[number - 1].wasRead = true
            return .meter(connector: number, reading)
        } catch {
            return .meterFailed(connector: number, reason: "\(error)")
        }
    }

    private static func spoiled(_ register: WattHours, _ kind: MeterTrouble.Kind) -> WattHours {
        switch kind {
        case .zero: 0
        // What is small may be multiplied without being beyond belief.
        case .scaled where register > 100_000: WattHours(register.value * 65_536)
        case .scaled, .fallen: max(0, register - 5000)
        }
    }

    private func hasOpenSession(_ number: Int) -> Bool {
        view.connectors[number - 1].transaction != nil
            && ledger.openSessions.contains { $0.start.connectorId.value == number }
    }

    func pollMeters() {
        agenda.plan(.pollMeters, at: clock.elapsed + pollInterval)
        polls += 1
        for connector in board.connectors where connector.configuration.hasMeter {
            // Where nobody is, nothing changes.
            if connector.isPlugged || polls % 8 == 0 { inbox.append(.board(meterEvent(connector.id))) }
        }
    }

    /// Somebody puts in another meter: silence first, and nobody does it while a session is open.
    func replaceMeter(_ id: ConnectorId) {
        guard isFree(id) else { return }
        setMeter(id, isSilent: true)
        meters[id.value - 1].isBeingReplaced = true
        let register = numbers.pick([0, 42, 250_000, 9_000_000]) + numbers.below(1000)
        agenda.plan(.meterSpeaks(id.value, register: WattHours(register)), at: clock.elapsed + numbers.seconds(20...90))
    }

    func meterSpeaks(_ number: Int, register: WattHours?) {
        let id = ConnectorId(number)
        let register = isFree(id) ? register : nil
        meters[number - 1].isBeingReplaced = false
        change(id) { connector in
            do { try connector.setMeter(isSilent: false, register: register) } catch { return [] }
            return []
        }
    }

    private func isFree(_ id: ConnectorId) -> Bool {
        view.connectors[id.value - 1].transaction == nil && !ledger.openSessions.contains { $0.start.connectorId == id }
    }

    /// The first reading after a start has nothing that it could contradict.
    func forgetReadings() {
        for index in meters.indices { meters[index] = MeterTrouble(kind: meters[index].kind) }
    }

    /// Some meters take longer than the charge point until they answer.
    func delayMeters() {
        for connector in board.connectors {
            guard numbers.chance(troubles[.silentMeter] * 10) else { continue }
            setMeter(ConnectorId(connector.id), isSilent: true)
            agenda.plan(.meterSpeaks(connector.id, register: nil), at: clock.elapsed + numbers.seconds(1...90))
        }
    }
}
