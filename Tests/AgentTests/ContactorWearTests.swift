import Synchronization
import Testing
import Units

@testable import Agent

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A data directory with what was logged about its file.
private final class WearBench: Sendable {
    let directory: String
    private let told = Mutex<[String]>([])

    init() throws {
        var template = Array("/tmp/wear-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap(mkdtemp).map { String(cString: $0) } }
        directory = try #require(made)
    }

    deinit {
        unlink(path)
        rmdir(directory)
    }

    var path: String { "\(directory)/\(ContactorWear.fileName)" }
    var log: [String] { told.withLock { $0 } }

    func start(connectors: Int = 1, rated: Int? = nil) -> ContactorWear {
        let profiles = (1...connectors).map {
            ConnectorProfile(id: $0, maximumCurrent: 16, phases: .three, ratedClosings: rated)
        }
        return ContactorWear(directory: directory, board: BoardProfile(model: "test", connectors: profiles)) { [self] text in
            told.withLock { $0.append(text) }
        }
    }

    /// Overwrites a byte of the file.
    func spoil(at place: Int) throws {
        let file = open(path, O_WRONLY)
        try #require(file >= 0)
        defer { close(file) }
        #expect(pwrite(file, "x", 1, off_t(place)) == 1)
    }
}

extension ContactorWear {
    fileprivate func cycle(_ connector: Int = 1, times: Int = 1) {
        for _ in 0..<times {
            note(.contactor(connector: connector, .closed))
            note(.contactor(connector: connector, .open))
        }
    }
}

@Suite struct `A contactor's closings` {
    @Test(arguments: [
        ([ContactorState.open, .closed, .open, .closed, .open], 2), ([.closed, .closed, .closed], 1), ([.open, .open], 0),
        // Told to close, and never did.
        ([.stuckOpen, .open, .closed], 1),
        // Welded contacts do not close again, whatever the coil does.
        ([.closed, .welded, .closed, .welded], 1), ([.closed, .stuckOpen, .closed], 2),
    ])
    func `are counted when the contacts close, and only then`(states: [ContactorState], closings: Int) throws {
        let wear = try WearBench().start()
        defer { wear.close() }

        for state in states { wear.note(.contactor(connector: 1, state)) }

        #expect(wear.life(of: 1)?.closings == closings)
    }

    @Test func `outlive the process, each connector's own`() throws {
        let bench = try WearBench()
        let first = bench.start(connectors: 2)
        first.cycle(1, times: 3)
        first.cycle(2)
        first.close()

        let second = bench.start(connectors: 2)
        defer { second.close() }

        #expect(second.life(of: 1)?.closings == 3)
        #expect(second.life(of: 2)?.closings == 1)
        #expect(second.life(of: 3) == nil)
        #expect(bench.log == [])
    }

    @Test func `of a contactor that is closed when the process ends are kept too`() throws {
        let bench = try WearBench()
        let first = bench.start()
        first.note(.contactor(connector: 1, .closed))
        first.close()

        let second = bench.start()
        defer { second.close() }

        #expect(second.life(of: 1)?.closings == 1)
    }

    @Test func `of a connector that was taken out are there when it comes back`() throws {
        let bench = try WearBench()
        let both = bench.start(connectors: 2)
        both.cycle(2, times: 5)
        both.close()
        let one = bench.start(connectors: 1)
        one.cycle()
        one.close()

        let again = bench.start(connectors: 2)
        defer { again.close() }

        #expect(again.life(of: 1)?.closings == 1)
        #expect(again.life(of: 2)?.closings == 5)
    }

    /// The slots are written in turn, so a supply that fails in the middle of one leaves the other.
    @Test func `survive a torn block with the count before`() throws {
        let bench = try WearBench()
        for _ in 1...4 {
            let wear = bench.start()
            wear.cycle()
            wear.close()
        }
        // The fourth writing went to the first slot.
        try bench.spoil(at: 20)

        let after = bench.start()
        #expect(after.life(of: 1)?.closings == 3)
        after.cycle()
        after.close()

        let last = bench.start()
        defer { last.close() }
        #expect(last.life(of: 1)?.closings == 4)
        #expect(bench.log == [])
    }

    @Test func `begin at 0 when both blocks are damaged, and the log says so`() throws {
        let bench = try WearBench()
        for _ in 1...2 {
            let wear = bench.start()
            wear.cycle()
            wear.close()
        }
        try bench.spoil(at: 20)
        try bench.spoil(at: 4096 + 20)

        let after = bench.start()
        defer { after.close() }

        #expect(after.life(of: 1)?.closings == 0)
        #expect(bench.log == ["\(bench.path): the contactors' closings are damaged; they begin at 0"])
    }

    @Test func `that cannot be kept are said once, and counted nevertheless`() throws {
        let bench = try WearBench()
        let wear = bench.start()
        rmdir(bench.directory)

        for _ in 1...3 { wear.cycle() }
        wear.close()

        #expect(wear.life(of: 1)?.closings == 3)
        #expect(bench.log.count == 1)
        #expect(bench.log.first?.contains("cannot be kept (No such file or directory)") == true)
    }

    @Test func `are warned of at the rated life: when it is reached, and at each start after`() throws {
        let bench = try WearBench()
        let first = bench.start(rated: 3)
        first.cycle(times: 2)
        #expect(first.life(of: 1)?.isWornOut == false)
        first.cycle(times: 2)
        first.close()
        #expect(first.life(of: 1)?.isWornOut == true)
        #expect(bench.log.count == 1)

        bench.start(rated: 3).close()

        #expect(bench.log.count == 2)
        #expect(bench.log.allSatisfy { $0.hasPrefix("connector 1: the contactor has closed ") })
    }
}
