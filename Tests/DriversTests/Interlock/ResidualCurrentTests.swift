import BoardSupport
@testable import Drivers
import Testing
import Units

@Suite struct `A residual-current device` {
    static func bench(test: Bool) throws -> LineBench {
        try LineBench(
            LineBench.configuration {
                $0.residualCurrent = ResidualCurrentConfiguration(
                    trip: .line("trip"), test: test ? .line("test") : nil, within: .milliseconds(60))
            })
    }

    @Test func `that trips opens, and never resets by itself`() throws {
        let bench = try Self.bench(test: false)
        defer { bench.board.close() }
        try bench.charge()

        try bench.lines[input: "trip"].set(true)
        bench.log.expect(.fault(connector: 1, .residualCurrent, isActive: true))
        #expect(try !bench.isEnergised)
        try bench.lines[input: "trip"].set(false)
        try bench.vehicle(.a)
        try bench.vehicle(.c)

        #expect(throws: ContactorFault.interlocked(Hazard.residualCurrent.description)) { try bench.contactor.close() }
        #expect(!bench.log.all.contains(.fault(connector: 1, .residualCurrent, isActive: false)))
    }

    @Test func `that trips for a moment only has tripped`() throws {
        let bench = try Self.bench(test: false)
        defer { bench.board.close() }
        try bench.charge()

        try bench.lines[input: "trip"].pulse()

        bench.log.expect(.fault(connector: 1, .residualCurrent, isActive: true))
        #expect(try !bench.isEnergised)
    }

    @Test func `is tested before each closing, which waits for it`() throws {
        let bench = try Self.bench(test: true)
        defer { bench.board.close() }
        let trip = try bench.lines[input: "trip"]
        let coil = try bench.lines[output: "coil"]
        let wasEarly = LineBench.Shared(false)
        try bench.lines[output: "test"].whenSet { isActive in
            if coil.isActive { wasEarly.value = true }
            trip.set(isActive)
        }

        try bench.charge()

        #expect(try bench.lines[output: "test"].writes.prefix(2) == [true, false])
        #expect(!wasEarly.value)
        #expect(!bench.log.all.contains(.fault(connector: 1, .residualCurrent, isActive: true)))
    }

    @Test func `that does not trip under test forbids closing`() throws {
        let bench = try Self.bench(test: true)
        defer { bench.board.close() }
        bench.log.expect(.contactor(connector: 1, .open))
        try bench.vehicle(.c)

        try bench.contactor.close()

        bench.log.expect(.fault(connector: 1, .residualCurrentTest, isActive: true))
        #expect(try !bench.lines[output: "coil"].writes.contains(true))
        #expect(try !bench.lines[output: "test"].isActive)
        #expect(throws: ContactorFault.self) { try bench.contactor.close() }
    }

    @Test func `that does not come back after its test has tripped`() {
        var monitor = ResidualCurrentMonitor(hasTest: true, within: .milliseconds(100))
        #expect(monitor.test(at: .zero) == [.driveTest(true)])
        #expect(monitor.trip(isActive: true, wasPulsed: false, at: .milliseconds(20)) == [.driveTest(false)])

        #expect(monitor.advance(to: .milliseconds(119)).isEmpty)
        #expect(monitor.advance(to: .milliseconds(120)) == [.driveTest(false), .testFailed])
        #expect(monitor.isTripped)
    }

    @Test func `whose test is under way when the vehicle leaves does not close afterwards`() throws {
        let bench = try Self.bench(test: true)
        defer { bench.board.close() }
        bench.log.expect(.contactor(connector: 1, .open))
        try bench.vehicle(.c)
        let trip = try bench.lines[input: "trip"]
        try bench.contactor.close()

        try bench.contactor.open()
        trip.set(true)
        trip.set(false)

        bench.log.expect("the test is over") { _ in ((try? bench.lines[output: "test"].isActive) ?? true) == false }
        #expect(try !bench.lines[output: "coil"].writes.contains(true))
    }
}
