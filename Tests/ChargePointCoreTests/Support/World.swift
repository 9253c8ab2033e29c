import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

/// A charge point with all that is around it: store, hardware, vehicle, link, Central System and clock, moved by hand.
///
/// Every input goes through `feed`, which carries out the reaction in the order that the shell keeps (now, record, then), lets the
/// surroundings answer, and judges what may never happen, whatever the test is about.
struct World {
    let store: MemoryRecordStore
    var chargePoint: ChargePoint
    var hardware: [Hardware]
    var central = CentralSystem()

    var uptime: Duration
    /// The true time at uptime zero.
    let trueTimeAtZero: Timestamp
    /// The system clock's time at uptime zero.
    var systemTimeAtZero: Timestamp
    var systemClock: Moment.SystemClock
    /// How often the shell polls meters; nil: only when the core asks.
    var meterPolling: Duration? = .seconds(1)
    /// Reason that commits fail; nil: they do not. After it the test says `storageRecovered`.
    var storeFailure: String?

    var isLinkOpen = false
    /// Everything that went out, in order.
    var sent: [OutgoingFrame] = []
    var reactions: [Reaction] = []
    /// The CALL that waits for its answer, and until when.
    var outstanding: (id: MessageId, request: ChargePointRequest, until: Duration)?
    var pending: [Input] = []
    var judge = Judge()
    /// Credentials that the link was told to use, the latest last.
    var credentials: [LinkCredentials] = []
    /// What the shell was told to do with certificates and has not been answered yet.
    var certificateTasks: [CertificateTask] = []
    /// The root that the Central System's certificate leads to.
    var serverRoot: Fingerprint?

    /// What could not be recorded yet.
    private var backlog: [Record] = []
    private var ticks = 0
    private var nextPoll = Duration.zero
    private var entropy: UInt64

    init(
        _ settings: ChargePointSettings = .test(), keys: [ConfigurationKey: String] = [:],
        store: MemoryRecordStore = MemoryRecordStore(),
        seed: UInt64 = 1, systemTime: Timestamp = .begin, systemClock: Moment.SystemClock = .unsynchronised,
        uptime: Duration = .seconds(1000), time: Timestamp = .begin, hardware: [Hardware]? = nil,
        certificates: CertificateInventory = CertificateInventory()
    ) throws {
        self.store = store
        self.hardware = hardware ?? settings.board.connectors.map { _ in Hardware() }
        entropy = seed
        self.uptime = uptime
        self.systemClock = systemClock
        trueTimeAtZero = time - uptime
        systemTimeAtZero = systemTime - uptime
        let snapshot = try store.begin()
        var values = snapshot.configuration
        for (key, value) in keys { values[key.rawValue] = value }
        let moment = Moment(uptime: uptime, systemTime: systemTime, systemClock: systemClock, entropy: seed)
        chargePoint = ChargePoint(
            restoring: snapshot, settings: settings, configuration: ConfigurationTable(board: settings.board, values: values),
            certificates: certificates, at: moment)
    }

    /// Started, connected and accepted.
    static func accepted(
        _ settings: ChargePointSettings = .test(), keys: [ConfigurationKey: String] = [:],
        store: MemoryRecordStore = MemoryRecordStore(),
        seed: UInt64 = 1
    ) throws -> World {
        var world = try World(settings, keys: keys, store: store, seed: seed)
        world.feed(.started)
        world.feed(.linkOpened)
        return world
    }

    /// The time that is true: what a good Central System says.
    var time: Timestamp { trueTimeAtZero + uptime }
    var moment: Moment { Moment(uptime: uptime, systemTime: systemTimeAtZero + uptime, systemClock: systemClock, entropy: entropy) }

    /// Hands in one input and lets everything come to rest.
    mutating func feed(_ input: Input) {
        pending.append(input)
        for _ in 0..<2000 {
            if pending.isEmpty { return }
            step(pending.removeFirst())
        }
        Issue.record("the charge point and its surroundings never come to rest: \(pending.prefix(3))")
        pending = []
    }

    private mutating func step(_ input: Input) {
        entropy &+= 0x9E37_79B9_7F4A_7C15
        if case .linkOpened = input {
            isLinkOpen = true
            outstanding = nil
            judge.connectionBegan()
        }
        if case .linkClosed = input { (isLinkOpen, outstanding) = (false, nil) }
        if case .received(let frame, _) = input {
            switch frame {
            case .call(let id, _), .refused(let id, _): judge.asked(id)
            case .result(outstanding?.id, _), .error(outstanding?.id, _): outstanding = nil
            case .result, .error, .unusable: break
            }
        }
        if input == .storageRecovered {
            #expect(commit(backlog))
            backlog = []
        }
        let before = chargePoint
        var reaction = handle(input)
        if !backlog.isEmpty {
            backlog += reaction.record
        } else if !commit(reaction.record) {
            // What was decided on the strength of that record is undone; the same input meets a charge point that cannot record.
            chargePoint = before
            // Nothing of it was carried out but what makes safe.
            reactions[reactions.count - 1] = Reaction(now: reaction.now)
            let failed = handle(.storageFailed(storeFailure ?? ""))
            reaction = handle(input)
            backlog = failed.record + reaction.record
            reaction.then = failed.then + reaction.then
        }
        judge.reacted(reaction, store)
        for effect in reaction.then { carryOut(effect) }
        if let deadline = chargePoint.deadline { #expect(deadline > uptime, "a deadline that has passed already, after \(input)") }
    }

    private mutating func handle(_ input: Input) -> Reaction {
        let reaction = chargePoint.handle(input, at: moment)
        reactions.append(reaction)
        for command in reaction.now { carryOut(command) }
        return reaction
    }

    private func commit(_ records: [Record]) -> Bool {
        if records.isEmpty { return true }
        if storeFailure != nil { return false }
        do { try store.commit(records) } catch { Issue.record("records that no store takes: \(error)") }
        return true
    }

    /// Lets time pass: a tick at each deadline, meters polled.
    mutating func advance(_ duration: Duration) {
        let end = uptime + duration
        let limit = ticks + 50 + Int(duration / .seconds(1)) * 4
        while uptime < end {
            let poll = meterPolling == nil ? end : max(nextPoll, uptime + .milliseconds(1))
            pass(max(.zero, min(chargePoint.deadline ?? end, poll, end) - uptime))
            if let meterPolling, uptime >= nextPoll {
                nextPoll = uptime + meterPolling
                if central.isAlive, isLinkOpen { feed(.linkAlive) }
                for number in 1...hardware.count { feed(.board(meterAnswer(number))) }
            }
            if let deadline = chargePoint.deadline, deadline <= uptime { tick() }
            guard ticks < limit else {
                Issue.record("the charge point ticks without end: deadline \(chargePoint.deadline ?? .zero) at \(uptime)")
                return
            }
        }
    }

    /// Time that passes without the charge point noticing.
    mutating func pass(_ duration: Duration) {
        uptime += duration
        for index in hardware.indices { hardware[index].wattSeconds += hardware[index].power.value * (duration / .seconds(1)) }
    }

    mutating func tick() {
        ticks += 1
        feed(.tick)
    }
}
