import BoardSupport
@testable import Drivers
import Testing
import Units

@Suite struct `Every contactor` {
    @Test func `on lines keeps the rules`() throws {
        let bench = try LineBench()
        defer { bench.board.close() }

        try checkContactor(
            ContactorUnderTest(
                contactor: bench.contactor, log: bench.log, vehicle: { try bench.vehicle($0 ? .c : .b) },
                isConducting: { try bench.isEnergised }))
    }

    @Test func `on lines without an auxiliary contact keeps the rules`() throws {
        let bench = try LineBench(LineBench.configuration { $0.contactor?.feedback = nil })
        defer { bench.board.close() }

        try checkContactor(
            ContactorUnderTest(
                contactor: bench.contactor, log: bench.log, vehicle: { try bench.vehicle($0 ? .c : .b) },
                isConducting: { try bench.isEnergised }))
    }

    @Test func `that is simulated keeps the rules`() async throws {
        try await SimulatedBench.waiting { bench in
            try checkContactor(
                ContactorUnderTest(
                    contactor: bench.connector.contactor, log: bench.log, vehicle: { try bench.vehicle(asks: $0) },
                    isConducting: { bench.simulator.truth()[0].contactor == .closed }))
        }
    }
}
