import BoardSupport
import SimulatedBoard
import Synchronization
import Testing
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A directory for one test, which removes it.
struct Directory {
    let path: String

    init() throws {
        var template = Array("/tmp/simulated-board-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap(mkdtemp).map { String(cString: $0) } }
        path = try #require(made)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = try #require(fopen(file(name), "w"))
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    func read(_ name: String) throws -> [UInt8] {
        let file = try #require(fopen(file(name), "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }

    func remove() {
        for number in 1...4 { unlink(file("simulated-meter-\(number).bin")) }
        rmdir(path)
    }
}

/// Reads events until one is `last`; the test's time limit ends a wait in vain.
func events(_ iterator: inout AsyncStream<BoardEvent>.Iterator, through last: BoardEvent) async -> [BoardEvent] {
    var seen: [BoardEvent] = []
    while let event = await iterator.next() {
        seen.append(event)
        if event == last { break }
    }
    return seen
}

@Suite(.timeLimit(.minutes(1))) struct `The live simulated board` {
    let quick = SimulatedBoardConfiguration(
        connectors: [.init(id: 1)], vehicle: .init(readyAfter: .milliseconds(5)), speed: 100_000)

    @Test func `carries a session from plug to unplug by itself`() async throws {
        let directory = try Directory()
        defer { directory.remove() }
        let board = try SimulatedBoard.make(configuration: quick, dataDirectory: directory.path)
        let simulator = try #require(board.simulator)
        let connector = board.connectors[0]
        var iterator = board.events.makeAsyncIterator()

        try simulator.plug(connector: 1)
        connector.pilot.offer(16)
        #expect(
            await events(&iterator, through: .pilot(connector: 1, .c)) == [
                .contactor(connector: 1, .open), .lock(connector: 1, .unlocked), .cable(connector: 1, isPlugged: false),
                .pilot(connector: 1, .a), .cable(connector: 1, isPlugged: true), .pilot(connector: 1, .b), .pilot(connector: 1, .c),
            ])
        connector.lock?.lock()
        try connector.contactor.close()
        let meter = try #require(connector.meter)
        while try await meter.read().energyImport < 10 {
            try Task.checkCancellation()
            await Task.yield()
        }
        try simulator.unplug(connector: 1)
        connector.lock?.unlock()
        #expect(
            await events(&iterator, through: .cable(connector: 1, isPlugged: false)) == [
                .lock(connector: 1, .locked), .contactor(connector: 1, .closed), .pilot(connector: 1, .a),
                .contactor(connector: 1, .open), .lock(connector: 1, .unlocked), .cable(connector: 1, isPlugged: false),
            ])

        let truth = try #require(simulator.truth().first)
        #expect(truth.register >= 10)
        #expect(truth.power == 0)
        await board.close()
    }

    @Test func `opens its contactors and ends its stream when it is closed`() async throws {
        let directory = try Directory()
        defer { directory.remove() }
        let board = try SimulatedBoard.make(configuration: quick, dataDirectory: directory.path)
        let simulator = try #require(board.simulator)
        let connector = board.connectors[0]
        var iterator = board.events.makeAsyncIterator()
        try simulator.plug(connector: 1)
        connector.pilot.offer(16)
        _ = await events(&iterator, through: .pilot(connector: 1, .c))
        connector.lock?.lock()
        try connector.contactor.close()

        await board.close()
        await board.close()

        #expect(
            await events(&iterator, through: .cable(connector: 9, isPlugged: true)) == [
                .lock(connector: 1, .locked), .contactor(connector: 1, .closed), .contactor(connector: 1, .open),
                .pilot(connector: 1, .b),
            ])
        #expect(throws: ContactorFault.notDriven("the simulated board is shut down")) { try connector.contactor.close() }
        #expect(throws: SimulatorError.self) { try simulator.plug(connector: 1) }
        #expect(simulator.truth().first?.contactor == .open)
    }

    @Test func `keeps its register in the file while energy flows and nobody asks`() async throws {
        let directory = try Directory()
        defer { directory.remove() }
        let board = try SimulatedBoard.make(configuration: quick, dataDirectory: directory.path)
        let connector = board.connectors[0]
        var iterator = board.events.makeAsyncIterator()
        try board.simulator?.plug(connector: 1)
        connector.pilot.offer(16)
        _ = await events(&iterator, through: .pilot(connector: 1, .c))
        connector.lock?.lock()
        try connector.contactor.close()

        // What a process would find that starts after this one was killed.
        let untouched = Array("LPMETER1".utf8) + Array(repeating: 0, count: 8)
        var bytes = untouched
        while bytes == untouched {
            bytes = try directory.read("simulated-meter-1.bin")
            try Task.checkCancellation()
            await Task.yield()
        }

        #expect(bytes.count == 16)
        #expect(bytes.starts(with: "LPMETER1".utf8))
        await board.close()
    }

    @Test func `goes on from the register that it had`() async throws {
        let directory = try Directory()
        defer { directory.remove() }
        let first = try SimulatedBoard.make(configuration: .standard(connectors: 2), dataDirectory: directory.path)
        try first.simulator?.setMeter(connector: 2, isSilent: nil, register: 123_456)

        let second = try SimulatedBoard.make(configuration: .standard(connectors: 2), dataDirectory: directory.path)

        #expect(second.simulator?.truth().map(\.register) == [0, 123_456])
        await first.close()
        await second.close()
    }

