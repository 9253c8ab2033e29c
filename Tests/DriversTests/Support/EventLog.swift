import BoardSupport
@testable import Drivers
import Synchronization
import Testing
import Units
import Threads

/// What a board has said, and a bounded wait for what it is about to say.
final class EventLog: Sendable {
    private let events = Mutex<[BoardEvent]>([])
    private let arrived: Signal

    init() throws { arrived = try Signal() }

    func add(_ event: BoardEvent) {
        events.withLock { $0.append(event) }
        arrived.raise()
    }

    var all: [BoardEvent] { events.withLock { $0 } }
    func forget() { events.withLock { $0 = [] } }

    /// Waits until the board has said it, for 5 s at most.
    func expect(_ event: BoardEvent, _ location: SourceLocation = #_sourceLocation) {
        expect("\(event)", location) { $0.contains(event) }
    }

    func expect(_ what: String, _ location: SourceLocation = #_sourceLocation, _ isDone: ([BoardEvent]) -> Bool) {
        let until = uptime() + .seconds(5)
        while !isDone(all) {
            guard uptime() < until else {
                Issue.record("never said: \(what); but: \(all)", sourceLocation: location)
                return
            }
            _ = arrived.wait(for: .milliseconds(20))
            arrived.lower()
        }
    }
}

/// Waits until something is so, for 5 s at most.
func eventually(_ what: String, _ location: SourceLocation = #_sourceLocation, _ isSo: () -> Bool) throws {
    let never = try Signal()
    let until = uptime() + .seconds(5)
    while !isSo() {
        guard uptime() < until else {
            Issue.record("never so: \(what)", sourceLocation: location)
            return
        }
        _ = never.wait(for: .milliseconds(2))
    }
}
