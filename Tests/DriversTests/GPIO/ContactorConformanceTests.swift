import BoardSupport
@testable import Drivers
import SimulatedBoard
import Testing
import Threads
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Reads a board's stream on a thread of its own: the check below waits on one of the pool's.
private actor EventReader {
    private let thread = DeviceThread(name: "events")
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private(set) var hasBegun = false

    func read(_ events: AsyncStream<BoardEvent>, into log: EventLog) async {
        hasBegun = true
        for await event in events { log.add(event) }
    }
}

@Suite struct `Every contactor` {
    @Test func `on lines keeps the rules`() throws {
        let bench = try Bench()
        defer { bench.board.close() }

        try checkContactor(
            ContactorUnderTest(
                contactor: bench.contactor, log: bench.log, vehicle: { try bench.vehicle($0 ? .c : .b) },
                isConducting: { try bench.isEnergised }))
    }

    @Test func `on lines without an auxiliary contact keeps the rules`() throws {
        let bench = try Bench(Bench.configuration { $0.contactor?.feedback = nil })
        defer { bench.board.close() }

        try checkContactor(
            ContactorUnderTest(
                contactor: bench.contactor, log: bench.log, vehicle: { try bench.vehicle($0 ? .c : .b) },
                isConducting: { try bench.isEnergised }))
    }

    @Test func `that is simulated keeps the rules`() async throws {
        var template = Array("/tmp/contactor-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            unlink("\(folder)/simulated-meter-1.bin")
            rmdir(folder)
        }
        var configuration = SimulatedBoardConfiguration.standard(connectors: 1)
        configuration.vehicle.readyAfter = .zero
        let board = try SimulatedBoard.make(configuration: configuration, dataDirectory: folder)
        let log = try EventLog()
        let reader = EventReader()
        async let reading: Void = reader.read(board.events, into: log)
        while !(await reader.hasBegun) { await Task.yield() }
        let simulator = try #require(board.simulator)
        let pilot = board.connectors[0].pilot
        do {
            try checkContactor(
                ContactorUnderTest(
                    contactor: board.connectors[0].contactor, log: log,
                    vehicle: { asks in
                        try simulator.plug(connector: 1)
                        pilot.offer(16)
                        if asks { try simulator.resumeVehicle(connector: 1) } else { try simulator.suspendVehicle(connector: 1) }
                    }, isConducting: { simulator.truth()[0].contactor == .closed }))
        } catch { Issue.record(error) }
        await board.close()
        await reading
    }
}