    @Test(
        arguments: [
            (Array("LPMETER1".utf8) + [0xE8, 3, 0, 0, 0, 0, 0, 0], 1, nil), (Array("LPMETER1".utf8), 0, "8 bytes instead of 16"),
            (Array(repeating: 7, count: 16), 0, "does not begin with LPMETER1"),
            (Array("LPMETER1".utf8) + Array(repeating: 0xFF, count: 8), 0, "holds -1 mWh"),
            (Array(repeating: 65, count: 5000), 0, "5000 bytes instead of 16"), ([], 0, nil),
        ] as [([UInt8], Int, String?)])
    func `starts a damaged register at zero and says so`(bytes: [UInt8], register: Int, message: String?) async throws {
        let directory = try Directory()
        defer { directory.remove() }
        try directory.write(bytes, to: "simulated-meter-1.bin")
        let log = Mutex<[String]>([])

        let board = try SimulatedBoard.make(configuration: quick, dataDirectory: directory.path) { message in
            log.withLock { $0.append(message) }
        }

        #expect(board.simulator?.truth().first?.register == WattHours(register))
        let messages = log.withLock { $0 }
        #expect(messages.count == (message == nil ? 0 : 1))
        #expect(messages.allSatisfy { $0.contains(directory.path) && $0.contains(message ?? "") })
        await board.close()
    }

    @Test func `names the file that cannot be kept, and what to look at`() throws {
        let error = try #require(throws: SimulatedBoardError.self) {
            try SimulatedBoard.make(configuration: quick, dataDirectory: "/nonexistent/ladepunkt")
        }

        #expect(
            error.description
                == "/nonexistent/ladepunkt/simulated-meter-1.bin: the simulated meter's register cannot be kept here: "
                + "No such file or directory. Check dataDirectory, its owner and free space")
    }

    @Test(arguments: [
        (SimulatedBoardConfiguration.standard(connectors: 0), "connectors"), (.standard(connectors: 65), "connectors"),
        (.init(connectors: [.init(id: 2)]), "connectors[0].id"),
        (.init(connectors: [.init(id: 1, maximumCurrent: 5)]), "connectors[0].rating.current"),
        (.init(connectors: [.init(id: 1)], vehicle: .init(current: -1)), "simulation.vehicle.current"),
        (.init(connectors: [.init(id: 1)], vehicle: .init(readyAfter: .seconds(-1))), "simulation.vehicle.readyAfter"),
        (.init(connectors: [.init(id: 1)], speed: .nan), "simulation.speed"),
        (.init(connectors: [.init(id: 1)], speed: 0), "simulation.speed"),
    ])
    func `refuses what cannot be simulated, by its key`(configuration: SimulatedBoardConfiguration, key: String) throws {
        let error = try #require(throws: SimulatedBoardError.self) {
            try SimulatedBoard.make(configuration: configuration, dataDirectory: "/nonexistent")
        }

        guard case .configuration(key, _) = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func `describes each connector as it is`() async throws {
        let directory = try Directory()
        defer { directory.remove() }
        let configuration = SimulatedBoardConfiguration(
            connectors: [
                .init(id: 1), .init(id: 2, maximumCurrent: 16, phases: .one, hasLock: false, hasMeter: false, outlet: .cable),
            ],
            hasCardReader: false)

        let board = try SimulatedBoard.make(configuration: configuration, dataDirectory: directory.path)

        #expect(board.profile.connectors.map(\.id) == [1, 2])
        #expect(board.connectors.map { $0.lock != nil } == [true, false])
        #expect(board.connectors.map { $0.meter != nil } == [true, false])
        #expect(board.profile.connectors[0].meter?.serialNumber == "SIM-1")
        #expect(board.profile.connectors[0].meter?.quantities.contains(.stateOfCharge) == false)
        #expect(throws: SimulatorError.notPossible("this board has no card reader")) {
            try board.simulator?.presentCard(idTag: "A", connectors: nil)
        }
        #expect(throws: SimulatorError.notPossible("connector 2 has no lock")) {
            try board.simulator?.setLock(connector: 2, .stuck)
        }
        await board.close()
    }

    @Test func `remembers what its lamp shows`() async throws {
        let directory = try Directory()
        defer { directory.remove() }
        let board = try SimulatedBoard.make(configuration: quick, dataDirectory: directory.path)
        let lamp = try #require(board.lamp as? SimulatedLamp)

        lamp.show(.charging, intensity: 180)
        lamp.blink(times: 3)

        #expect(lamp.shown.signal == .charging)
        #expect(lamp.shown.intensity == 100)
        #expect(lamp.shown.blinks == 3)
        await board.close()
    }

    @Test func `stands calls from many tasks at once`() async throws {
        let directory = try Directory()
        defer { directory.remove() }
        let board = try SimulatedBoard.make(configuration: quick, dataDirectory: directory.path)
        let simulator = try #require(board.simulator)
        let connector = board.connectors[0]

        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<50 {
                        try? simulator.plug(connector: 1)
                        connector.pilot.offer(16)
                        connector.lock?.lock()
                        try? connector.contactor.close()
                        _ = try? await connector.meter?.read()
                        try? connector.contactor.open()
                        connector.lock?.unlock()
                        try? simulator.unplug(connector: 1)
                    }
                }
            }
        }

        #expect(simulator.truth().first?.contactor == .open)
        await board.close()
    }
}
