public import BoardSupport
import Synchronization
import Units

/// One connector's drivers on the live board.
struct SimulatedConnectorDrivers: Contactor, ControlPilot, EnergyMeter, CableLock {
    let board: LiveBoard
    /// The connector's number.
    let number: Int

    func close() throws(ContactorFault) {
        let isDone = try board.change { (model) throws(ContactorFault) in try model[connector: number].close() }
        guard isDone else { throw .notDriven("the simulated board is shut down") }
    }

    func open() throws(ContactorFault) { board.change { $0[connector: number].open() } }

    func offer(_ current: Amperes?) { board.change { $0[connector: number].offer(current) } }

    func signalFault() { board.change { $0[connector: number].signalFault() } }

    func read() async throws(MeterFault) -> MeterReading {
        try board.read { (model) throws(MeterFault) in try model[connector: number].readMeter() }
    }

    func lock() { board.change { $0[connector: number].engageLock() } }

    func unlock() { board.change { $0[connector: number].releaseLock() } }
}

/// A lamp that remembers what it shows.
public final class SimulatedLamp: Lamp {
    /// What the lamp shows.
    public struct Shown: Sendable, Equatable {
        public var signal: LampSignal = .off
        /// Percent of the maximum, 0…100.
        public var intensity = 0
        /// Blinks since the process started.
        public var blinks = 0
    }

    private let state = Mutex(Shown())

    init() {}

    public var shown: Shown { state.withLock { $0 } }

    public func show(_ signal: LampSignal, intensity: Int) {
        state.withLock {
            $0.signal = signal
            $0.intensity = min(max(intensity, 0), 100)
        }
    }

    public func blink(times: Int) { state.withLock { $0.blinks += max(times, 0) } }
}
