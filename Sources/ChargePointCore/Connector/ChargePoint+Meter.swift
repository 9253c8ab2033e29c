import OCPP
import Units

// No false 0 and no false total leaves the charge point: a reading counts when it came, is recent and does not jump back.
extension ChargePoint {
    /// Readings in a row that must fail before the meter counts as failed.
    static let toleratedMisses = 5
    /// How old a reading may be to begin a session with, and to be sampled.
    static let freshness = Duration.seconds(5)
    /// The same where no session runs: nothing flows, and the meter is asked less often.
    static let idleFreshness = Duration.seconds(30)

    /// What an import register can say in its lifetime.
    static let plausibleRegister: ClosedRange<WattHours> = 0...WattHours(Int(clamping: 1_000_000_000_000 as Int64))

    mutating func meterRead(_ number: Int, _ reading: MeterReading) {
        guard let id = ConnectorId(exactly: number), let index = index(id) else { return }
        if let problem = implausibility(of: reading, index) { return suspect(reading, index, problem) }
        if connectors[index].meter.isFailed { log(.notice, "connector \(number): the meter answers again") }
        connectors[index].meter = Connector.MeterFacts(latest: reading, readAt: now.uptime)
        guard connectors[index].transaction != nil else { return }
        connectors[index].transaction?.lastRegister = reading.energyImport
        connectors[index].transaction?.lastAlive = clock.recorded(now)
        noticePhases(index, reading)
        judgeDraw(index, reading)
    }

    /// How long a vehicle may draw more than it is offered: 5 s to follow a lower duty cycle (IEC 61851-1, annex A), and as long again
    /// for a meter that averages and is asked once a second.
    static let overdrawGrace = Duration.seconds(10)
    /// What a vehicle's control and the meter may be off by.
    static let overdrawTolerance = 1.1

    /// A vehicle that takes more than cable and wiring were sized for is cut off; only another plug-in gives it another chance.
    private mutating func judgeDraw(_ index: Int, _ reading: MeterReading) {
        let connector = connectors[index]
        guard connector.command.isClosed, let offer = connector.command.offer, let most = reading.current.max(),
            most > offer * Self.overdrawTolerance
        else { return connectors[index].overdrawSince = nil }
        guard let since = connector.overdrawSince else { return connectors[index].overdrawSince = now.uptime }
        guard now.uptime - since >= Self.overdrawGrace else { return }
        var fault = BoardFault.overdraw
        fault.info = "the vehicle draws \(SampleSource.decimal(most.value)) A, offered are \(SampleSource.decimal(offer.value)) A"
        faultChanged(connector.id.value, fault, true)
    }

    /// Why a reading cannot be true: out of range, fallen, or risen by more than the connector can have delivered since.
    private func implausibility(of reading: MeterReading, _ index: Int) -> String? {
        let register = reading.energyImport
        guard Self.plausibleRegister.contains(register) else { return "the register says \(register)" }
        let meter = connectors[index].meter
        let last: (register: WattHours, elapsed: Duration)
        if let transaction = connectors[index].transaction, meter.latest == nil {
            // Restored: the last mark may be an interval old, and the supply may have gone later than that.
            last = (transaction.lastRegister, Self.aliveInterval * 2 + now.uptime - startedAt)
        } else if let latest = meter.latest {
            last = (latest.energyImport, now.uptime - meter.readAt)
        } else {
            // What a meter says that is still starting, unless it says so twice.
            return register == 0 ? "the first register read is 0" : nil
        }
        guard register >= last.register else { return "the register fell from \(last.register) to \(register)" }
        let limit = mostEnergy(index, in: last.elapsed)
        guard register - last.register <= limit else {
            return "the register rose from \(last.register) to \(register), more than the connector can deliver"
        }
        return nil
    }

    /// Twice what the connector is rated for, and a little for coarse registers: a wrong word order or factor lies far beyond.
    private func mostEnergy(_ index: Int, in time: Duration) -> WattHours {
        let profile = connectors[index].profile
        let power = 2 * profile.maximumCurrent.value * Double(profile.phases.rawValue) * SampleSource.nominalVoltage
        let energy = (power * time.inSeconds / 3600 + 100) * max(1, settings.board.timeScale)
        return WattHours(Int(exactly: min(energy, 1e12).rounded()) ?? .max)
    }

    /// Between sessions a register may really have changed (another meter): it is believed when the next reading agrees with it.
    private mutating func suspect(_ reading: MeterReading, _ index: Int, _ problem: String) {
        let id = connectors[index].id
        if connectors[index].transaction == nil, Self.plausibleRegister.contains(reading.energyImport) {
            if let suspect = connectors[index].meter.suspect, reading.energyImport >= suspect,
                reading.energyImport - suspect <= mostEnergy(index, in: .seconds(10))
            {
                let isNews = connectors[index].meter.latest != nil
                connectors[index].meter = Connector.MeterFacts(latest: reading, readAt: now.uptime)
                return log(isNews ? .warning : .debug, "connector \(id): \(problem); confirmed by the next reading")
            }
            connectors[index].meter.suspect = reading.energyImport
        }
        meterFailed(id.value, problem)
        if connectors[index].transaction == nil, !connectors[index].meter.isFailed { readMeter(index) }
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
    /// - Parameter signing: what the meter is to sign for; nil: nothing.
    mutating func readMeter(_ index: Int, signing: SigningRequest? = nil) {
        guard connectors[index].profile.meter != nil, !connectors[index].meter.isAwaited else { return }
        connectors[index].meter.isAwaited = true
        let id = connectors[index].id
        out.then.append(signing.map { .readSignedMeter(id, $0) } ?? .readMeter(id))
    }
}
