import BoardSupport
import Synchronization
import Threads
import Units

/// Measures pilots and proximity contacts on a thread of its own: a converter may take its time, and the interlock must not wait for it.
///
/// Voltages have no edges to wait for. While something is connected every pilot is read each 20 ms, else each 100 ms.
final class VoltageSampler: Sendable {
    struct Source: Sendable {
        /// The connector's place on the board.
        var connector: Int
        var high: IIOChannel?
        var low: IIOChannel?
        /// Whether the pilot's oscillator runs.
        var isOscillating: @Sendable () -> Bool = { false }
        var proximity: IIOChannel?
        var rating: @Sendable (Volts) -> CableRating = { _ in .noCable }
    }

    static let fast: Duration = .milliseconds(20)
    static let slow: Duration = .milliseconds(100)

    private let sources: [Source]
    private let interlock: InterlockThread
    private let stop: Signal

    init(_ sources: [Source], interlock: InterlockThread) throws(LineFault) {
        self.sources = sources
        self.interlock = interlock
        stop = try Signal()
    }

    func start() {
        guard !sources.isEmpty else { return }
        PlainThread.start(name: "pilot voltage") { [self] in
            var isBusy = true
            while !stop.wait(for: isBusy ? Self.fast : Self.slow) { isBusy = sample() }
        }
    }

    func close() { stop.raise() }

    /// - Returns: whether anything is connected.
    func sample() -> Bool {
        for source in sources {
            let high = source.high.flatMap { $0.read() }
            let low = source.low.flatMap { $0.read() }
            let rating = source.proximity.flatMap { $0.read() }.map(source.rating)
            interlock.change { safety, now, _ in
                safety.change(source.connector) { connector in
                    // Half a measurement is none: without the negative half a missing diode would pass.
                    if let high, source.low == nil || low != nil {
                        connector.measured(high: high, low: low, isOscillating: source.isOscillating(), at: now)
                    }
                    if let rating { connector.measured(rating, at: now) }
                }
            }
        }
        return interlock.read { $0.connectors.contains { $0.interlock.isPlugged || $0.interlock.pilot != .a } }
    }
}
