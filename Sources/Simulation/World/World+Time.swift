import ChargePointCore
import OCPP
import SimulatedBoard
import Units

// Time goes from one instant at which anything is due to the next.
extension World {
    /// One thing happens: somebody does something, or time goes on to the next instant at which anything is due.
    func step() throws(Interruption) {
        statistics.steps += 1
        try survive { () throws(Interruption) in
            if numbers.chance(0.45) {
                act()
            } else {
                try advance(
                    atMost: numbers.chance(0.02) ? .seconds(3600) : numbers.pick([.seconds(1), .seconds(10), .seconds(120)]))
            }
            try drain()
        }
    }

    /// Lets healthy time pass, no longer than until something is so; a restart that was under way happens.
    func pass(_ duration: Duration, until isSo: () -> Bool = { false }) throws(Interruption) {
        let end = clock.elapsed + duration
        while clock.elapsed < end, !isSo() {
            statistics.steps += 1
            try survive { () throws(Interruption) in
                try advance(atMost: end - clock.elapsed)
                try drain()
            }
        }
    }

    /// A process that ends is started again, and so is a machine whose supply failed.
    private func survive(_ body: () throws(Interruption) -> Void) throws(Interruption) {
        do throws(Interruption) { try body() } catch {
            switch error {
            case .violation: throw error
            case .powerLost: try losePower()
            case .processEnded: try restartProcess()
            }
        }
    }

    /// Lets time go on to the next instant at which anything is due, and carries that out.
    func advance(atMost limit: Duration) throws(Interruption) {
        let deadline = chargePoint.deadline.map(clock.instant(ofUptime:))
        var target = clock.elapsed + limit
        for instant in [deadline, agenda.next, board.nextChange.map { clock.elapsed + $0 }] {
            if let instant { target = min(target, max(instant, clock.elapsed)) }
        }
        let duration = target - clock.elapsed
        clock.advance(by: duration)
        report(board.advance(by: duration))
        try drain()
        while let event = agenda.takeDue(at: clock.elapsed) {
            try carryOut(event)
            try drain()
        }
        if let deadline = chargePoint.deadline, clock.uptime >= deadline { inbox.append(.tick) }
    }

    func drain() throws(Interruption) {
        while !inbox.isEmpty { try take(inbox.removeFirst()) }
        try observe(.settled)
    }
}
