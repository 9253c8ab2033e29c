import BoardSupport
import Synchronization
import Units

/// The pilot's generator: duty cycle for a current, 100 % for none, state F for a fault.
final class PWMPilot: ControlPilot {
    private struct State {
        var isFailed = false
        var isFaultSignalled = false
    }

    private let connector: Int
    private let channel: PWMChannel
    private let negative: (any OutputLine)?
    private let report: @Sendable (BoardEvent) -> Void
    private let state = Mutex(State())
    /// The oscillator runs: a duty cycle between its ends.
    private let oscillates = Atomic(false)

    init(connector: Int, channel: PWMChannel, negative: (any OutputLine)?, report: @escaping @Sendable (BoardEvent) -> Void) {
        self.connector = connector
        self.channel = channel
        self.negative = negative
        self.report = report
    }

    var isOscillating: Bool { oscillates.load(ordering: .relaxed) }

    func offer(_ current: Amperes?) {
        let percent = PilotSignal.dutyCycle(offering: current)
        set("offer \(percent) %") { state throws(PWMFault) in
            try channel.set(percent: percent)
            if state.isFaultSignalled {
                try channel.setEnabled(true)
                try? negative?.set(false)
            }
            state.isFaultSignalled = false
            oscillates.store(percent < 100, ordering: .relaxed)
        }
    }

    func signalFault() {
        set("state F") { state throws(PWMFault) in
            state.isFaultSignalled = true
            oscillates.store(false, ordering: .relaxed)
            try? negative?.set(true)
            try channel.set(percent: 0)
            if negative != nil { try channel.setEnabled(false) }
        }
    }

    private func set(_ what: String, _ body: (inout sending State) throws(PWMFault) -> Void) {
        let news: BoardEvent? = state.withLock { state in
            let wasFailed = state.isFailed
            var fault = BoardFault(.evCommunicationError, vendorErrorCode: "PilotGenerator")
            do throws(PWMFault) {
                try body(&state)
                state.isFailed = false
            } catch {
                state.isFailed = true
                fault.info = "\(what): \(error)"
            }
            return state.isFailed == wasFailed ? nil : .fault(connector: connector, fault, isActive: state.isFailed)
        }
        if let news { report(news) }
    }
}
