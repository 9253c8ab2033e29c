import BoardSupport
@testable import SimulatedBoard
import Testing
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A live simulated board of one socket outlet, with what it said.
struct SimulatedBench: Sendable {
    let connector: BoardConnector
    let simulator: any BoardSimulator
    let log: EventLog

    /// What the vehicle is offered.
    var offered: Amperes? { (simulator as? LiveSimulator)?.board.read { $0.connectors[0].offer } }
    var isFaultShown: Bool { (simulator as? LiveSimulator)?.board.read { $0.connectors[0].signalsFault } ?? false }

    static func with(_ body: (SimulatedBench) async throws -> Void) async throws {
        var template = Array("/tmp/simulated-XXXXXX".utf8CString)
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
        let (events, thread) = (board.events, StreamThread())
        let reading = Task(executorPreference: thread) { for await event in events { log.add(event) } }
        let simulator = try #require(board.simulator)
        do { try await body(SimulatedBench(connector: board.connectors[0], simulator: simulator, log: log)) } catch {
            Issue.record(error)
        }
        await board.close()
        await reading.value
        thread.end()
    }

    /// The same for a body that blocks.
    static func waiting(_ body: @Sendable (SimulatedBench) throws -> Void) async throws {
        try await with { bench in try await DriversTests.waiting { try body(bench) } }
    }

    /// A vehicle is there in a locked outlet, and asks for energy or does not.
    func vehicle(asks: Bool) throws {
        try simulator.plug(connector: 1)
        connector.pilot.offer(16)
        connector.lock?.lock()
        if asks { try simulator.resumeVehicle(connector: 1) } else { try simulator.suspendVehicle(connector: 1) }
    }
}
