#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Time since the machine's start without the time that it was suspended; never jumps. The clock of waits.
public func monotonicTime() -> Duration { time(of: CLOCK_MONOTONIC) }

/// Time since the machine's start, suspended time included; never jumps. The clock of durations and deadlines.
@Sendable public func uptime() -> Duration { time(of: CLOCK_BOOTTIME) }

private func time(of clock: clockid_t) -> Duration {
    var now = timespec()
    clock_gettime(clock, &now)
    return .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec)
}
