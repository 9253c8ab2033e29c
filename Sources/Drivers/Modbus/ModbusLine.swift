import CModbus
import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An open line with libmodbus behind it. Blocks; belongs to one thread.
final class ModbusLine {
    private let context: OpaquePointer
    private let configuration: ModbusBusConfiguration
    /// When the last byte came or went.
    private var lastActivity: Duration

    /// Opens the line and takes it for this process alone.
    /// - Parameter log: told when the kernel cannot steer the transmitter; most adapters do that themselves.
    init(_ configuration: ModbusBusConfiguration, log: (String) -> Void) throws(ModbusFault) {
        let created: OpaquePointer? =
            switch configuration.line {
            case .serial(let device, let settings, _):
                modbus_new_rtu(
                    device, Int32(settings.baud), settings.parity.letter, 8, Int32(settings.stopBits))
            case .tcp(let host, let port): modbus_new_tcp_pi(host, String(port))
            }
        let line = configuration.line.description
        guard let created else { throw .cannotOpen(line: line, systemMessage(errno)) }
        context = created
        self.configuration = configuration
        lastActivity = monotonicTime()
        setTimeout(configuration.responseTimeout)
        guard modbus_connect(context) == 0 else { throw .cannotOpen(line: line, Self.reason(errno)) }
        guard case .serial(_, _, let rs485) = configuration.line else { return }
        // Two masters on a line would take each other's answers.
        guard flock(modbus_get_socket(context), LOCK_EX | LOCK_NB) == 0 else { throw .lineBusy(line) }
        if rs485, modbus_rtu_set_serial_mode(context, MODBUS_RTU_RS485) != 0 {
            log(
                "\(line): the kernel's serial driver does not steer the RS-485 transmitter: \(Self.reason(errno)); going on without"
            )
        }
        discardEverything()
    }

    deinit {
        modbus_close(context)
        modbus_free(context)
    }

    func read(_ block: RegisterBlock, unit: Int, timeout: Duration) throws(ModbusFault) -> [UInt16] {
        var words = [UInt16](repeating: 0, count: block.count)
        try exchange(unit: unit, timeout: timeout) {
            switch block.table {
            case .holding: modbus_read_registers(context, Int32(block.address), Int32(block.count), &words)
            case .input: modbus_read_input_registers(context, Int32(block.address), Int32(block.count), &words)
            }
        }
        return words
    }

    func write(_ write: RegisterWrite, unit: Int, timeout: Duration) throws(ModbusFault) {
        try exchange(unit: unit, timeout: timeout) {
            switch write {
            case .register(let address, let value): return modbus_write_register(context, Int32(address), value)
            case .registers(let address, let values):
                return modbus_write_registers(context, Int32(address), Int32(values.count), values)
            case .coil(let address, let isOn): return modbus_write_bit(context, Int32(address), isOn ? 1 : 0)
            }
        }
    }

    /// Throws away what is on the line until nothing has come for the quiet time, or for at least `atLeast`; never longer than a
    /// second more, for a device that babbles must not stop the others for ever.
    func drain(atLeast: Duration = .zero) {
        let begin = monotonicTime()
        let quiet = configuration.quietTime
        var lastByte = begin
        while true {
            let now = monotonicTime()
            let until = max(lastByte + quiet, begin + atLeast)
            if now >= until || now - begin > atLeast + .seconds(1) { break }
            if discard(waiting: until - now) { lastByte = monotonicTime() }
        }
        lastActivity = monotonicTime()
    }

    // MARK: -

    private func exchange(unit: Int, timeout: Duration, _ request: () -> Int32) throws(ModbusFault) {
        guard modbus_set_slave(context, Int32(unit)) == 0 else { throw .invalid("\(unit) is no unit address") }
        setTimeout(timeout)
        blockThread(for: lastActivity + configuration.frameGap - monotonicTime())
        discardEverything()
        let result = request()
        let code = errno
        lastActivity = monotonicTime()
        guard result < 0 else { return }
        throw fault(code, unit: unit, timeout: timeout)
    }

    private func fault(_ code: Int32, unit: Int, timeout: Duration) -> ModbusFault {
        let exception = code - cmodbus_exception_base()
        return switch code {
        case ETIMEDOUT: .silent(unit: unit, after: timeout)
        case cmodbus_bad_crc(), cmodbus_bad_exception(), cmodbus_unknown_exception(): .garbled(unit: unit)
        case cmodbus_bad_data(): .mismatched(unit: unit)
        case cmodbus_bad_unit(): .wrongUnit(unit)
        case cmodbus_too_many_data(), EINVAL: .invalid("the device cannot be asked for so much at once")
        case _ where (1...11).contains(exception): .exception(unit: unit, code: Int(exception))
        default: .lineGone(Self.reason(code))
        }
    }

    private func setTimeout(_ time: Duration) {
        let (seconds, attoseconds) = time.components
        modbus_set_response_timeout(context, UInt32(clamping: seconds), UInt32(attoseconds / 1_000_000_000_000))
        // Between two bytes of one answer: ample for adapters that send in pieces, short enough for a torn answer.
        modbus_set_byte_timeout(context, 0, 100_000)
    }

    private func discardEverything() {
        while discard(waiting: .zero) {}
    }

    /// - Returns: whether there was something.
    private func discard(waiting time: Duration) -> Bool {
        let descriptor = modbus_get_socket(context)
        var waited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // Rounded up, so that less than a millisecond is not a busy loop.
        let milliseconds = Int32(clamping: Int64((time / .milliseconds(1)).rounded(.up)))
        guard poll(&waited, 1, milliseconds) == 1, waited.revents & Int16(POLLIN) != 0 else {
            // A line that is gone is found by the next request; here it must not spin.
            if waited.revents != 0 { blockThread(for: time) }
            return false
        }
        var buffer = [UInt8](repeating: 0, count: 512)
        return bytesRead(descriptor, &buffer) > 0
    }

    private static func reason(_ code: Int32) -> String {
        guard let text = modbus_strerror(code) else { return "error \(code)" }
        return String(cString: text)
    }
}

/// read(2), which a method of the line hides.
private func bytesRead(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int { read(descriptor, &buffer, buffer.count) }

/// What is written to a device.
public enum RegisterWrite: Sendable, Equatable {
    /// Function 6.
    case register(address: Int, UInt16)
    /// Function 16.
    case registers(address: Int, [UInt16])
    /// Function 5.
    case coil(address: Int, Bool)
}

extension SerialSettings.Parity {
    fileprivate var letter: CChar {
        switch self {
        case .none: CChar(UInt8(ascii: "N"))
        case .even: CChar(UInt8(ascii: "E"))
        case .odd: CChar(UInt8(ascii: "O"))
        }
    }
}
