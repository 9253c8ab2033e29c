import BoardSupport
@testable import Drivers
import Synchronization
import Testing
import Threads
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How long the interlock takes from an input to its coil while the machine is busy. A figure to read, no assertion: a shared machine
/// may stop any thread for as long as it likes.
@Suite struct `The interlock's latency` {
    @Test(.enabled(if: getenv("LADEPUNKT_MEASURE") != nil)) func `is reported`() throws {
        let bench = try Bench(
            Bench.configuration(inputs: [
                InputConfiguration(.emergencyStop, .line("stop", debounce: .zero)), InputConfiguration(.door, .line("door")),
            ]))
        defer { bench.board.close() }
        let isDone = Bench.Shared(false)
        for number in 1...2 {
            PlainThread.start(name: "busy \(number)") {
                var sum: UInt64 = 1
                while !isDone.value { for step in 0..<10_000 { sum = sum &* 31 &+ UInt64(step) } }
                withExtendedLifetime(sum) {}
            }
        }
        defer { isDone.value = true }
        for (line, what) in [("stop", "without debounce"), ("door", "with 5 ms debounce")] {
            var taken: [Double] = []
            for _ in 0..<500 {
                bench.log.expect(.contactor(connector: 1, .open))
                try bench.charge()
                let openedAt = Bench.Shared(Duration.zero)
                let feedback = try bench.lines[input: "feedback"]
                try bench.lines[output: "coil"].whenSet { isEnergised in
                    if !isEnergised, openedAt.value == .zero { openedAt.value = uptime() }
                    feedback.set(isEnergised)
                }
                let begin = uptime()
                try bench.lines[input: line].set(true)
                try eventually("open") { openedAt.value != .zero }
                taken.append(Double(nanoseconds(openedAt.value - begin)) / 1e6)
                try bench.lines[input: line].set(false)
                bench.log.expect(
                    .fault(connector: 0, line == "stop" ? .emergencyStop : .doorOpen, isActive: false))
                try bench.vehicle(.a)
                bench.log.forget()
                try bench.contactor.open()
            }
            taken.sort()
            func percentile(_ part: Double) -> String { "\((taken[Int(Double(taken.count - 1) * part)] * 1000).rounded() / 1000)" }
            print(
                "interlock, \(what), two busy threads, \(taken.count) stops: median \(percentile(0.5)) ms, "
                    + "99 % \(percentile(0.99)) ms, most \(percentile(1)) ms")
        }
    }
}
