import ChargePointCore
import OCPP
import SimulatedBoard
import Units

// What a shell or a store with a planted defect makes of what the core says.
extension World {
    /// What a defective shell makes of an effect.
    func spoiled(_ effect: Effect) throws(Interruption) -> Effect {
        switch (variant, effect) {
        case (.offersTooMuch, .offer(let id, let current?)): return .offer(id, current * 2)
        case (.ignoresLowerOffers, .offer(let id, let current?)):
            if let before = board.connectors[id.value - 1].offer, current < before { return .offer(id, before) }
        case (.answersTwice, .send(.result)):
            try perform(effect)
            try observe(.effect(effect))
        case (.swallowsStatus, .send(.call(let id, .statusNotification))) where numbers.chance(0.2):
            return swallow(id)
        case (.keepsStatusAfterReconnect, .send(.call(let id, .statusNotification(let notification)))):
            let isKnown = lastTold.updateValue(notification.status, forKey: notification.connectorId) == notification.status
            if isKnown { return swallow(id) }
        case (.repeatsStop, .send(.call(_, let request))):
            if case .stopTransaction = request {
                lastStop = request
            } else if let stop = lastStop {
                lastStop = nil
                try perform([.send(.call("again", stop))])
            }
        default: break
        }
        return effect
    }

    private func swallow(_ id: MessageId) -> Effect {
        inbox.append(.received(.result(id, Payload(text: "{}")), CardLookup()))
        return .log(.debug, "a StatusNotification is swallowed")
    }

    /// What a defective store keeps of records.
    func spoiled(_ records: [Record]) -> [Record] {
        switch variant {
        case .dropsMessage where numbers.chance(0.2):
            return records.filter { if case .meterValues = $0 { false } else { true } }
        case .forgetsFallback:
            return records.filter { if case .trialBegan = $0 { false } else { true } }
        case .dropsAfterAttempts:
            return records.map { record in
                if case .messageParked(let id, _) = record { .messageDelivered(id) } else { record }
            }
        case .forgetsToldEvents: return records.filter { if case .securityEventSettled = $0 { false } else { true } }
        case .dropsSecurityEvents where numbers.chance(0.3):
            return records.filter { if case .securityEvent = $0 { false } else { true } }
        case .stepsClockTwice:
            return records.map { record in
                guard case .clockBecameKnown(var correction) = record else { return record }
                correction.anchor = correction.anchor + correction.shift
                correction.shift = correction.shift * 2
                return .clockBecameKnown(correction)
            }
        case .tearsLocalList:
            return records.map { record in
                guard case .localListUpdated(var update) = record else { return record }
                update.entries.removeLast(update.entries.count / 2)
                return .localListUpdated(update)
            }
        default: return records
        }
    }

    /// What a defective store answers.
    func spoiled(_ message: QueuedMessage?) -> QueuedMessage? {
        guard variant == .rendersIdEarly, var message, earlyMessages.contains(message.id) else { return message }
        message.transactionId = .startParked
        return message
    }
}
