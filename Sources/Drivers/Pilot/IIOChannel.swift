import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One voltage of the kernel's industrial IO, read through sysfs: (raw + offset) × scale millivolts.
// The descriptor is closed once, with the last reference, and only read in between.
final class IIOChannel: Sendable {
    static let systemRoot = "/sys/bus/iio/devices"

    private let file: Int32
    private let scale: Double
    private let offset: Double
    private let configuration: VoltageChannel

    init(_ configuration: VoltageChannel, root: String = systemRoot) throws(LineFault) {
        self.configuration = configuration
        let base = "\(root)/\(configuration.device)/\(configuration.channel)"
        file = open("\(base)_raw", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw LineFault(
                LineName(chip: configuration.device, line: configuration.channel), .noChip(systemMessage(errno)))
        }
        // A scale may stand for the channel or for all channels of the device.
        let device = "\(root)/\(configuration.device)"
        scale = Self.number("\(base)_scale") ?? Self.number("\(device)/in_voltage_scale") ?? 1
        offset = Self.number("\(base)_offset") ?? Self.number("\(device)/in_voltage_offset") ?? 0
    }

    deinit { close(file) }

    /// At the measured point; nil: the converter gives no answer.
    func read() -> Volts? {
        guard let raw = Self.number(file) else { return nil }
        return Volts((raw + offset) * scale / 1000 * configuration.factor) + configuration.offset
    }

    private static func number(_ path: String) -> Double? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return number(file)
    }

    private static func number(_ file: Int32) -> Double? {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = pread(file, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        return Double(String(decoding: bytes.prefix(count).prefix { $0 > 32 }, as: UTF8.self))
    }
}
