import BoardSupport
import NIOCore
import Synchronization
import Units

/// Reads one connector's meter: often while a vehicle is there, seldom else, and at once when asked.
///
/// A reading that is asked for begins after the asking: one that was under way then is thrown away.
final class MeterPoller: Sendable {
    static let busyInterval = Duration.seconds(1)
    static let idleInterval = Duration.seconds(10)

    private struct State {
        var isBusy = false
        /// Counts the askings.
        var asked = 0
        /// The last asking was for a signature.
        var signing: SigningRequest?
    }

    private let connector: Int
    private let meter: any EnergyMeter
    private let report: @Sendable (BoardEvent) -> Void
    private let state = Mutex(State())
    private let alarm: Alarm

    init(connector: Int, meter: any EnergyMeter, eventLoop: any EventLoop, report: @escaping @Sendable (BoardEvent) -> Void) {
        self.connector = connector
        self.meter = meter
        self.report = report
        alarm = Alarm(eventLoop: eventLoop)
    }

    /// - Parameter signing: what the meter is to sign for; nil: nothing.
    func readNow(signing: SigningRequest? = nil) {
        state.withLock {
            $0.asked += 1
            $0.signing = signing
        }
        alarm.ring()
    }

    func setBusy(_ isBusy: Bool) {
        let changed = state.withLock { state in
            defer { state.isBusy = isBusy }
            return state.isBusy != isBusy
        }
        if changed { alarm.ring() }
    }

    func run() async {
        while !Task.isCancelled {
            let (asked, signing) = state.withLock { state in
                defer { state.signing = nil }
                return (state.asked, state.signing)
            }
            let event = await reading(signing)
            let (isStale, isBusy) = state.withLock { ($0.asked != asked, $0.isBusy) }
            if isStale { continue }
            report(event)
            await alarm.sleep(for: isBusy ? Self.busyInterval : Self.idleInterval)
        }
    }

    private func reading(_ signing: SigningRequest?) async -> BoardEvent {
        do throws(MeterFault) {
            guard let signing else { return .meter(connector: connector, try await meter.read()) }
            let reading = try await meter.signedReading(signing)
            guard reading.signed != nil else { throw .unsigned("its driver cannot ask for one") }
            return .meter(connector: connector, reading)
        } catch {
            return .meterFailed(connector: connector, reason: error.description)
        }
    }
}
