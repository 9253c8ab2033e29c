import ChargePointCore
import OCPP
import Units

/// 13. Times are true. A record made while the clock was known says the true time of its event, wrong by no more than the clock was at that
/// instant; one made before, in the start in which the clock became known, says it to the millisecond from there on; one of an
/// earlier start lies before that start, after 1970, and in its order. A correction happens once: what is sent says what it says.
/// Only an end says its session's begin instead, where it would lie before that.
///
/// The clock itself may be behind a Central System's by as long as an answer may be under way, never before it.
struct TimeChecker: Checker {
    /// How long an answer to BootNotification or Heartbeat counts: MessageTimeout (at most 30 s here) and the probe after it.
    static let tolerance = Duration.seconds(45)
    private static let rule = "time"

    /// A start of the process.
    private struct Start {
        /// The true time at uptime zero.
        var zero: Timestamp
        var begin: Duration
        /// What the charge point's clock was wrong by, since when; nil: it was not known.
        var errors: [(since: Duration, error: Duration?)] = []
    }

    private var starts: [Int: Start] = [:]
    /// How many errors were noted before the present input, whose commit may fail.
    private var errorsBefore = 0
    /// Times of earlier starts as they were sent, by the start that corrected them.
    private var sent: [Int: [(boot: Int, uptime: Duration, time: Timestamp)]] = [:]

    mutating func observe(_ observation: Observation, in world: World) throws(Violation) {
        switch observation {
        case .input(.started):
            errorsBefore = 0
            guard starts[world.boot] == nil else { return }
            starts[world.boot] = Start(zero: world.clock.trueTime - world.clock.uptime, begin: world.startedAt)
        case .input: errorsBefore = starts[world.boot]?.errors.count ?? 0
        case .discarded:
            guard let count = starts[world.boot]?.errors.count else { return }
            starts[world.boot]?.errors.removeLast(count - errorsBefore)
        case .reaction(_, let reaction):
            try noteError(world)
            for record in reaction.record { try judge(record, world) }
        case .effect(.send(.call(_, let request))): try judge(request, world)
        default: break
        }
    }

    private mutating func noteError(_ world: World) throws(Violation) {
        let clock = world.view.clock
        let moment = world.clock.moment(entropy: 0)
        let error: Duration? = clock.source == .unset ? nil : moment.systemTime + clock.offset - world.clock.trueTime
        if let last = starts[world.boot]?.errors.last, last.error == error { return }
        if let error, error != .zero {
            let behind = world.centralSystem.clockError - error
            guard clock.source != .system, behind >= .zero, behind <= Self.tolerance else {
                throw Violation(Self.rule, "the clock (\(clock.source.rawValue)) is wrong by \(error)")
            }
        }
        if error == nil, starts[world.boot]?.errors.contains(where: { $0.error != nil }) ?? false {
            throw Violation(Self.rule, "the clock was known and is no more")
        }
        starts[world.boot]?.errors.append((world.clock.uptime, error))
    }

    // MARK: Records

    private func judge(_ record: Record, _ world: World) throws(Violation) {
        switch record {
        case .transactionBegan(let start): try judgePresent(start.time, world)
        case .transactionAlive(_, _, let time): try judgePresent(time, world)
        case .meterValues(_, _, let sample), .transactionData(_, let sample):
            // What is aligned to the clock says the end of its interval, also where it is recorded a little later.
            let isAligned = sample.values.contains { $0.context == .sampleClock }
            try judgePresent(sample.time, world, late: isAligned ? .seconds(1) : .zero)
        case .clockBecameKnown(let correction):
            guard correction.boot == world.boot, let start = starts[world.boot],
                start.errors.contains(where: { $0.error == correction.anchor - start.zero })
            else { throw Violation(Self.rule, "\(correction) does not say what the clock says") }
        default: break
        }
    }

    private func judgePresent(_ time: RecordedTime, _ world: World, late: Duration = .zero) throws(Violation) {
        guard time.boot == world.boot, time.uptime <= world.clock.uptime, world.clock.uptime - time.uptime <= late else {
            throw Violation(Self.rule, "\(time) is recorded at \(world.clock.uptime) of start \(world.boot)")
        }
        let isKnown = starts[world.boot]?.errors.last?.error != nil
        guard time.isTrusted == isKnown, !isKnown || possible(time, world).contains(time.time) else {
            throw Violation(Self.rule, "\(time) is recorded, it should say \(possible(time, world))")
        }
    }

    /// What a time may say: the true one, and what the clock said then or was found out to have been wrong by.
    private func possible(_ time: RecordedTime, _ world: World) -> [Timestamp] {
        guard let start = starts[time.boot] else { return [] }
        let truth = start.zero + time.uptime
        let before = start.errors.last { $0.since < time.uptime }
        let errors = start.errors.filter { $0.since == time.uptime }.map(\.error) + [before?.error]
        let known = errors.compactMap { $0 }.map { truth + $0 }
        guard known.isEmpty, let correction = world.ledger.corrections[time.boot] else { return known }
        return [correction.anchor + time.uptime]
    }

    // MARK: What is sent

