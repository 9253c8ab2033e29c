import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

// What a test asks of the world.
extension World {
    /// What a start would find on disk now.
    var saved: Snapshot {
        do { return try MemoryRecordStore(state: store.state).begin() } catch {
            Issue.record("the store cannot be read: \(error)")
            return Snapshot()
        }
    }

    func status(_ number: Int = 1) -> ChargePointStatus {
        number == 0 ? chargePoint.view.status : chargePoint.view.connectors[number - 1].status
    }
    func transaction(_ number: Int = 1) -> TransactionView? { chargePoint.view.connectors[number - 1].transaction }

    /// Sessions on disk, the newest first.
    var sessions: [SessionEntry] {
        do { return try store.sessions(SessionQuery(limit: 1000)).sessions } catch {
            Issue.record("the store cannot be read: \(error)")
            return []
        }
    }

    /// What waits or is parked, the oldest first.
    var queueEntries: [QueueEntry] {
        do { return try store.queueEntries(limit: 1000) } catch {
            Issue.record("the store cannot be read: \(error)")
            return []
        }
    }

    var records: [Record] { reactions.flatMap(\.record) }
    var effects: [Effect] { reactions.flatMap(\.then) }
    var calls: [ChargePointRequest] {
        sent.compactMap { frame in
            if case .call(_, let request) = frame { request } else { nil }
        }
    }
    var callIds: [MessageId] {
        sent.compactMap { frame in
            if case .call(let id, _) = frame { id } else { nil }
        }
    }

    func calls(_ action: Action) -> [ChargePointRequest] { calls.filter { $0.action == action } }

    var starts: [StartTransaction] {
        calls.compactMap { request in
            if case .startTransaction(let start) = request { start } else { nil }
        }
    }
    var stops: [StopTransaction] {
        calls.compactMap { request in
            if case .stopTransaction(let stop) = request { stop } else { nil }
        }
    }
    var meterValues: [MeterValues] {
        calls.compactMap { request in
            if case .meterValues(let values) = request { values } else { nil }
        }
    }
    var notifications: [StatusNotification] {
        calls.compactMap { request in
            if case .statusNotification(let notification) = request { notification } else { nil }
        }
    }
    var securityEvents: [SecurityEventNotification] {
        calls.compactMap { if case .securityEventNotification(let message) = $0 { message } else { nil } }
    }
    var diagnosticsStatuses: [DiagnosticsStatus] {
        calls.compactMap { if case .diagnosticsStatusNotification(let message) = $0 { message.status } else { nil } }
    }
    var logStatuses: [LogStatusNotification] {
        calls.compactMap { if case .logStatusNotification(let message) = $0 { message } else { nil } }
    }
    var uploads: [LogUpload] { effects.compactMap { if case .uploadLog(let upload) = $0 { upload } else { nil } } }
    /// Statuses told of a connector, in order.
    func statuses(_ number: Int = 1) -> [ChargePointStatus] {
        notifications.filter { $0.connectorId.value == number }.map(\.status)
    }
    var answers: [OperatorAnswer] {
        effects.compactMap { effect in
            if case .answer(let answer, _) = effect { answer } else { nil }
        }
    }
    /// But for security events, which have a log of their own.
    var warnings: [String] {
        effects.compactMap { effect in
            if case .log(.warning, let text) = effect, !text.hasPrefix("security event ") { text } else { nil }
        }
    }

    /// Everything from here on: what came before is forgotten.
    mutating func forget() {
        sent = []
        reactions = []
    }
}

extension RecordStore {
    /// Connectors with a session that is open on disk.
    var openConnectors: [ConnectorId] {
        get throws { try sessions(SessionQuery(limit: 1000)).sessions.filter { $0.stoppedAt == nil }.map(\.connectorId) }
    }
}
