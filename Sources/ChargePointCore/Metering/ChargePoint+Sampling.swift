import OCPP
import Units

// Sampled and clock-aligned meter values (OCPP 1.6 §3.16, §4.7; errata 3.13), and the marks that a power loss is billed by.
extension ChargePoint {
    /// How often an open session's register and time go to disk when nothing else does: a write a minute is kind to flash.
    static let aliveInterval = Duration.seconds(60)

    /// An outage that lasts costs detail, never a sale: every second sampled value goes, starts and stops stay.
    private mutating func thinQueue() {
        guard queue.counts.queued >= thinQueueAt else { return }
        record(.meterValuesThinned)
        // The counts come back with the head; what cannot be thinned is not tried again at every message.
        thinQueueAt = queue.counts.queued + max(1, settings.queueLimit / 100)
        if isOnline || queue.isLoading {
            queue.outdate()
        } else {
            queue.startLoading()
            out.then.append(.loadQueueHead)
        }
        log(.warning, "\(queue.counts.queued) messages wait for the Central System: sampled meter values are thinned")
    }

    mutating func thinAndKeepAlive() {
        thinQueue()
        // Before the others of this instant: they carry the time of the interval's end, which has just passed.
        sampleAligned()
        for index in connectors.indices where connectors[index].transaction.map({ $0.ending == nil && !$0.isRestored }) ?? false {
            sample(index)
            keepAlive(index)
        }
    }

    private mutating func sample(_ index: Int) {
        guard let due = connectors[index].transaction?.sampling.nextSample, now.uptime >= due else { return }
        guard let interval = configuration.interval(.meterValueSampleInterval) else {
            connectors[index].transaction?.sampling.nextSample = nil
            return
        }
        guard isSampleReady(index, due: due) else { return }
        // From the start of the transaction in steps; steps that were slept through are left out.
        let missed = Int((now.uptime - due) / interval)
        connectors[index].transaction?.sampling.nextSample = due + interval * (missed + 1)
        guard let source = source(index, begin: connectors[index].transaction?.sampling.intervalBegin) else { return }
        let signed = isUpdateSigned(index) ? signedValue(index, source.reading, .samplePeriodic) : nil
        emit(index, source, configuration.measurands(.meterValuesSampledData), .samplePeriodic, signed: signed)
        keep(index, source, configuration.measurands(.stopTxnSampledData), .samplePeriodic)
        connectors[index].transaction?.sampling.intervalBegin = source.reading
    }

    private mutating func sampleAligned() {
        guard let interval = configuration.interval(.clockAlignedDataInterval) else {
            aligned = nil
            return
        }
        let next = clock.nextAligned(every: interval, after: now)
        // A new interval length starts afresh, and so does a clock that was far ahead by mistake.
        guard let running = aligned, running.interval == interval, next.instant > running.end - .seconds(86_400) else {
            aligned = Aligned(interval: interval, end: next.instant)
            return
        }
        // A clock that jumped back repeats no interval.
        guard next.instant > running.end else { return }
        aligned = Aligned(interval: interval, end: next.instant)
        let time = alignedTime(running.end)
        for index in connectors.indices {
            guard let transaction = connectors[index].transaction else {
                reportIdle(index, time)
                continue
            }
            guard transaction.ending == nil, let source = source(index, begin: transaction.sampling.alignedBegin) else { continue }
            emit(index, source, configuration.measurands(.meterValuesAlignedData), .sampleClock, time)
            keep(index, source, configuration.measurands(.stopTxnAlignedData), .sampleClock, time)
            connectors[index].transaction?.sampling.alignedBegin = source.reading
        }
    }

    /// How late a tick may come.
    private static let alignedTolerance = Duration.seconds(1)

