import ChargePointCore
import OCPP
import Testing

/// Judges every reaction by what may never happen, whatever the test is about.
struct Judge {
    /// False where MinimumStatusDuration keeps statuses from being told.
    var knowsEveryStatus = true
    private(set) var unanswered: Set<MessageId> = []
    private var told: [ConnectorId: ChargePointStatus] = [:]

    mutating func connectionBegan() {
        told = [:]
        // Whoever asked on the connection before waits no more.
        unanswered = []
    }
    mutating func asked(_ id: MessageId) { unanswered.insert(id) }

    /// After the records are on disk, before the effects are carried out.
    mutating func reacted(_ reaction: Reaction, _ store: some RecordStore) {
        for effect in reaction.then {
            switch effect {
            case .closeContactor(let id):
                #expect(!reaction.now.contains(.openContactor(id)), "told to open and to close at once")
                let isOnDisk = (try? store.openConnectors.contains(id)) ?? false
                #expect(isOnDisk, "contactor \(id) closes before its transaction is on disk")
            case .send(.call(_, .statusNotification(let notification))): told(notification)
            case .send(.result(let id, _)), .send(.error(let id, _)):
                #expect(unanswered.remove(id) != nil, "request \(id) is answered twice, or was never asked")
            default: break
            }
        }
    }

    private mutating func told(_ notification: StatusNotification) {
        let (id, status) = (notification.connectorId, notification.status)
        if knowsEveryStatus {
            let old = told[id] ?? status
            #expect(
                StatusTable.allows(old, status, of: id),
                "connector \(id): \(old.rawValue) → \(status.rawValue) is not in §4.9's table")
        }
        told[id] = status
    }
}
