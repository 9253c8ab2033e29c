import OCPP
import Units

// No false 0 and no false total leaves the charge point: a reading counts when it came, is recent and does not jump back.
extension ChargePoint {
    /// Readings in a row that must fail before the meter counts as failed.
    static let toleratedMisses = 5
    /// How old a reading may be to begin a session with, and to be sampled.
    static let freshness = Duration.seconds(5)

    /// What an import register can say in its lifetime.
    static let plausibleRegister: ClosedRange<WattHours> = 0...1_000_000_000_000

    mutating func meterRead(_ number: Int, _ reading: MeterReading) {
        guard let id = ConnectorId(exactly: number), let index = index(id) else { return }
        guard Self.plausibleRegister.contains(reading.energyImport) else {
            return meterFailed(number, "the register says \(reading.energyImport)")
        }
        if let last = connectors[index].transaction?.lastRegister, reading.energyImport < last {
            meterFailed(number, "the register fell from \(last) to \(reading.energyImport)")
            return
        }
        if connectors[index].meter.isFailed { log(.notice, "connector \(number): the meter answers again") }
        connectors[index].meter = Connector.MeterFacts(latest: reading, readAt: now.uptime)
        guard connectors[index].transaction != nil else { return }
        connectors[index].transaction?.lastRegister = reading.energyImport
        connectors[index].transaction?.lastAlive = clock.recorded(now)
    }

    mutating func meterFailed(_ number: Int, _ reason: String) {
        guard let id = ConnectorId(exactly: number), let index = index(id), connectors[index].profile.meter != nil else { return }
        connectors[index].meter.misses += 1
        connectors[index].meter.isAwaited = false
        guard connectors[index].meter.misses >= Self.toleratedMisses, !connectors[index].meter.isFailed else { return }
        connectors[index].meter.failure = BoardFault(.powerMeterFailure, info: reason)
        log(.error, "connector \(number): \(reason)")
        guard connectors[index].transaction != nil else { return }
        if settings.onMeterFailure == .stop {
            openContactor(index)
            stop(index, .other, isForced: true)
        } else {
            connectors[index].transaction?.flags.insert(.meterSilent)
        }
    }

    /// Asks for a reading that is taken from now on.
    mutating func readMeter(_ index: Int) {
        guard connectors[index].profile.meter != nil, !connectors[index].meter.isAwaited else { return }
        connectors[index].meter.isAwaited = true
        out.then.append(.readMeter(connectors[index].id))
    }
}
