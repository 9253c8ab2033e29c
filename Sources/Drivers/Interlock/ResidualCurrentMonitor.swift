/// The residual-current device: its trip is kept, and its self-test comes before each closing. Pure; time comes from outside.
///
/// Nothing here ever ends a trip: not the device when it re-arms itself, not a vehicle that leaves. Whoever resets the charge point
/// has looked; a device that is still tripped then trips anew.
struct ResidualCurrentMonitor: Sendable, Equatable {
    enum Phase: Sendable, Equatable {
        case armed
        /// Told to trip, and has until then.
        case testing(until: Duration)
        /// It tripped as told; it has until then to come back.
        case recovering(until: Duration)
        case tripped(underTest: Bool)
    }

    enum Finding: Sendable, Equatable {
        case driveTest(Bool)
        case tripped
        case testFailed
        case testPassed
    }

    let hasTest: Bool
    let within: Duration
    private(set) var phase = Phase.armed

    init(hasTest: Bool, within: Duration) {
        self.hasTest = hasTest
        self.within = within
    }

    var isTripped: Bool { if case .tripped = phase { true } else { false } }

    /// - Returns: what to do; without a test line it has passed at once.
    mutating func test(at now: Duration) -> [Finding] {
        guard phase == .armed else { return [] }
        guard hasTest else { return [.testPassed] }
        phase = .testing(until: now + within)
        return [.driveTest(true)]
    }

    /// - Parameter wasPulsed: it was active for a moment and is no longer.
    mutating func trip(isActive: Bool, wasPulsed: Bool, at now: Duration) -> [Finding] {
        switch phase {
        case .armed:
            guard isActive || wasPulsed else { return [] }
            phase = .tripped(underTest: false)
            return [.tripped]
        case .testing:
            guard isActive || wasPulsed else { return [] }
            guard isActive else {
                phase = .armed
                return [.driveTest(false), .testPassed]
            }
            phase = .recovering(until: now + within)
            return [.driveTest(false)]
        case .recovering:
            guard !isActive else { return [] }
            phase = .armed
            return [.testPassed]
        case .tripped: return []
        }
    }

    mutating func advance(to now: Duration) -> [Finding] {
        guard let deadline, now >= deadline else { return [] }
        phase = .tripped(underTest: true)
        return [.driveTest(false), .testFailed]
    }

    var deadline: Duration? {
        switch phase {
        case .testing(let until), .recovering(let until): until
        case .armed, .tripped: nil
        }
    }
}
