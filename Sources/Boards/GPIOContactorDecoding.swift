import ConfigurationFile
import Drivers
import Units

// What hangs on lines at one connector. Each reads the keys beside `driver: gpio`.
extension GPIOContactorConfiguration {
    init(_ reader: inout MappingReader) throws(ConfigurationError) {
        self.init(
            coil: try reader.line("coil", isInput: false),
            feedback: try reader.optionalLine("feedback", isInput: true, debounce: LineConfiguration.contactDebounces))
        if feedback == nil, reader.contains("feedbackContact") {
            throw reader.error(
                "feedbackContact", "there is no feedback that it could describe", "Add 'feedback', or remove this key.")
        }
        feedbackContact = try reader.optionalEnumeration("feedbackContact", Contact.self) ?? .normallyOpen
        within = try reader.optionalDuration("within", in: .milliseconds(20) ... .seconds(2)) ?? within
        ratedClosings = try reader.ratedClosings()
    }
}

extension MappingReader {
    /// A contactor's `ratedClosings`.
    mutating func ratedClosings() throws(ConfigurationError) -> Int? {
        try optionalInteger("ratedClosings", in: 1000...100_000_000)
    }
}

extension GPIOLockConfiguration {
    init(_ reader: inout MappingReader) throws(ConfigurationError) {
        self.init(
            motor: try reader.line("motor", isInput: false),
            feedback: try reader.optionalLine("feedback", isInput: true, debounce: LineConfiguration.contactDebounces))
        within = try reader.optionalDuration("within", in: .milliseconds(50) ... .seconds(30)) ?? within
        let release = try reader.optionalLine("release", isInput: false)
        let pulse = try reader.optionalDuration("pulse", in: .milliseconds(10) ... .seconds(10))
        switch (release, pulse) {
        case (nil, nil): break
        case (let release?, let pulse): drive = .pulse(release: release, pulse ?? .milliseconds(600))
        case (nil, _?):
            throw reader.error(
                "pulse", "a pulsed motor needs a line for each direction",
                "Add 'release', or remove 'pulse' where 'motor' holds the bolt as long as it is active.")
        }
    }
}

extension ResidualCurrentConfiguration {
    init(_ reader: inout MappingReader) throws(ConfigurationError) {
        self.init(
            trip: try reader.line("trip", isInput: true, debounce: .zero ... .zero),
            test: try reader.optionalLine("test", isInput: false))
        within = try reader.optionalDuration("within", in: .milliseconds(20) ... .seconds(5)) ?? within
    }
}
