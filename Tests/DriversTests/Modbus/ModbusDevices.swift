import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Devices on a line, seen from the other end of it: a pseudo-terminal that speaks Modbus RTU, or a loopback port that speaks
/// Modbus TCP. Misbehaves as told, one request at a time.
final class ModbusDevices: Sendable {
    enum Fault: Sendable, Equatable {
        case silent
        /// The right answer, this much later.
        case late(Duration)
        case wrongChecksum
        case wrongUnit
        case exception(UInt8)
        /// The first bytes of the answer, then nothing.
        case truncated
        /// Right in form, and every register 0.
        case zeros
        /// These bytes instead of an answer.
        case noise([UInt8])
    }

    struct State: Sendable {
        /// Unit, then function code, then address. A register that is not here does not exist.
        var registers: [Int: [Int: [Int: UInt16]]] = [:]
        var coils: [Int: [Int: Bool]] = [:]
        /// What goes wrong with the coming requests, the next one first.
        var faults: [Fault] = []
        /// What goes wrong with every request to a unit.
        var permanentFaults: [Int: Fault] = [:]
        /// Every request, as it came, without its checksum or header.
        var requests: [[UInt8]] = []
    }

    enum Framing: Sendable { case rtu, tcp }

    let state = Mutex(State())
    private let framing: Framing
    private let descriptor: Mutex<Int32>
    /// Closed when the thread has to end.
    private let stop: Int32
    private let path: String?

