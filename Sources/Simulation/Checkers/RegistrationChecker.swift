import ChargePointCore
import OCPP

/// 6. Before Accepted only what OCPP 1.6 §4.2 allows: BootNotification when its interval is over, and what a TriggerMessage asked
/// for while Pending; nothing at all while Rejected.
struct RegistrationChecker: Checker {
    private var status: RegistrationStatus?
    private var boots: Set<MessageId> = []
    private var triggered: Set<Action> = []
    private var nextBoot = Duration.zero
    private static let rule = "registration"

    mutating func observe(_ observation: Observation, in world: World) throws(Violation) {
        switch observation {
        case .ended:
            status = nil
            nextBoot = .zero
            forget()
        case .input(.linkOpened), .input(.linkClosed): forget()
        case .input(.received(.call(_, .triggerMessage(let request)), _)):
            if let message = request.requestedMessage { triggered.insert(Self.action(of: message)) }
            if request.requestedMessage == .bootNotification, status != .rejected { nextBoot = .zero }
        case .input(.received(.call(_, .extendedTriggerMessage(let request)), _)):
            if request.requestedMessage == .logStatusNotification { triggered.insert(.logStatusNotification) }
        case .reaction(let input, _): try changed(input, world)
        case .discarded: status = world.view.registration
        case .effect(.send(let frame)): try sent(frame, world)
        default: break
        }
    }

    private mutating func forget() {
        boots = []
        triggered = []
    }

    private mutating func changed(_ input: Input, _ world: World) throws(Violation) {
        let now = world.view.registration
        defer { status = now }
        guard now != status, let now else { return }
        guard case .received(.result(let id, let payload), _) = input, boots.contains(id) else {
            throw Violation(Self.rule, "\(now.rawValue) without an answer to BootNotification, after \(input)")
        }
        do {
            let confirmation = try payload.decode(BootNotification.Confirmation.self)
            guard confirmation.status == now else { throw PayloadError(path: "status", problem: "\(confirmation.status)") }
            if now != .accepted, confirmation.interval > 0 { nextBoot = world.clock.uptime + .seconds(confirmation.interval) }
        } catch { throw Violation(Self.rule, "\(now.rawValue) after an answer that says otherwise: \(error)") }
    }

    private mutating func sent(_ frame: OutgoingFrame, _ world: World) throws(Violation) {
        guard case .call(let id, let request) = frame else {
            if status == .rejected { throw Violation(Self.rule, "an answer is sent while Rejected") }
            return
        }
        if case .bootNotification = request {
            boots.insert(id)
            guard world.clock.uptime >= nextBoot else {
                throw Violation(Self.rule, "BootNotification is repeated before its interval")
            }
            return
        }
        guard status != .accepted else { return }
        guard status != .rejected, triggered.contains(request.action) else {
            throw Violation(Self.rule, "\(request.action.rawValue) is sent while \(status?.rawValue ?? "not registered")")
        }
    }

    private static func action(of trigger: MessageTrigger) -> Action {
        switch trigger {
        case .bootNotification: .bootNotification
        case .diagnosticsStatusNotification: .diagnosticsStatusNotification
        case .firmwareStatusNotification: .firmwareStatusNotification
        case .heartbeat: .heartbeat
        case .meterValues: .meterValues
        case .statusNotification: .statusNotification
        }
    }
}
