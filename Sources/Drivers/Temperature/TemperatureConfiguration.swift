public import Units

/// A temperature sensor that the kernel shows as a file in thousandths of a degree: thermal zones, hwmon, 1-Wire and IIO have such files.
public struct TemperatureConfiguration: Sendable, Equatable {
    /// An absolute path. A `*` stands for a number that the kernel deals out anew at each start (`hwmon*`).
    public var file: String
    /// From here on no energy flows.
    public var limit: Celsius
    /// How many degrees it must fall below the limit before energy may flow again.
    public var hysteresis: Celsius
    public var onFailure: FailurePolicy

    /// What follows when nobody knows whether it is too hot.
    public enum FailurePolicy: String, Sendable, Equatable, CaseIterable {
        case stop
        /// Charging goes on; the log says so.
        case `continue`
    }

    public init(file: String, limit: Celsius, hysteresis: Celsius = 5, onFailure: FailurePolicy = .stop) {
        self.file = file
        self.limit = limit
        self.hysteresis = hysteresis
        self.onFailure = onFailure
    }
}