    private init(framing: Framing, descriptor: Int32, path: String?, words: [UInt16] = []) {
        self.framing = framing
        self.descriptor = Mutex(descriptor)
        self.path = path
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0)
        stop = ends[1]
        let (ended, framing) = (ends[0], framing)
        if !words.isEmpty { set(1, at: 0, words) }
        startThread { [weak self] in
            while let self, self.serveOne(until: ended, framing) {}
            close(ended)
        }
    }

    /// - Parameter path: where a link to the terminal is made, as udev would.
    static func onSerialLine(path: String) -> ModbusDevices {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var (isLocked, number): (Int32, Int32) = (0, 0)
        // TIOCSPTLCK and TIOCGPTN, which glibc's unlockpt and ptsname are made of and which Swift does not see.
        precondition(master >= 0 && ioctl(master, 0x4004_5431, &isLocked) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
        let name = "/dev/pts/\(number)"
        unlink(path)
        symlink(name, path)
        // Raw from the start: what is said before the other end opens it must not be echoed back.
        let other = open(name, O_RDWR | O_NOCTTY)
        var settings = termios()
        tcgetattr(other, &settings)
        cfmakeraw(&settings)
        tcsetattr(other, TCSANOW, &settings)
        let devices = ModbusDevices(framing: .rtu, descriptor: master, path: path)
        devices.keptOpen.withLock { $0 = other }
        return devices
    }

    /// The terminal's other end, so that it stays one while nobody else has it open.
    private let keptOpen = Mutex<Int32>(-1)

    /// - Parameters:
    ///   - connection: an accepted connection.
    ///   - words: input registers of unit 1 that are there from the first request on.
    static func onConnection(_ connection: Int32, words: [UInt16] = []) -> ModbusDevices {
        ModbusDevices(framing: .tcp, descriptor: connection, path: nil, words: words)
    }

    /// The adapter is pulled out.
    func unplug() {
        // Hanging up wakes the thread; where it has ended already, a write would be one to nobody (SIGPIPE).
        close(stop)
        descriptor.withLock {
            if $0 >= 0 { close($0) }
            $0 = -1
        }
        keptOpen.withLock {
            if $0 >= 0 { close($0) }
            $0 = -1
        }
        if let path { unlink(path) }
    }

    func set(_ unit: Int, function: Int = 4, at address: Int, _ words: [UInt16]) {
        state.withLock {
            for (offset, word) in words.enumerated() {
                $0.registers[unit, default: [:]][function, default: [:]][address + offset] = word
            }
        }
    }

    var requestCount: Int { state.withLock { $0.requests.count } }

    // MARK: -

    private func serveOne(until ended: Int32, _ framing: Framing) -> Bool {
        let descriptor = descriptor.withLock { $0 }
        guard descriptor >= 0, let request = nextRequest(descriptor, ended) else { return false }
        let header = framing == .tcp ? Array(request.prefix(6)) : []
        let body = framing == .tcp ? Array(request.dropFirst(6)) : Array(request.dropLast(2))
        let fault = state.withLock { state -> Fault? in
            state.requests.append(body)
            if let fault = state.permanentFaults[Int(body[0])] { return fault }
            return state.faults.isEmpty ? nil : state.faults.removeFirst()
        }
        guard fault != .silent, var answer = answer(to: body, fault) else { return true }
        if case .late(let time) = fault, wait(ended, time) { return false }
        if fault == .wrongUnit { answer[0] ^= 0x40 }
        var bytes = framing == .tcp ? Array(header[..<4]) + [0, UInt8(answer.count)] + answer : answer + checksum(answer)
        if fault == .wrongChecksum { bytes[bytes.count - 1] ^= 0xFF }
        if case .noise(let noise) = fault { bytes = noise }
        if fault == .truncated { bytes = Array(bytes.prefix(4)) }
        _ = write(descriptor, bytes, bytes.count)
        return true
    }

    private func answer(to body: [UInt8], _ fault: Fault?) -> [UInt8]? {
        let (unit, function) = (body[0], body[1])
        if case .exception(let code) = fault { return [unit, function | 0x80, code] }
        let address = Int(body[2]) << 8 | Int(body[3])
        let value = UInt16(body[4]) << 8 | UInt16(body[5])
        return state.withLock { state in
            guard state.registers[Int(unit)] != nil || state.coils[Int(unit)] != nil else { return nil }
            switch function {
            case 3, 4:
                let table = state.registers[Int(unit)]?[Int(function)] ?? [:]
                var bytes: [UInt8] = []
                for offset in 0..<Int(value) {
                    guard let word = table[address + offset] else { return [unit, function | 0x80, 2] }
                    let shown = fault == .zeros ? 0 : word
                    bytes += [UInt8(shown >> 8), UInt8(shown & 0xFF)]
                }
                return [unit, function, UInt8(bytes.count)] + bytes
            case 5: state.coils[Int(unit), default: [:]][address] = value == 0xFF00
            case 6: state.registers[Int(unit), default: [:]][3, default: [:]][address] = value
            case 16:
                for offset in 0..<Int(value) {
                    state.registers[Int(unit), default: [:]][3, default: [:]][address + offset] =
                        UInt16(body[7 + 2 * offset]) << 8 | UInt16(body[8 + 2 * offset])
                }
            default: return [unit, function | 0x80, 1]
            }
            return Array(body[..<6])
        }
    }

    private func nextRequest(_ descriptor: Int32, _ ended: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        while true {
            if let length = expectedLength(bytes), bytes.count >= length { return Array(bytes.prefix(length)) }
            var waited = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0), pollfd(fd: ended, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&waited, 2, -1) > 0, waited[1].revents == 0 else { return nil }
            var byte: UInt8 = 0
            guard read(descriptor, &byte, 1) == 1 else { return nil }
            bytes.append(byte)
        }
    }

    private func expectedLength(_ bytes: [UInt8]) -> Int? {
        switch framing {
        case .tcp: bytes.count < 6 ? nil : 6 + Int(bytes[4]) << 8 + Int(bytes[5])
        case .rtu: bytes.count < 7 ? nil : bytes[1] == 16 ? 9 + Int(bytes[6]) : 8
        }
    }

    /// - Returns: whether the end came.
    private func wait(_ ended: Int32, _ time: Duration) -> Bool {
        var waited = pollfd(fd: ended, events: Int16(POLLIN), revents: 0)
        return poll(&waited, 1, Int32(time / .milliseconds(1))) > 0
    }
}

/// CRC-16 as Modbus over Serial Line V1.02 §6.2.2 computes it, low byte first.
func checksum(_ bytes: [UInt8]) -> [UInt8] {
    var crc: UInt16 = 0xFFFF
    for byte in bytes {
        crc ^= UInt16(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1 }
    }
    return [UInt8(crc & 0xFF), UInt8(crc >> 8)]
}

/// A float as two registers, the high one first.
func words(_ number: Float) -> [UInt16] {
    [UInt16(number.bitPattern >> 16), UInt16(truncatingIfNeeded: number.bitPattern)]
}

func temporaryPath(_ name: String) -> String { "/tmp/ladepunkt-test-\(getpid())-\(name)" }

private func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Start {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let start = Unmanaged.passRetained(Start(body)).toOpaque()
    let result = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        }, start)
    precondition(result == 0)
    pthread_detach(thread)
}
