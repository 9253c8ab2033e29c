import ChargePointCore
import OCPP

/// 3. Every change of a connector's status is one of OCPP 1.6 §4.9's table (errata 3.20: B6), in what is notified within a
/// connection and in what the core says of itself.
struct StatusChecker: Checker {
    private var shown: [ChargePointStatus] = []
    /// When it changed last, where it did in this start.
    private var changedAt: [ConnectorId: Duration] = [:]
    /// Since when everything is to be told anew.
    private var anewSince = Duration.zero
    /// How long an answer may be under way while all is in order (MessageTimeout is at most 30 s here).
    private static let patience = Duration.seconds(30)
    /// What this connection was told last.
    private var notified: [ConnectorId: ChargePointStatus] = [:]
    /// MinimumStatusDuration leaves statuses out: the table judges what is before that filter.
    private var isFiltered = false

    mutating func observe(_ observation: Observation, in world: World) throws(Violation) {
        switch observation {
        case .ended:
            shown = []
            changedAt = [:]
            notified = [:]
        case .input(.linkOpened), .input(.linkClosed):
            notified = [:]
            anewSince = world.clock.elapsed
            isFiltered = false
        case .discarded: shown = world.view.connectors.map(\.status)
        case .reaction: try judge(world)
        case .effect(.send(.call(_, .bootNotification))):
            // Accepted anew, everything is told anew.
            notified = [:]
            anewSince = world.clock.elapsed
        case .effect(.send(.call(_, .statusNotification(let notification)))): try judge(notification, world.view)
        case .calm, .healed: try judgeEnd(world.view, at: world.clock.elapsed)
        default: break
        }
    }

    /// In the end the Central System knows what is true.
    private func judgeEnd(_ view: ChargePointView, at now: Duration) throws(Violation) {
        // After an update has started it anew, the last words may still be under way.
        guard view.registration == .accepted, now - anewSince >= Self.patience else { return }
        // "After (re-)connection the Charge Point reports the status of connector 0 to n" (errata 3.22).
        guard notified[.chargePoint] == view.status else {
            throw Violation("status", "connector 0 is \(view.status.rawValue), the Central System was not told")
        }
        for connector in view.connectors where notified[connector.id] != connector.status {
            // What changed just now, as when an installation begins, still waits for the answer to the CALL before it.
            if let since = changedAt[connector.id], now - since < Self.patience { continue }
            let told = notified[connector.id]?.rawValue ?? "nothing"
            throw Violation(
                "status", "connector \(connector.id) is \(connector.status.rawValue), the Central System was told \(told)")
        }
    }

    private mutating func judge(_ world: World) throws(Violation) {
        if world.chargePoint.configuration.text(.minimumStatusDuration) != "0" { isFiltered = true }
        let view = world.view
        let statuses = view.connectors.map(\.status)
        for (id, (before, after)) in zip(1..., zip(shown, statuses)) where before != after {
            guard Self.isInTable(before, after) || Self.isBridged(before, after) else {
                throw Violation("status", "connector \(id) shows \(after.rawValue) after \(before.rawValue): not in §4.9's table")
            }
        }
        for (connector, before) in zip(view.connectors, shown) where connector.status != before {
            changedAt[connector.id] = world.clock.elapsed
        }
        shown = statuses
        try judgeOwn(view.status)
    }

    private func judgeOwn(_ status: ChargePointStatus) throws(Violation) {
        guard [.available, .unavailable, .faulted].contains(status) else {
            throw Violation("status", "connector 0 shows \(status.rawValue)")
        }
    }

    private mutating func judge(_ notification: StatusNotification, _ view: ChargePointView) throws(Violation) {
        let before = notified.updateValue(notification.status, forKey: notification.connectorId)
        if notification.connectorId == .chargePoint { return try judgeOwn(notification.status) }
        guard let before, before != notification.status, !isFiltered, view.registration == .accepted else { return }
        guard Self.isInTable(before, notification.status) else {
            throw Violation(
                "status",
                "connector \(notification.connectorId) is notified as \(notification.status.rawValue) after \(before.rawValue): "
                    + "not in §4.9's table")
        }
    }

    /// Rows: from.
    static func isInTable(_ from: ChargePointStatus, _ to: ChargePointStatus) -> Bool {
        let columns: [ChargePointStatus]
        switch from {
        case .available: columns = [.preparing, .charging, .suspendedEV, .suspendedEVSE, .reserved, .unavailable, .faulted]
        case .preparing: columns = [.available, .charging, .suspendedEV, .suspendedEVSE, .finishing, .faulted]
        case .charging: columns = [.available, .suspendedEV, .suspendedEVSE, .finishing, .unavailable, .faulted]
        case .suspendedEV: columns = [.available, .charging, .suspendedEVSE, .finishing, .unavailable, .faulted]
        case .suspendedEVSE: columns = [.available, .charging, .suspendedEV, .finishing, .unavailable, .faulted]
        case .finishing: columns = [.available, .preparing, .unavailable, .faulted]
        case .reserved: columns = [.available, .preparing, .unavailable, .faulted]
        case .unavailable: columns = [.available, .preparing, .charging, .suspendedEV, .suspendedEVSE, .faulted]
        case .faulted:
            columns = [.available, .preparing, .charging, .suspendedEV, .suspendedEVSE, .finishing, .reserved, .unavailable]
        }
        return columns.contains(to)
    }

    /// Two steps of the table that one input makes at once; notified one by one.
    private static func isBridged(_ from: ChargePointStatus, _ to: ChargePointStatus) -> Bool {
        switch (from, to) {
        case (.preparing, .unavailable), (.unavailable, .finishing), (.finishing, .charging), (.finishing, .suspendedEV),
            (.finishing, .suspendedEVSE), (.charging, .preparing), (.suspendedEV, .preparing), (.suspendedEVSE, .preparing),
            (.reserved, .charging), (.reserved, .suspendedEV), (.reserved, .suspendedEVSE), (.reserved, .finishing),
            (.preparing, .reserved), (.available, .finishing):
            true
        default: false
        }
    }
}
