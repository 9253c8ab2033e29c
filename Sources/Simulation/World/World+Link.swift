import ChargePointCore
import OCPP
import SimulatedBoard
import Units

// Frames on their way, and what is due at an instant.
extension World {
    func send(_ frame: OutgoingFrame) throws(Interruption) {
        let text = frame.encoded()
        trace.sent(text, at: clock.elapsed)
        statistics.frames += 1
        if case .call(let id, let request) = frame { try check(text, id, request) }
        guard let arrival = link.arrival(.toCentralSystem, at: clock.elapsed, troubles, &numbers) else { return }
        if case .result(let id, .changeConfiguration(let confirmation)) = frame, changesCredentials {
            admission.answered(id, confirmation.status, &numbers)
        }
        guard case .call(let id, let request) = frame else { return }
        agenda.plan(.centralSystemReceives(id, request, connection: link.connection), at: arrival)
    }

    /// What is sent reads back as what was meant.
    private func check(_ text: String, _ id: MessageId, _ request: ChargePointRequest) throws(Interruption) {
        let head = "[2,\"\(id)\",\"\(request.action.rawValue)\","
        guard text.hasPrefix(head), text.hasSuffix("]") else { throw .violation(Violation("frames", "not a CALL: \(text)")) }
        let payload = Payload(text: String(text.dropFirst(head.count).dropLast()))
        do {
            let read = try ChargePointRequest(action: request.action, payload: payload)
            guard read.payloadJSON() == payload.text else {
                throw PayloadError(path: "", problem: "reads as \(read.payloadJSON())")
            }
        } catch { throw .violation(Violation("frames", "\(text): \(error)")) }
    }

    func carryOut(_ event: Agenda.Event) throws(Interruption) {
        switch event {
        case .centralSystemReceives(let id, let request, let connection):
            guard connection == link.connection else { return }
            try observe(.delivered(id))
            for reply in centralSystem.answer(id, request, time: clock.trueTime + centralSystem.clockError, &numbers) {
                agenda.plan(.centralSystemSends(reply.text, connection: connection), at: clock.elapsed + reply.delay)
            }
        case .centralSystemSends(let text, let connection): sendToChargePoint(text, connection: connection)
        case .chargePointReceives(let text, let connection):
            guard connection == link.connection, link.state == .open else { return }
            inbox.append(received(text))
        case .connect: connect()
        case .ping:
            agenda.plan(.ping, at: clock.elapsed + (pingInterval ?? .seconds(30)))
            guard pingInterval != nil else { return }
            if link.state == .open { inbox.append(.linkAlive) }
            if link.state == .halfOpen, numbers.chance(0.5) { disconnect() }
        case .pong(let connection): if connection == link.connection, link.state == .open { inbox.append(.linkAlive) }
        case .giveUp(let connection): if connection == link.connection { disconnect() }
        case .meterAnswers(let number): inbox.append(.board(meterEvent(number)))
        case .pollMeters: pollMeters()
        case .meterSpeaks(let number, let register): meterSpeaks(number, register: register)
        case .retryStorage: try retryStorage()
        case .logUploadEnds(let number, let outcome): inbox.append(.logUpload(number, outcome))
        case .storeAnswers(let head, let counts): inbox.append(.queueHead(head, counts))
        case .firmware(let outcome, let update, let job, let version): firmware(outcome, update, job: job, runs: version)
        case .signingVerdict(let verdict, let question): inbox.append(.signingCertificate(verdict, question: question))
        case .machineRestarts: throw .powerLost
        }
    }

    func sendToChargePoint(_ text: String, connection: Int) {
        guard connection == link.connection else { return }
        guard let arrival = link.arrival(.toChargePoint, at: clock.elapsed, troubles, &numbers) else { return }
        agenda.plan(.chargePointReceives(text, connection: connection), at: arrival)
    }

    /// The shell looks an identifier up before the core decides.
    private func received(_ text: String) -> Input {
        let frame = IncomingFrame.parse(text)
        return .received(frame, lookUp(frame))
    }

    /// Of the head of the queue at this instant: what else is in the inbox goes first, but does not change what an answer is about.
    private func lookUp(_ frame: IncomingFrame) -> CardLookup {
        if case .call(_, .sendLocalList(let update)) = frame {
            do { return CardLookup(overlap: try store.localListOverlap(update.localAuthorizationList ?? [])) } catch {
                return CardLookup()
            }
        }
        return chargePoint.subject(of: frame).map(lookUp) ?? CardLookup()
    }

    func lookUp(_ idTag: IdToken) -> CardLookup {
        // A list that cannot be read knows nobody.
        do { return try store.lookUp(idTag) } catch { return CardLookup() }
    }

    /// There is one attempt at a time: whatever was planned before gives way.
    func planConnection(in time: Duration) {
        agenda.drop { if case .connect = $0 { true } else { false } }
        agenda.plan(.connect, at: clock.elapsed + time)
    }

    private func connect() {
        guard link.state == .closed else { return }
        guard !numbers.chance(troubles[.cut] * 4) else {
            inbox.append(.linkClosed)
            planConnection(in: numbers.seconds(3...60))
            return
        }
        guard admission.admits(credentials) else {
            inbox.append(.linkRefused)
            planConnection(in: numbers.seconds(1...30))
            return
        }
        link.open()
        inbox += [.linkProved(credentials: credentialsNumber, root: nil), .linkOpened]
        if numbers.chance(troubles[.halfOpen] * 10) {
            link.goHalfOpen()
            agenda.plan(.giveUp(connection: link.connection), at: clock.elapsed + numbers.seconds(60...300))
        }
    }

    func disconnect() {
        guard link.state != .closed else { return }
        link.close()
        admission.connectionLost()
        inbox.append(.linkClosed)
        planConnection(in: numbers.seconds(1...30))
    }
}
