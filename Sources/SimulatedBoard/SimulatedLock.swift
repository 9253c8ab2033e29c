public import BoardSupport
public import Units

/// The plug lock of a socket outlet: a bolt and a motor that may fail to move it.
public struct SimulatedLock: Sendable, Equatable {
    /// The bolt is in the plug, whatever the feedback says.
    public private(set) var isEngaged = false
    public private(set) var failure: SimulatedLockFailure?
    /// What the feedback last said.
    public private(set) var state: LockState = .unlocked

    public init() {}

    public mutating func lock() { move(engaged: true) }
    public mutating func unlock() { move(engaged: false) }

    /// The bolt holds the plug, and its feedback says so.
    public var isHolding: Bool { isEngaged && state == .locked }

    /// Blocks the bolt where it is, which shows only when the motor next runs; lets it slip out, which shows at once where it was in; or
    /// frees it, which shows its real position.
    public mutating func fail(_ failure: SimulatedLockFailure?) {
        self.failure = failure
        switch failure {
        case .stuck: break
        case .released:
            if isEngaged { state = .stuck }
            isEngaged = false
        case nil: state = isEngaged ? .locked : .unlocked
        }
    }

    private mutating func move(engaged: Bool) {
        if failure != nil && isEngaged != engaged {
            state = .stuck
        } else {
            isEngaged = engaged
            state = engaged ? .locked : .unlocked
        }
    }
}
