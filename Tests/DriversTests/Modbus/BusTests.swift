import Drivers
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

private func bus(_ path: String, timeout: Duration = .milliseconds(80)) -> ModbusBus {
    ModbusBus(
        ModbusBusConfiguration(
            name: "test", line: .serial(device: path, SerialSettings(baud: 115_200), rs485: false), responseTimeout: timeout))
}

private func input(_ address: Int, _ count: Int) -> RegisterBlock { RegisterBlock(table: .input, address: address, count: count) }

private func fault(of request: () async throws(ModbusFault) -> [UInt16]) async -> ModbusFault? {
    do {
        _ = try await request()
        return nil
    } catch { return error }
}

@Suite(.serialized) struct `A Modbus bus` {
    /// Two registers at 0, three at 100; unit 7 as well.
    private func devices(_ name: String) -> (devices: ModbusDevices, path: String) {
        let path = temporaryPath(name)
        let devices = ModbusDevices.onSerialLine(path: path)
        devices.set(1, at: 0, [0x1111, 0x2222])
        devices.set(1, at: 100, [0xAAAA, 0xBBBB, 0xCCCC])
        devices.set(7, at: 0, [0x7777, 0x7778])
        return (devices, path)
    }

    @Test func `reads input and holding registers and writes registers and coils`() async throws {
        let (devices, path) = devices("plain")
        defer { devices.unplug() }
        let bus = bus(path)
        devices.set(1, function: 3, at: 5, [5])

        let words = try await bus.read(input(0, 2), unit: 1)
        let holding = try await bus.read(RegisterBlock(table: .holding, address: 5, count: 1), unit: 1)
        try await bus.write(.register(address: 5, 6), unit: 1)
        try await bus.write(.registers(address: 6, [7, 8]), unit: 1)
        try await bus.write(.coil(address: 400, true), unit: 1)

        #expect(words == [0x1111, 0x2222])
        #expect(holding == [5])
        let state = devices.state.withLock { $0 }
        #expect(state.registers[1]?[3] == [5: 6, 6: 7, 7: 8])
        #expect(state.coils[1] == [400: true])
    }

    @Test(arguments: [
        (ModbusDevices.Fault.silent, ModbusFault.silent(unit: 1, after: .milliseconds(80))),
        (.truncated, .silent(unit: 1, after: .milliseconds(80))),
        (.exception(2), .exception(unit: 1, code: 2)), (.exception(11), .exception(unit: 1, code: 11)),
    ])
    func `names what went wrong, and works again with the next request`(
        trouble: ModbusDevices.Fault, expected: ModbusFault
    ) async throws {
        let (devices, path) = devices("faults")
        defer { devices.unplug() }
        let bus = bus(path)
        devices.state.withLock { $0.faults = [trouble] }

        let first = await fault { () throws(ModbusFault) in try await bus.read(input(0, 2), unit: 1) }
        let second = try await bus.read(input(100, 3), unit: 1)

        #expect(first == expected)
        #expect(second == [0xAAAA, 0xBBBB, 0xCCCC])
    }

    @Test(arguments: [ModbusDevices.Fault.wrongChecksum, .wrongUnit])
    func `asks once more after a damaged answer`(trouble: ModbusDevices.Fault) async throws {
        let (devices, path) = devices("retry")
        defer { devices.unplug() }
        let bus = bus(path)
        devices.state.withLock { $0.faults = [trouble] }

        let words = try await bus.read(input(0, 2), unit: 1)

        #expect(words == [0x1111, 0x2222])
        #expect(devices.requestCount == 2)
    }

    @Test(arguments: [
        (ModbusDevices.Fault.wrongChecksum, ModbusFault.garbled(unit: 1)), (.wrongUnit, .wrongUnit(1)),
    ])
    func `gives up after the second damaged answer`(trouble: ModbusDevices.Fault, expected: ModbusFault) async {
        let (devices, path) = devices("twice")
        defer { devices.unplug() }
        let bus = bus(path)
        devices.state.withLock { $0.faults = [trouble, trouble] }

        let failure = await fault { () throws(ModbusFault) in try await bus.read(input(0, 2), unit: 1) }

        #expect(failure == expected)
    }

