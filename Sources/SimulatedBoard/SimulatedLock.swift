public import Units

/// The plug lock of a socket outlet: a bolt and a motor that may fail to move it.
public struct SimulatedLock: Sendable, Equatable {
    /// The bolt is in the plug, whatever the feedback says.
    public private(set) var isEngaged = false
    /// The motor runs, the bolt does not move.
    public private(set) var isStuck = false
    /// What the feedback last said.
    public private(set) var state: LockState = .unlocked

    public init() {}

    public mutating func lock() { move(engaged: true) }
    public mutating func unlock() { move(engaged: false) }

    /// Blocks the bolt where it is, which shows only when the motor next runs; or frees it, which shows the bolt's real position.
    public mutating func setStuck(_ isStuck: Bool) {
        self.isStuck = isStuck
        if !isStuck { state = isEngaged ? .locked : .unlocked }
    }

    private mutating func move(engaged: Bool) {
        if isStuck && isEngaged != engaged {
            state = .stuck
        } else {
            isEngaged = engaged
            state = engaged ? .locked : .unlocked
        }
    }
}
