import Units

/// The plug lock: a motor that is told, a bolt that answers or does not. Pure; time comes from outside.
///
/// A steady line holds the bolt as long as it is active; a pulsed motor has a line for each direction and rests in between.
struct LockDrive: Sendable, Equatable {
    enum Finding: Sendable, Equatable {
        case motor(Bool)
        case release(Bool)
        case state(LockState)
    }

    /// nil: a steady line.
    let pulse: Duration?
    let hasFeedback: Bool
    let within: Duration
    /// How long the bolt must rest before it is believed: a contact that shakes under load has not let go.
    let settle: Duration

    static let standardSettle: Duration = .milliseconds(20)

    private(set) var state = LockState.unlocked
    private var isCommanded = false
    private var isEngaged = false
    private var pulseEnd: Duration?
    private var judgeAt: Duration?
    /// Until when the bolt may be on its way.
    private var moveEnd: Duration?

    /// It holds the plug, and is not about to let it go.
    var isHolding: Bool { isCommanded && state == .locked }

    init(pulse: Duration?, hasFeedback: Bool, within: Duration, settle: Duration = standardSettle) {
        self.pulse = pulse
        self.settle = settle
        self.hasFeedback = hasFeedback
        self.within = max(within, pulse ?? .zero)
    }

    /// What the bolt says at the start; nothing moves it until somebody commands.
    mutating func begin(isEngaged: Bool) -> [Finding] {
        self.isEngaged = isEngaged
        isCommanded = isEngaged
        state = isEngaged ? .locked : .unlocked
        return [.state(state)]
    }

    mutating func command(locked: Bool, at now: Duration) -> [Finding] {
        isCommanded = locked
        moveEnd = now + within
        judgeAt = hasFeedback && isEngaged == locked ? now : moveEnd
        guard let pulse else { return [.motor(locked)] }
        pulseEnd = now + pulse
        // Never both ways at once.
        return locked ? [.release(false), .motor(true)] : [.motor(false), .release(true)]
    }

    mutating func feedback(isEngaged: Bool, at now: Duration) {
        guard isEngaged != self.isEngaged else { return }
        self.isEngaged = isEngaged
        if let moveEnd {
            // On its way it may bounce; where it was told to be, it counts as soon as it rests.
            judgeAt = isEngaged == isCommanded ? min(now + settle, moveEnd) : moveEnd
        } else {
            // Somebody moved it. One that never rests must not put its verdict off for ever.
            judgeAt = judgeAt ?? now + settle
        }
    }

    mutating func advance(to now: Duration) -> [Finding] {
        var findings: [Finding] = []
        if let pulseEnd, now >= pulseEnd {
            self.pulseEnd = nil
            findings += [.motor(false), .release(false)]
        }
        if let judgeAt, now >= judgeAt {
            self.judgeAt = nil
            moveEnd = nil
            if !hasFeedback { isEngaged = isCommanded }
            state = isEngaged == isCommanded ? (isEngaged ? .locked : .unlocked) : .stuck
            findings.append(.state(state))
        }
        return findings
    }

    var deadline: Duration? { [pulseEnd, judgeAt].compactMap(\.self).min() }
}
