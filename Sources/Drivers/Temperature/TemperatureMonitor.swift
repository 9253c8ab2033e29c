import Units

/// One sensor as the interlock sees it: too hot, or silent for too long. Pure; time comes from outside.
struct TemperatureMonitor: Sendable, Equatable {
    /// Without a reading for so long nobody knows whether it is too hot: five readings that failed, or one that never came back.
    static let silence: Duration = .seconds(10)

    let configuration: TemperatureConfiguration
    /// It has reached the limit, and has not yet cooled by the hysteresis. A sensor that falls silent does not cool.
    private(set) var isHot = false
    private(set) var isSilent = false
    private(set) var latest: Celsius?
    /// Uptime of the last reading, or of the first look at a sensor that has not been read yet.
    private var heardAt: Duration?

    init(_ configuration: TemperatureConfiguration) { self.configuration = configuration }

    /// Energy must not flow because nobody can tell.
    var isUnknown: Bool { isSilent && configuration.onFailure == .stop }

    mutating func read(_ temperature: Celsius, at now: Duration) {
        latest = temperature
        heardAt = now
        isSilent = false
        if temperature >= configuration.limit {
            isHot = true
        } else if temperature <= configuration.limit - configuration.hysteresis {
            isHot = false
        }
    }

    mutating func advance(to now: Duration) {
        let since = heardAt ?? now
        heardAt = since
        isSilent = now >= since + Self.silence
    }

    var deadline: Duration? { isSilent ? nil : heardAt.map { $0 + Self.silence } }
}
