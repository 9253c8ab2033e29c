import BoardSupport
@testable import Drivers
import Testing
import Units

@Suite(.serialized) struct `Every plug lock` {
    /// Lines whose bolt follows motor and release, unless it is jammed.
    private struct BoltBench {
        let bench: LineBench
        private let isPulsed: Bool
        let isJammed = LineBench.Shared(false)
        let isEngaged = LineBench.Shared(false)

        init(_ lock: GPIOLockConfiguration) throws {
            bench = try LineBench(LineBench.configuration { $0.lock = lock })
            isPulsed = if case .pulse = lock.drive { true } else { false }
            let (isJammed, isEngaged) = (isJammed, isEngaged)
            let feedback = lock.feedback == nil ? nil : try bench.lines[input: "bolt"]
            @Sendable func move(_ engaged: Bool) {
                guard !isJammed.value else { return }
                isEngaged.value = engaged
                feedback?.set(engaged)
            }
            if isPulsed {
                try bench.lines[output: "motor"].whenSet { if $0 { move(true) } }
                try bench.lines[output: "release"].whenSet { if $0 { move(false) } }
            } else {
                try bench.lines[output: "motor"].whenSet { move($0) }
            }
        }

        /// Freed, a bolt that a steady line holds goes where that line wants it.
        func jam(_ jams: Bool) throws {
            isJammed.value = jams
            if jams || isPulsed { return }
            isEngaged.value = try bench.lines[output: "motor"].isActive
            try bench.lines[input: "bolt"].set(isEngaged.value)
        }

        func letGo() throws {
            isEngaged.value = false
            try bench.lines[input: "bolt"].set(false)
        }

        func check(hasFeedback: Bool = true) throws {
            defer { bench.board.close() }
            try checkLock(
                LockUnderTest(
                    lock: try #require(bench.board.connectors[0].lock), contactor: bench.contactor, log: bench.log,
                    ask: { try bench.vehicle(.c) }, isEngaged: { isEngaged.value },
                    jam: hasFeedback ? { try jam($0) } : nil, letGo: hasFeedback ? { try letGo() } : nil))
        }
    }

    @Test func `held by a steady line keeps the rules`() throws {
        try BoltBench(
            GPIOLockConfiguration(motor: .line("motor"), feedback: .line("bolt"), within: .milliseconds(60))
        ).check()
    }

    @Test func `with a pulsed motor keeps the rules`() throws {
        try BoltBench(
            GPIOLockConfiguration(
                motor: .line("motor"), drive: .pulse(release: .line("release"), .milliseconds(20)), feedback: .line("bolt"),
                within: .milliseconds(60))
        ).check()
    }

    @Test func `that is only believed keeps the rules`() throws {
        try BoltBench(GPIOLockConfiguration(motor: .line("motor"), within: .milliseconds(40))).check(hasFeedback: false)
    }

    @Test func `that is simulated keeps the rules`() async throws {
        try await SimulatedBench.waiting { bench in
            try checkLock(
                LockUnderTest(
                    lock: try #require(bench.connector.lock), contactor: bench.connector.contactor, log: bench.log,
                    ask: {
                        try bench.vehicle(asks: true)
                        bench.connector.lock?.unlock()
                    }, isEngaged: { bench.simulator.truth()[0].isLocked },
                    jam: { try bench.simulator.setLock(connector: 1, $0 ? .stuck : nil) },
                    letGo: { try bench.simulator.setLock(connector: 1, .released) }))
        }
    }
}
