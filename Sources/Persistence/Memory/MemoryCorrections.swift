import ChargePointCore
import OCPP
import Units

// What is done to many rows at once: thinning, and the correction of times.
extension MemoryRecordStore.State {
    mutating func thinMeterValues() {
        var counts: [Int64: Int] = [:]
        messages.removeAll { message in
            guard case .meterValues = message.kind, message.status == .queued, message.attempts == 0 else { return false }
            counts[message.session, default: 0] += 1
            return counts[message.session, default: 0] % 2 == 0
        }
    }

    var hasUncorrectedTimes: Bool {
        sessions.contains { session in
            !session.start.time.isTrusted || !session.lastAlive.isTrusted || !(session.end?.time.isTrusted ?? true)
                || session.transactionData.contains { !$0.time.isTrusted }
        }
            || messages.contains { message in
                if case .meterValues(_, let sample) = message.kind { !sample.time.isTrusted } else { false }
            }
    }

    mutating func correct(_ correction: ClockCorrection) {
        for index in sessions.indices { correct(&sessions[index], correction) }
        for index in messages.indices {
            switch messages[index].kind {
            case .start: messages[index].createdAt = session(of: messages[index])?.start.time.time ?? messages[index].createdAt
            case .stop: messages[index].createdAt = session(of: messages[index])?.end?.time.time ?? messages[index].createdAt
            case .meterValues(let connector, var sample):
                sample.time = correction.corrected(sample.time)
                messages[index].kind = .meterValues(connector, sample)
                messages[index].createdAt = sample.time.time
            }
        }
        // What stood in the future of a wrong clock no longer holds the clock back.
        lastRecordedTime = sessions.flatMap { [$0.start.time.time, $0.lastAlive.time, $0.end?.time.time].compactMap { $0 } }.max()
    }

    private func session(of message: Message) -> Session? { sessionIndex(row: message.session).map { sessions[$0] } }

    private func correct(_ session: inout Session, _ correction: ClockCorrection) {
        let times = [session.start.time, session.end?.time].compactMap { $0 }
        if times.contains(where: { correction.corrected($0) != $0 }) { session.isClockCorrected = true }
        session.start.time = correction.corrected(session.start.time)
        if !session.lastAlive.isTrusted {
            session.lastAlive = correction.corrected(session.lastAlive).notBefore(session.start.time)
        }
        if let end = session.end {
            if !end.time.isTrusted { session.end?.time = correction.corrected(end.time).notBefore(session.start.time) }
            if session.isClockCorrected { session.end?.flags.insert(.clockCorrected) }
        }
        for place in session.transactionData.indices {
            session.transactionData[place].time = correction.corrected(session.transactionData[place].time)
        }
    }
}
