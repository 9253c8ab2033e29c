import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

// What the shell and the hardware do with a reaction.
extension World {
    mutating func carryOut(_ command: SafetyCommand) {
        guard case .openContactor(let id) = command, hardware.indices.contains(id.value - 1) else { return }
        let index = id.value - 1
        switch hardware[index].contactor {
        case .silent: hardware[index].isClosed = false
        case .welded where hardware[index].isClosed: pending.append(.board(.contactor(connector: id.value, .welded)))
        case .welded, .working, .stuckOpen:
            hardware[index].isClosed = false
            pending.append(.board(.contactor(connector: id.value, .open)))
        }
    }

    mutating func carryOut(_ effect: Effect) {
        switch effect {
        case .closeContactor(let id): close(id.value)
        case .offer(let id, let current): offer(id.value, current)
        case .lock(let id): moveLock(id.value, to: .locked)
        case .unlock(let id): moveLock(id.value, to: .unlocked)
        case .readMeter(let id): pending.append(.board(meterAnswer(id.value)))
        case .readSignedMeter(let id, let request): pending.append(.board(signedMeterAnswer(id.value, request)))
        case .send(let frame): send(frame)
        case .reconnect: if isLinkOpen { pending.append(.linkClosed) }
        case .ping: if isLinkOpen, central.isAlive { pending.append(.linkAlive) }
        case .loadQueueHead: pending.append(loadedHead)
        case .useCredentials(let credentials, let number): reconnect(with: credentials, number)
        case .certificates(let task): certificateTasks.append(task)
        case .setPingInterval, .answer, .showLamp, .blink, .restart, .stopped, .log, .uploadLog, .giveUpLogUpload: break
        // What comes of these the test says.
        case .fetchFirmware, .verifyFirmware, .installFirmware, .discardFirmware, .checkSigningCertificate: break
        }
    }

    /// The shell connects anew, as far as the Central System lets it.
    private mutating func reconnect(with credentials: LinkCredentials, _ number: Int) {
        if isLinkOpen { pending.append(.linkClosed) }
        self.credentials.append(credentials)
        guard central.admits(credentials) else { return pending.append(.linkRefused) }
        pending += [.linkProved(credentials: number, root: serverRoot), .linkOpened]
    }

    private mutating func close(_ number: Int) {
        switch hardware[number - 1].contactor {
        case .working, .welded:
            hardware[number - 1].isClosed = true
            pending.append(.board(.contactor(connector: number, .closed)))
        case .stuckOpen: pending.append(.board(.contactor(connector: number, .stuckOpen)))
        case .silent: hardware[number - 1].isClosed = true
        }
    }

    private mutating func offer(_ number: Int, _ current: Amperes?) {
        hardware[number - 1].offer = current
        let vehicle = hardware[number - 1].vehicle
        if current != nil, vehicle == .b, hardware[number - 1].wantsEnergy { pilot(number, .c) }
        if current == nil, vehicle == .c, hardware[number - 1].obeysWithdrawal { pilot(number, .b) }
    }

    private mutating func pilot(_ number: Int, _ state: VehicleState) {
        hardware[number - 1].vehicle = state
        pending.append(.board(.pilot(connector: number, state)))
    }

    private mutating func moveLock(_ number: Int, to state: LockState) {
        switch hardware[number - 1].lock {
        case .working: pending.append(.board(.lock(connector: number, state)))
        case .stuck: pending.append(.board(.lock(connector: number, .stuck)))
        case .silent: break
        }
    }

    func meterAnswer(_ number: Int) -> BoardEvent {
        switch hardware[number - 1].meter {
        case .working: .meter(connector: number, hardware[number - 1].reading)
        case .silent: .meterFailed(connector: number, reason: "no answer")
        }
    }

    func signedMeterAnswer(_ number: Int, _ request: SigningRequest) -> BoardEvent {
        guard hardware[number - 1].signs else { return .meterFailed(connector: number, reason: "no signature") }
        guard case .meter(_, var reading) = meterAnswer(number) else { return meterAnswer(number) }
        reading.signed = SignedReading(
            data: Array("\(request.occasion) \(request.idTag) \(reading.energyImport)".utf8), encodingMethod: "TEST",
            request: request)
        return .meter(connector: number, reading)
    }

    private var loadedHead: Input {
        do { return .queueHead(try store.queueHead(), try store.queueCounts()) } catch {
            Issue.record("the store cannot be read: \(error)")
            return .queueHead(nil, QueueCounts())
        }
    }

    private mutating func send(_ frame: OutgoingFrame) {
        #expect(isLinkOpen, "sent without a connection: \(frame)")
        sent.append(frame)
        guard case .call(let id, let request) = frame else { return }
        if let outstanding, uptime < outstanding.until {
            Issue.record("\(request.action) while \(outstanding.request.action) is outstanding")
        }
        let timeOut = Duration.seconds(Int(chargePoint.configuration.text(.messageTimeout)) ?? 30)
        outstanding = (id, request, uptime + timeOut)
        answer(id, request)
    }

    /// What the shell looks up before it hands a frame in.
    func lookUp(_ frame: IncomingFrame) -> CardLookup {
        do {
            if case .call(_, .sendLocalList(let update)) = frame {
                return CardLookup(overlap: try store.localListOverlap(update.localAuthorizationList ?? []))
            }
            return try chargePoint.subject(of: frame).map(store.lookUp) ?? CardLookup()
        } catch {
            Issue.record("the store cannot be read: \(error)")
            return CardLookup()
        }
    }

    private mutating func answer(_ id: MessageId, _ request: ChargePointRequest) {
        switch central.reply(to: request, at: time) {
        case .answer(let text):
            pending.append(.received(.result(id, Payload(text: text)), lookUp(.result(id, Payload(text: text)))))
        case .error(let code): pending.append(.received(.error(id, CallError(code: code)), CardLookup()))
        case .silence: return
        }
        outstanding = nil
    }
}
