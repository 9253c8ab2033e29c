import Threads
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Reads the temperature sensors on a thread of its own: one on a slow bus keeps its reader waiting for most of a second, and the
/// interlock must not wait for it.
final class TemperatureSampler: Sendable {
    static let interval: Duration = .seconds(2)

    private let files: [TemperatureFile]
    private let interlock: InterlockThread
    private let log: @Sendable (String) -> Void
    private let stop: Signal

    /// - Parameter log: told once when a sensor cannot be read, and once when it can again.
    init(
        _ sensors: [TemperatureConfiguration], interlock: InterlockThread, log: @escaping @Sendable (String) -> Void
    ) throws(LineFault) {
        files = sensors.map { TemperatureFile(path: $0.file) }
        self.interlock = interlock
        self.log = log
        stop = try Signal()
    }

    func start() {
        guard !files.isEmpty else { return }
        PlainThread.start(name: "temperature") { [self] in
            var failures = files.map { _ in nil as TemperatureFault? }
            repeat { sample(&failures) } while !stop.wait(for: Self.interval)
        }
    }

    func close() { stop.raise() }

    /// - Parameter failures: why each sensor could not be read last time; nil: it could.
    func sample(_ failures: inout [TemperatureFault?]) {
        for (place, file) in files.enumerated() {
            do throws(TemperatureFault) {
                let temperature = try file.read()
                if failures[place] != nil { log("the temperature sensor \(file.path) is read again: \(temperature)") }
                failures[place] = nil
                interlock.change { safety, now, _ in safety.measured(place, temperature, at: now) }
            } catch {
                if failures[place] == nil { log(error.description) }
                failures[place] = error
            }
        }
    }
}

/// A file of the kernel that holds a temperature in thousandths of a degree.
struct TemperatureFile: Sendable {
    var path: String

    /// What a sensor in a housing can say; a broken wire or a dead bus reads far outside.
    static let plausible: ClosedRange<Celsius> = -55...150

    /// Opened anew each time: a driver that was bound again has another file.
    func read() throws(TemperatureFault) -> Celsius {
        let file = open(try resolved(), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw TemperatureFault(path: path, fact: systemMessage(errno)) }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = Glibc.read(file, &bytes, bytes.count)
        guard count > 0 else { throw TemperatureFault(path: path, fact: count < 0 ? systemMessage(errno) : "it is empty") }
        let text = String(decoding: bytes.prefix(count).prefix { $0 > 32 }, as: UTF8.self)
        guard let thousandths = Int(text) else {
            throw TemperatureFault(path: path, fact: "'\(text)' is no number of thousandths of a degree")
        }
        let temperature = Celsius(Double(thousandths) / 1000)
        guard Self.plausible.contains(temperature) else {
            throw TemperatureFault(path: path, fact: "\(temperature) cannot be true")
        }
        return temperature
    }

    /// The one file that the path means.
    private func resolved() throws(TemperatureFault) -> String {
        guard path.utf8.contains(UInt8(ascii: "*")) else { return path }
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(path, 0, nil, &found) == 0, let first = found.gl_pathv?.pointee else {
            throw TemperatureFault(path: path, fact: "no file has such a name")
        }
        guard found.gl_pathc == 1 else {
            throw TemperatureFault(path: path, fact: "\(found.gl_pathc) files have such a name, and it must be one")
        }
        return String(cString: first)
    }
}

/// Why a sensor gave no temperature.
struct TemperatureFault: Error, Equatable, Sendable, CustomStringConvertible {
    var path: String
    var fact: String

    var description: String {
        "the temperature sensor \(path) cannot be read (\(fact)); check its driver and wiring, and the board file's key 'file'"
    }
}
