import OCPP
import Units

/// Somebody who waits to hear whether a plug was unlocked.
struct PendingUnlock: Sendable, Equatable {
    var connector: ConnectorId
    var asker: Asker
    var deadline: Duration
    /// The lock was told to open.
    var isTried = false

    enum Asker: Sendable, Equatable {
        case centralSystem(MessageId)
        case `operator`(Int)
    }
}

// UnlockConnector (OCPP 1.6 §5.18): the transaction ends first, and the lock opens only when the contactor is proven open.
extension ChargePoint {
    static let unlockTimeOut = Duration.seconds(15)

    mutating func unlockConnector(_ request: UnlockConnector, _ id: MessageId) { unlock(request.connectorId, .centralSystem(id)) }

    mutating func unlock(_ id: ConnectorId, _ asker: PendingUnlock.Asker) {
        // Errata 3.87: NotSupported where there is no lock, or no such connector.
        guard let index = index(id), connectors[index].lock != nil else { return conclude(asker, .notSupported) }
        stop(index, .unlockCommand)
        connectors[index].lockedFor = nil
        unlocks.append(PendingUnlock(connector: id, asker: asker, deadline: now.uptime + Self.unlockTimeOut))
    }

    mutating func answerUnlocks() {
        var open: [PendingUnlock] = []
        for var unlock in unlocks {
            guard let index = index(unlock.connector) else { continue }
            // A weld keeps the plug, which may be live: no use to wait.
            if connectors[index].contactor == .welded {
                conclude(unlock.asker, .unlockFailed)
                continue
            }
            let isFree = connectors[index].transaction == nil && connectors[index].isProvenOpen
            if isFree && !unlock.isTried {
                // A new attempt even where the lock is believed open: "Hopefully this time the connector unlocks."
                unlock.isTried = true
                connectors[index].command.isLocked = false
                if connectors[index].lock == .locked || connectors[index].lock == .stuck {
                    connectors[index].lock = .locked
                    out.then.append(.unlock(unlock.connector))
                    unlock.deadline = min(unlock.deadline, now.uptime + .seconds(5))
                }
            }
            if unlock.isTried && connectors[index].lock == .unlocked {
                conclude(unlock.asker, .unlocked)
            } else if (unlock.isTried && connectors[index].lock == .stuck) || now.uptime >= unlock.deadline {
                conclude(unlock.asker, .unlockFailed)
            } else {
                open.append(unlock)
            }
        }
        unlocks = open
    }

    private mutating func conclude(_ asker: PendingUnlock.Asker, _ status: UnlockStatus) {
        switch asker {
        case .centralSystem(let id): reply(id, .unlockConnector(.init(status: status)))
        case .operator(let number): out.then.append(.answer(.unlock(status), request: number))
        }
    }
}
