import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One channel of the kernel's PWM class, set up for the control pilot: 1 kHz.
///
/// Each attribute is a small file; a test gives a directory of its own as root.
struct PWMChannel: Sendable {
    static let systemRoot = "/sys/class/pwm"

    private let folder: String
    private static let period = 1_000_000

    /// Exports the channel where nobody has, sets its period, and lets it stand at 100 %: connected, nothing offered.
    init(_ configuration: PWMConfiguration, root: String = systemRoot) throws(PWMFault) {
        let chip = "\(root)/\(configuration.chip)"
        folder = "\(chip)/pwm\(configuration.channel)"
        if access(folder, F_OK) != 0 {
            try Self.write("\(configuration.channel)", to: "\(chip)/export")
            waitForAccess()
        }
        // The duty cycle may never exceed the period, and the polarity changes only while the channel rests.
        try? write("0", to: "enable")
        try? write("0", to: "duty_cycle")
        try write("\(Self.period)", to: "period")
        if configuration.isInverted { try write("inversed", to: "polarity") } else { try? write("normal", to: "polarity") }
        try set(percent: 100)
        try write("1", to: "enable")
    }

    /// A new channel's files belong to root until udev has given them away.
    private func waitForAccess() {
        for _ in 0..<200 where access(folder + "/enable", W_OK) != 0 && errno == EACCES { usleep(10_000) }
    }

    /// - Parameter percent: 0 (constant −12 V) to 100 (constant +12 V).
    func set(percent: Double) throws(PWMFault) {
        try write("\(Int((Double(Self.period) * min(max(percent, 0), 100) / 100).rounded()))", to: "duty_cycle")
    }

    func setEnabled(_ isEnabled: Bool) throws(PWMFault) { try write(isEnabled ? "1" : "0", to: "enable") }

    private func write(_ text: String, to attribute: String) throws(PWMFault) { try Self.write(text, to: "\(folder)/\(attribute)") }

    private static func write(_ text: String, to path: String) throws(PWMFault) {
        let file = open(path, O_WRONLY | O_CLOEXEC | O_TRUNC)
        guard file >= 0 else { throw PWMFault(path: path, problem: systemMessage(errno)) }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else {
            throw PWMFault(path: path, problem: systemMessage(errno))
        }
    }
}

/// An attribute of the PWM class that cannot be written.
struct PWMFault: Error, Equatable, Sendable, CustomStringConvertible {
    var path: String
    var problem: String

    var description: String {
        "the pilot's PWM cannot be set (\(path): \(problem)); check the device tree, and that the daemon's user may write it"
    }
}
