import ChargePointCore
import OCPP
import Synchronization
import Units

/// Where everything that happens waits for the loop, in lanes: what concerns safety first, and every lane with a bound.
final class Inbox: Sendable {
    enum Item: Sendable {
        case board(BoardEvent)
        case link(LinkInput)
        /// What came of something that the loop had asked for.
        case outcome(Input)
        case request(OperatorRequest, @Sendable (OperatorAnswer) -> Void)
        /// Somebody wants to know when all that was here before has been handled.
        case barrier(@Sendable () -> Void)
        case shutdown
    }

    enum LinkInput: Sendable {
        case opened, closed, alive, refused
        case proved(credentials: Int, root: Fingerprint?)
        /// Credentials that cannot even be tried.
        case unusable(Int)
        case frame(IncomingFrame)
        /// What the security log has to know of the connection, in words.
        case observed(SecurityEvent, String)
    }

    /// Requests that may wait; more are turned away, so that a stuck loop shows instead of filling memory.
    static let requestLimit = 32
    /// Cards that may wait: nobody presents more.
    static let cardLimit = 16

    private struct Lanes {
        var safety: [Item] = []
        var link: [Item] = []
        var outcomes: [Item] = []
        var requests: [Item] = []
        var cards: [Item] = []
        /// Only the latest of each connector's readings matters.
        var meters: [Int: BoardEvent] = [:]
        var isShuttingDown = false
        /// The loop has ended: nobody will take anything any more.
        var isClosed = false
    }

    private let lanes = Mutex(Lanes())
    private let arrived: Alarm

    init(arrived: Alarm) { self.arrived = arrived }

    func put(_ event: BoardEvent) {
        lanes.withLock { lanes in
            switch event {
            case .meter(let connector, _), .meterFailed(let connector, _): lanes.meters[connector] = event
            case .card: if lanes.cards.count < Self.cardLimit { lanes.cards.append(.board(event)) }
            case .cable, .pilot, .proximity, .contactor, .lock, .fault, .reader, .button: lanes.safety.append(.board(event))
            }
        }
        arrived.ring()
    }

    func put(_ input: LinkInput) {
        lanes.withLock { $0.link.append(.link(input)) }
        arrived.ring()
    }

    /// Effects are few, and so are their outcomes.
    func put(outcome: Input) {
        lanes.withLock { $0.outcomes.append(.outcome(outcome)) }
        arrived.ring()
    }

    /// - Returns: false when too many wait already.
    func put(_ request: OperatorRequest, answer: @escaping @Sendable (OperatorAnswer) -> Void) -> Bool {
        let isTaken = lanes.withLock { lanes in
            guard lanes.requests.count < Self.requestLimit, !lanes.isClosed else { return false }
            lanes.requests.append(.request(request, answer))
            return true
        }
        arrived.ring()
        return isTaken
    }

    func putBarrier(_ reached: @escaping @Sendable () -> Void) {
        let isTaken = lanes.withLock { lanes in
            if !lanes.isClosed { lanes.requests.append(.barrier(reached)) }
            return !lanes.isClosed
        }
        if isTaken { arrived.ring() } else { reached() }
    }

    /// The loop has ended: whoever waits is let go.
    func close() {
        let left = lanes.withLock { lanes in
            lanes.isClosed = true
            defer { lanes.requests = [] }
            return lanes.requests
        }
        for item in left {
            switch item {
            case .barrier(let reached): reached()
            case .request(_, let answer): answer(.refused(Refusal(.shuttingDown, "the charge point is stopping")))
            case .board, .link, .outcome, .shutdown: break
            }
        }
    }

    func putShutdown() {
        lanes.withLock { $0.isShuttingDown = true }
        arrived.ring()
    }

    /// The next item, or nil once `deadline` (in time from now) has passed.
    func next(within time: Duration?) async -> Item? {
        if let item = take() { return item }
        await arrived.sleep(for: time)
        return take()
    }

    var isEmpty: Bool {
        lanes.withLock { lanes in
            lanes.safety.isEmpty && lanes.link.isEmpty && lanes.requests.isEmpty && lanes.cards.isEmpty && lanes.outcomes.isEmpty
                && lanes.meters.isEmpty
                && !lanes.isShuttingDown
        }
    }

    private func take() -> Item? {
        lanes.withLock { lanes in
            if lanes.isShuttingDown {
                lanes.isShuttingDown = false
                return .shutdown
            }
            if !lanes.safety.isEmpty { return lanes.safety.removeFirst() }
            if let connector = lanes.meters.keys.min(), let event = lanes.meters.removeValue(forKey: connector) {
                return .board(event)
            }
            if !lanes.cards.isEmpty { return lanes.cards.removeFirst() }
            if !lanes.outcomes.isEmpty { return lanes.outcomes.removeFirst() }
            if !lanes.link.isEmpty { return lanes.link.removeFirst() }
            return lanes.requests.isEmpty ? nil : lanes.requests.removeFirst()
        }
    }
}
