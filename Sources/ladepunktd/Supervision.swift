import Agent
import ChargePointCore
import OCPP
import Systemd

/// What systemd is told about the charge point while it runs.
struct Supervision: Sendable {
    let notification: ServiceNotification?

    /// For the loop, and for nothing else: a loop that hangs must be missed.
    var signOfLife: SignOfLife? {
        guard let notification, let interval = notification.watchdogInterval else { return nil }
        // Three chances, so that one late turn costs nothing.
        return SignOfLife(every: interval / 3) { notification.say(.watchdog) }
    }

    /// Once the local API listens: when the loop has answered too, the charge point is ready.
    func announce(_ agent: ChargePointAgent) async {
        guard let notification else { return }
        await agent.settle()
        var shown = Self.line(agent.view)
        notification.say(.ready, .status(shown))
        for await _ in agent.changes() {
            let line = Self.line(agent.view)
            guard line != shown else { continue }
            shown = line
            notification.say(.status(line))
        }
    }

    func stopping() { notification?.say(.stopping, .status("stopping; contactors are opened")) }

    private static func line(_ view: ChargePointView) -> String {
        var parts = view.connectors.map { "connector \($0.id) \($0.status.rawValue)" }
        if view.isLinkOpen { parts.append("connected" + (view.registration.map { " (\($0.rawValue))" } ?? "")) }
        if view.queue.queued > 0 { parts.append("\(view.queue.queued) messages wait for the central system") }
        if view.queue.parked > 0 { parts.append("\(view.queue.parked) messages parked") }
        if let failure = view.storageFailure { parts.append("nothing can be recorded: \(failure)") }
        return parts.joined(separator: ", ")
    }
}