    @Test(arguments: [110, 140, 180, 240])
    func `never takes a late answer for the answer to the next request of another length`(late: Int) async throws {
        let (devices, path) = devices("late")
        defer { devices.unplug() }
        let bus = bus(path)
        devices.state.withLock { $0.faults = [.late(.milliseconds(late))] }

        let first = await fault { () throws(ModbusFault) in try await bus.read(input(0, 2), unit: 1) }
        let second = try? await bus.read(input(100, 3), unit: 1)

        #expect(first == .silent(unit: 1, after: .milliseconds(80)))
        #expect(second == nil || second == [0xAAAA, 0xBBBB, 0xCCCC])
        #expect(try await bus.read(input(100, 3), unit: 1) == [0xAAAA, 0xBBBB, 0xCCCC])
    }

    @Test(arguments: [110, 140, 180])
    func `waits for a late answer before it asks for another register of the same length`(late: Int) async throws {
        let (devices, path) = devices("equal")
        defer { devices.unplug() }
        let bus = bus(path)
        devices.state.withLock { $0.faults = [.late(.milliseconds(late))] }

        _ = await fault { () throws(ModbusFault) in try await bus.read(input(0, 2), unit: 1) }
        let words = try await bus.read(input(100, 2), unit: 1)

        #expect(words == [0xAAAA, 0xBBBB])
    }

    @Test(
        arguments: [
            [0xFF], [0], [1, 4], [1, 4, 4], [1, 4, 255, 0, 0, 0, 0], [1, 0x84, 0xFF, 0, 0], [1, 4, 4, 0, 0, 0, 0, 0, 0],
            Array(repeating: 0xFF, count: 300), Array(repeating: 1, count: 300), Array(0...255) + Array(0...255),
        ] as [[UInt8]])
    func `takes noise for no answer, and hears the next one`(noise: [UInt8]) async throws {
        let (devices, path) = devices("noise")
        defer { devices.unplug() }
        let bus = bus(path)
        devices.state.withLock { $0.faults = [.noise(noise), .noise(noise)] }

        let words = try? await bus.read(input(0, 2), unit: 1)

        #expect(words == nil || words == [0x1111, 0x2222])
        devices.state.withLock { $0.faults = [] }
        #expect(try await bus.read(input(100, 3), unit: 1) == [0xAAAA, 0xBBBB, 0xCCCC])
    }

    @Test func `lets several devices share the line, a dead one among them`() async throws {
        let (devices, path) = devices("several")
        defer { devices.unplug() }
        let bus = bus(path)

        for _ in 0..<5 {
            #expect(try await bus.read(input(0, 2), unit: 1) == [0x1111, 0x2222])
            let dead = await fault { () throws(ModbusFault) in try await bus.read(input(0, 2), unit: 3) }
            #expect(dead == .silent(unit: 3, after: .milliseconds(80)))
            #expect(try await bus.read(input(0, 2), unit: 7) == [0x7777, 0x7778])
        }
    }