    /// The end of an interval to the millisecond: a tick comes a little late, and the time is what such values are sorted by.
    private func alignedTime(_ end: Timestamp) -> RecordedTime {
        var time = clock.recorded(now)
        // By the clock as it was while the end was awaited: one that was set in this very step may have passed it by no tick's delay.
        let delay = clockBefore.undisturbed(now) - end
        guard time.time >= end, delay >= .zero, delay <= Self.alignedTolerance, time.uptime - delay >= startedAt else {
            return time
        }
        time.time = end
        time.uptime -= delay
        return time
    }

    private mutating func keepAlive(_ index: Int) {
        guard let transaction = connectors[index].transaction, now.uptime >= transaction.sampling.nextAlive else { return }
        connectors[index].transaction?.sampling.nextAlive = now.uptime + Self.aliveInterval
        // The time is now even where the register stands still: the charge point was alive.
        record(.transactionAlive(transaction.start.session, register: transaction.lastRegister, time: clock.recorded(now)))
    }

    func source(_ index: Int, begin: MeterReading? = nil) -> SampleSource? {
        let connector = connectors[index]
        let age = connector.transaction == nil ? Self.idleFreshness : Self.freshness
        guard !connector.meter.isFailed, let reading = connector.meter.reading(within: age, at: now.uptime) else { return nil }
        return SampleSource(
            reading: reading, offered: connector.command.offer, phases: connector.profile.phases, intervalBegin: begin)
    }

    mutating func emit(
        _ index: Int, _ source: SampleSource, _ requests: [MeasurandRequest], _ context: ReadingContext,
        _ time: RecordedTime? = nil, signed: SampledValue? = nil
    ) {
        guard let transaction = connectors[index].transaction, transaction.start.isReported else { return }
        let values = source.values(requests, context: context) + (signed.map { [$0] } ?? [])
        guard !values.isEmpty else { return }
        let sample = MeterSample(time: time ?? clock.recorded(now), values: values)
        record(.meterValues(transaction.start.session, connectors[index].id, sample), queues: true)
    }

    /// Keeps a sample for StopTransaction.transactionData, thinned when it becomes too much (errata 3.91).
    private mutating func keep(
        _ index: Int, _ source: SampleSource, _ requests: [MeasurandRequest], _ context: ReadingContext,
        _ time: RecordedTime? = nil, signed: SampledValue? = nil
    ) {
        guard let transaction = connectors[index].transaction, transaction.start.isReported else { return }
        let values = source.values(requests, context: context) + (signed.map { [$0] } ?? [])
        guard !values.isEmpty else { return }
        record(.transactionData(transaction.start.session, MeterSample(time: time ?? clock.recorded(now), values: values)))
        let kept = transaction.sampling.keptSamples + 1
        let isFull = kept >= max(4, configuration.integer(.stopTransactionMaxMeterValues))
        if isFull { record(.transactionDataThinned(transaction.start.session)) }
        connectors[index].transaction?.sampling.keptSamples = isFull ? kept / 2 + 1 : kept
    }

    /// The values at begin and end of the transaction, for every measurand that StopTransaction reports (errata 3.14).
    /// - Parameter signed: the same register under the meter's signature.
    mutating func keepForStop(_ index: Int, _ context: ReadingContext, signed: SampledValue?) {
        var requests = configuration.measurands(.stopTxnSampledData)
        for request in configuration.measurands(.stopTxnAlignedData) where !requests.contains(request) { requests.append(request) }
        guard !requests.isEmpty || signed != nil, let source = source(index) else { return }
        keep(index, source, requests, context, signed: signed)
    }

    /// A connector without a transaction: reported when it can be, kept by nobody.
    private mutating func reportIdle(_ index: Int, _ time: RecordedTime) {
        guard isOnline, let source = source(index) else { return }
        let values = source.values(configuration.measurands(.meterValuesAlignedData), context: .sampleClock)
        guard !values.isEmpty else { return }
        let value = MeterValue(timestamp: clock.corrected(time), sampledValue: values)
        let message = MeterValues(connectorId: connectors[index].id, meterValue: [value])
        calls.enqueue(.meterValues(message), .other, time: time)
    }
}
