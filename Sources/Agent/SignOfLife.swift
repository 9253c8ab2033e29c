/// What somebody outside the process waits for, such as systemd's watchdog: the loop gives it, and nothing else may.
public struct SignOfLife: Sendable {
    /// The longest time from one to the next.
    public var every: Duration
    /// Must not block.
    public var give: @Sendable () -> Void

    public init(every: Duration, give: @escaping @Sendable () -> Void) {
        self.every = every
        self.give = give
    }
}