    private mutating func judge(_ request: ChargePointRequest, _ world: World) throws(Violation) {
        let session = world.ledger.head.flatMap { world.ledger.session(of: $0) }
        switch (request, world.ledger.head?.kind) {
        case (.startTransaction(let start), .start?): try judge(start.timestamp, session?.start.time, world)
        case (.meterValues(let values), .meterValues(_, let sample)?) where values.transactionId != nil:
            // A TriggerMessage's values come between.
            guard values.meterValue.map(\.sampledValue) == [sample.values] else { return try judgeRecent(values, world) }
            for value in values.meterValue { try judge(value.timestamp, sample.time, world) }
        case (.stopTransaction(let stop), .stop?):
            if try !isBegin(stop.timestamp, of: session, world) { try judge(stop.timestamp, session?.end?.time, world) }
            try judge(stop.transactionData ?? [], session?.data ?? [], world)
        case (.meterValues(let values), _): try judgeRecent(values, world)
        case (.statusNotification(let notification), _):
            let isKnown = starts[world.boot]?.errors.last?.error != nil
            guard isKnown == (notification.timestamp != nil) else {
                throw Violation(Self.rule, "a status says \(notification.timestamp?.description ?? "nothing") of the time")
            }
            if let time = notification.timestamp { try judgeRecent(time, world) }
        default: break
        }
    }

    private mutating func judge(_ said: Timestamp, _ recorded: RecordedTime?, _ world: World) throws(Violation) {
        guard let recorded else { return }
        let expected = possible(recorded, world)
        guard expected.isEmpty else {
            guard expected.contains(said) else { throw Violation(Self.rule, "\(said) is sent for \(recorded), due is \(expected)") }
            return
        }
        // The clock never became known in its start: the next start in which it did put it before its own begin.
        guard let correction = correction(of: recorded, world), let start = starts[correction.boot] else {
            throw Violation(Self.rule, "\(said) is sent for \(recorded), although nothing corrects it")
        }
        guard said >= ClockCorrection.firstPlausibleTime, said <= correction.anchor + start.begin else {
            throw Violation(Self.rule, "\(said) is sent for \(recorded) of an earlier start than \(correction)")
        }
        let place = (recorded.boot, recorded.uptime)
        for other in sent[correction.boot] ?? [] {
            let isInOrder =
                place == (other.boot, other.uptime)
                ? said == other.time : place < (other.boot, other.uptime) ? said <= other.time : said >= other.time
            guard isInOrder else {
                throw Violation(Self.rule, "\(said) is sent for \(recorded), \(other.time) was for \(other.boot), \(other.uptime)")
            }
        }
        sent[correction.boot, default: []].append((recorded.boot, recorded.uptime, said))
    }

    /// A session never ends before it begins: where the clocks of two starts differ, the end says the begin's time.
    private func isBegin(_ said: Timestamp, of session: LedgerMirror.Session?, _ world: World) throws(Violation) -> Bool {
        guard let session, let end = session.end else { return false }
        let (begins, ends) = (told(session.start.time, world), told(end.time, world))
        if let begin = begins.min(), said < begin {
            throw Violation(Self.rule, "\(said) is sent for the end of a session that began at \(begin)")
        }
        return begins.contains(said) && ends.contains { $0 <= said }
    }

    /// What may be told of a record, whether its own start knew the clock or another put it right.
    private func told(_ time: RecordedTime, _ world: World) -> [Timestamp] {
        let own = possible(time, world)
        return own.isEmpty ? correction(of: time, world).map { [$0.corrected(time).time] } ?? [] : own
    }

    /// What puts a time right that was recorded in a start that never knew the clock.
    private func correction(of recorded: RecordedTime, _ world: World) -> ClockCorrection? {
        let corrections = world.ledger.corrections
        return corrections.keys.filter { $0 > recorded.boot }.min().flatMap { corrections[$0] }
    }

    /// What was kept for the StopTransaction, thinned: some of the recorded times, in their order.
    private mutating func judge(_ values: [MeterValue], _ recorded: [RecordedTime], _ world: World) throws(Violation) {
        var rest = recorded[...]
        for value in values {
            var wasFound = false
            while let time = rest.popFirst() {
                do throws(Violation) {
                    try judge(value.timestamp, time, world)
                    wasFound = true
                } catch { continue }
                break
            }
            guard wasFound else {
                throw Violation(Self.rule, "transactionData says \(value.timestamp), which nothing was recorded at")
            }
        }
    }

    private func judgeRecent(_ values: MeterValues, _ world: World) throws(Violation) {
        for value in values.meterValue { try judgeRecent(value.timestamp, world) }
    }

    /// Something of this start's life, by its clock as it is or was.
    private func judgeRecent(_ said: Timestamp, _ world: World) throws(Violation) {
        // Asked for before anybody told the time.
        guard let start = starts[world.boot], start.errors.last?.error != nil else { return }
        let errors = start.errors.compactMap(\.error)
        guard let least = errors.min(), let most = errors.max(), said >= start.zero + start.begin + least,
            said <= world.clock.trueTime + most
        else { throw Violation(Self.rule, "\(said) is sent at \(world.clock.trueTime) in a start that began at \(start.begin)") }
    }
}
