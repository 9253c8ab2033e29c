import CClock

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

public import Units

extension Moment {
    /// What the operating system's clocks say now.
    public static func read() -> Moment {
        Moment(
            uptime: clock(CLOCK_BOOTTIME), systemTime: Timestamp(milliseconds: clock(CLOCK_REALTIME).wholeMilliseconds),
            systemClock: cclock_is_synchronised() != 0 ? .synchronised : .unsynchronised, entropy: .random(in: 0 ... .max))
    }

    private static func clock(_ id: clockid_t) -> Duration {
        var time = timespec()
        clock_gettime(id, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