    @Test func `opens the line again when the adapter was unplugged and is back`() async throws {
        let (devices, path) = devices("unplug")
        let bus = bus(path)
        _ = try await bus.read(input(0, 2), unit: 1)
        devices.unplug()

        let gone = await fault { () throws(ModbusFault) in try await bus.read(input(0, 2), unit: 1) }
        let again = ModbusDevices.onSerialLine(path: path)
        defer { again.unplug() }
        again.set(1, at: 0, [0x3333, 0x4444])
        let soon = await fault { () throws(ModbusFault) in try await bus.read(input(0, 2), unit: 1) }
        var words: [UInt16]?
        for _ in 0..<200 where words == nil {
            words = try? await bus.read(input(0, 2), unit: 1)
            var nothing = pollfd()
            if words == nil { poll(&nothing, 0, 20) }
        }

        guard case .lineGone = gone else { return #expect(Bool(false), "\(String(describing: gone))") }
        #expect(soon == .lineGone("waiting before it is opened again"))
        #expect(words == [0x3333, 0x4444])
    }

    @Test func `says what to do when there is no such line, or another process has it`() async throws {
        let (devices, path) = devices("busy")
        defer { devices.unplug() }
        let first = bus(path)
        _ = try await first.read(input(0, 2), unit: 1)

        let second = bus(path)
        let busy = await fault { () throws(ModbusFault) in try await second.read(input(0, 2), unit: 1) }
        let absent = await fault { () throws(ModbusFault) in try await bus("/nonexistent").read(input(0, 2), unit: 1) }

        #expect(busy == .lineBusy(path))
        #expect(absent == .cannotOpen(line: "/nonexistent", "No such file or directory"))
        #expect(absent?.description.hasSuffix("(group dialout).") == true)
    }

    @Test func `goes on when the kernel cannot steer the transmitter`() async throws {
        let (devices, path) = devices("rs485")
        defer { devices.unplug() }
        let bus = ModbusBus(
            ModbusBusConfiguration(name: "test", line: .serial(device: path, SerialSettings(baud: 115_200), rs485: true)))

        #expect(try await bus.read(input(0, 2), unit: 1) == [0x1111, 0x2222])
    }

    @Test func `ends for good when it is closed`() async {
        let (devices, path) = devices("closed")
        defer { devices.unplug() }
        let bus = bus(path)
        await bus.close()

        let failure = await fault { () throws(ModbusFault) in try await bus.read(input(0, 2), unit: 1) }

        #expect(failure == .closed)
    }

    @Test func `refuses what the protocol cannot ask for`() async {
        let bus = bus("/nonexistent")
        for block in [input(0, 0), input(0, 126), input(0xFFFF, 2), input(-1, 2)] {
            let failure = await fault { () throws(ModbusFault) in try await bus.read(block, unit: 1) }
            guard case .invalid = failure else { return #expect(Bool(false), "\(block)") }
        }
    }

    @Test func `speaks Modbus TCP as well, and tells a late answer by its number`() async throws {
        let listener = try #require(LoopbackListener())
        defer { listener.close() }
        let bus = ModbusBus(
            ModbusBusConfiguration(
                name: "tcp", line: .tcp(host: "127.0.0.1", port: listener.port), responseTimeout: .milliseconds(80)))
        // The connection is made by the first request, which nobody answers yet.
        let unanswered = await fault { () throws(ModbusFault) in try await bus.read(input(0, 2), unit: 1) }
        let devices = ModbusDevices.onConnection(try #require(listener.accept()))
        defer { devices.unplug() }
        devices.set(1, at: 0, [0x1111, 0x2222])
        devices.set(1, at: 100, [0xAAAA, 0xBBBB])

        #expect(unanswered == .silent(unit: 1, after: .milliseconds(80)))
        // The same length on purpose: the transaction number keeps them apart.
        #expect(try await bus.read(input(100, 2), unit: 1) == [0xAAAA, 0xBBBB])
        #expect(try await bus.read(input(0, 2), unit: 1) == [0x1111, 0x2222])
    }
}

extension `A Modbus bus` {
    @Test func `opens a connection again at once when the gateway hung up on it`() async throws {
        let listener = try #require(LoopbackListener())
        defer { listener.close() }
        let bus = ModbusBus(
            ModbusBusConfiguration(
                name: "tcp", line: .tcp(host: "127.0.0.1", port: listener.port), responseTimeout: .seconds(2)))
        async let accepted = listener.nextDevices([0x1111, 0x2222])

        let first = try await bus.read(input(0, 2), unit: 1)
        await accepted?.unplug()
        async let acceptedAgain = listener.nextDevices([0x3333, 0x4444])
        let second = try await bus.read(input(0, 2), unit: 1)

        #expect(first == [0x1111, 0x2222])
        #expect(second == [0x3333, 0x4444])
        await acceptedAgain?.unplug()
    }
}

/// A loopback port that somebody may connect to.
struct LoopbackListener {
    let descriptor: Int32
    let port: Int

    init?() {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (descriptor, bound) = (descriptor, length)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, bound) == 0 && listen(descriptor, 1) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { return nil }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    /// Blocks until somebody connects, who finds a device 1 with these input registers.
    func nextDevices(_ words: [UInt16]) async -> ModbusDevices? { accept().map { .onConnection($0, words: words) } }

    func accept() -> Int32? {
        let connection = Glibc.accept(descriptor, nil, nil)
        return connection >= 0 ? connection : nil
    }

    func close() { _ = Glibc.close(descriptor) }
}
