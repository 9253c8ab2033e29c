import BoardSupport
import Units

/// Watches whether the contacts follow the coil: welded, stuck open, or never at rest. Pure; time comes from outside.
///
/// After each switching the auxiliary contact may bounce for the length of the window; its answer counts as soon as it agrees and
/// has rested, and the window's end is the verdict. Outside the window every movement is one that nobody ordered. Without an
/// auxiliary contact the window's end stands for an answer, and a weld stays unseen.
struct ContactorMonitor: Sendable, Equatable {
    enum Finding: Sendable, Equatable {
        case state(ContactorState)
        case chatter(isActive: Bool)
    }

    /// How long the auxiliary contact must rest before it is believed.
    static let standardSettle: Duration = .milliseconds(15)
    /// Movements that nobody ordered within `chatterSpan` of each other that make a chatter.
    static let chatterEdges = 4
    static let chatterSpan: Duration = .seconds(1)
    /// How long a chattering contact must rest before it is trusted again.
    static let chatterRest: Duration = .seconds(10)

    let hasFeedback: Bool
    let within: Duration
    let settle: Duration

    private(set) var isCommanded = false
    /// The auxiliary contact has said so since the coil was last released.
    private(set) var isProvenOpen = false
    private(set) var isWelded = false
    private(set) var isChattering = false

    private var isConducting = false
    private var windowEnd: Duration?
    private var judgeAt: Duration?
    private var edges = 0
    private var lastEdge: Duration = .zero

    init(hasFeedback: Bool, within: Duration, settle: Duration = standardSettle) {
        self.hasFeedback = hasFeedback
        self.within = within
        self.settle = settle
    }

    /// The coil was driven. Opening is answered every time, so that an open contactor can be proven open.
    mutating func command(closed: Bool, at now: Duration) {
        guard closed != isCommanded || !closed else { return }
        // Told to open what rests open: the answer is there already.
        let isKnown = hasFeedback && !closed && isProvenOpen && judgeAt == nil
        isCommanded = closed
        if closed { isProvenOpen = false }
        windowEnd = isKnown ? nil : now + within
        judgeAt = isKnown ? now : hasFeedback && isConducting == closed ? now + settle : windowEnd
    }

    /// The auxiliary contact moved `count` times and says this now; also its first reading.
    mutating func feedback(isConducting: Bool, edges count: Int, at now: Duration) {
        self.isConducting = isConducting
        if let windowEnd, now < windowEnd {
            judgeAt = isConducting == isCommanded ? min(now + settle, windowEnd) : windowEnd
        } else if count > 0 {
            edges = now - lastEdge > Self.chatterSpan ? count : edges + count
            judgeAt = now + settle
        }
        if count > 0 { lastEdge = now }
    }

    mutating func advance(to now: Duration) -> [Finding] {
        var findings: [Finding] = []
        if !isChattering, edges >= Self.chatterEdges {
            isChattering = true
            findings.append(.chatter(isActive: true))
        } else if isChattering, now >= lastEdge + Self.chatterRest, !isCommanded {
            isChattering = false
            edges = 0
            findings.append(.chatter(isActive: false))
        }
        if let judgeAt, now >= judgeAt {
            self.judgeAt = nil
            windowEnd = nil
            findings.append(.state(verdict()))
        }
        return findings
    }

    var deadline: Duration? {
        let rest = isChattering && !isCommanded ? lastEdge + Self.chatterRest : nil
        return [judgeAt, rest].compactMap(\.self).min()
    }

    private mutating func verdict() -> ContactorState {
        if !hasFeedback { isConducting = isCommanded }
        isWelded = !isCommanded && isConducting
        if !isCommanded, !isConducting { isProvenOpen = true }
        switch (isCommanded, isConducting) {
        case (true, true): return .closed
        case (true, false): return .stuckOpen
        case (false, true):
            isProvenOpen = false
            return .welded
        case (false, false): return .open
        }
    }
}
