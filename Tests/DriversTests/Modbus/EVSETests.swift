import BoardSupport
import Drivers
import Synchronization
import Testing
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite(.serialized) struct `An EVSE controller on a bus` {
    private let map = EVSERegisterMap(
        origin: MapOrigin(maker: "Example", model: "E1", document: "none", edition: "1"), limits: ReadLimits(maximumGap: 1),
        state: .init(table: .holding, address: 1002, values: [1: .a, 2: .b, 3: .c]), offer: .init(address: 1000),
        responseTimeout: .milliseconds(60))

    /// What was reported, for a look now and then.
    private final class Events: Sendable {
        private let list = Mutex<[BoardEvent]>([])
        func add(_ event: BoardEvent) { list.withLock { $0.append(event) } }

        /// Waits up to five seconds, and forgets what came before.
        func wait(for event: BoardEvent) -> Bool {
            wait { $0 == event }
        }

        func wait(_ matches: (BoardEvent) -> Bool) -> Bool {
            for _ in 0..<500 {
                let found = list.withLock { list in
                    guard let index = list.firstIndex(where: matches) else { return false }
                    list.removeFirst(index + 1)
                    return true
                }
                if found { return true }
                var nothing = pollfd()
                poll(&nothing, 0, 10)
            }
            return false
        }
    }

    @Test func `reports the pilot, takes an offer, is lost when it is silent, and is told anew when it is back`() async throws {
        let path = temporaryPath("evse")
        let devices = ModbusDevices.onSerialLine(path: path)
        defer { devices.unplug() }
        devices.set(2, function: 3, at: 1000, [0, 0, 1])
        let bus = ModbusBus(
            ModbusBusConfiguration(name: "test", line: .serial(device: path, SerialSettings(baud: 115_200), rs485: false)))
        let events = Events()
        let evse = ModbusEVSE(
            try ModbusEVSEConfiguration(bus: "test", unit: 2, map: map, pollInterval: .milliseconds(50)), on: bus, connector: 1,
            outlet: .cable, report: { events.add($0) })

        evse.start()
        #expect(events.wait(for: .pilot(connector: 1, .a)))
        #expect(events.wait(for: .contactor(connector: 1, .open)))
        devices.set(2, function: 3, at: 1002, [2])
        #expect(events.wait(for: .pilot(connector: 1, .b)))
        evse.offer(16)
        #expect(becomes(16, at: 1000, devices))

        devices.state.withLock { $0.permanentFaults[2] = .silent }
        #expect(events.wait(for: .pilot(connector: 1, .f)))
        // It restarts meanwhile and offers what it likes.
        devices.set(2, function: 3, at: 1000, [32])
        devices.state.withLock { $0.permanentFaults = [:] }
        #expect(events.wait(for: .pilot(connector: 1, .b)))
        #expect(becomes(16, at: 1000, devices))

        await evse.shutDown()
        #expect(becomes(0, at: 1000, devices))
    }

    private func becomes(_ word: UInt16, at address: Int, _ devices: ModbusDevices) -> Bool {
        for _ in 0..<500 {
            if devices.state.withLock({ $0.registers[2]?[3]?[address] }) == word { return true }
            var nothing = pollfd()
            poll(&nothing, 0, 10)
        }
        return false
    }
}
