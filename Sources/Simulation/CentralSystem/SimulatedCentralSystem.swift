import OCPP
import Units

/// A Central System that answers slowly, wrongly, twice or not at all, as real ones do.
struct SimulatedCentralSystem: Sendable {
    var troubles: Troubles
    /// Counts what it has given out; ids may be 0, negative, and need not be unique.
    private var lastTransactionId = 0
    /// Starts that it has seen, by payload, with their transactionId.
    private var starts: [String: Int] = [:]
    private(set) var transactionIds: [Int] = []
    private var requests = 0
    private var listVersion = 0
    /// Whether a repeated start gets a new transaction, or ConcurrentTx under the old one.
    private let forgetsRepeats: Bool
    private let holdsRepeatsAgainstThem: Bool
    /// What its clock is wrong by.
    let clockError: Duration

    struct Reply: Sendable {
        var delay: Duration
        var text: String
    }

    init(troubles: Troubles, _ numbers: inout SeededNumbers) {
        self.troubles = troubles
        lastTransactionId = numbers.pick([0, 0, 1000, -5])
        forgetsRepeats = numbers.chance(0.3)
        holdsRepeatsAgainstThem = numbers.chance(0.3)
        clockError = numbers.pick([.zero, .zero, .zero, .seconds(7200), .seconds(-3000)])
    }

    static let cards: [IdToken] = ["CARD-1", "CARD-2", "CARD-3", "BLOCKED"]

    // MARK: What it is asked

    mutating func answer(
        _ id: MessageId, _ request: ChargePointRequest, time: Timestamp, _ numbers: inout SeededNumbers
    ) -> [Reply] {
        // What it has processed stays processed, whatever becomes of its answer.
        let confirmation = confirmation(request, time: time, &numbers)
        if numbers.chance(troubles[.silence]) { return [] }
        let delay = numbers.chance(troubles[.slowFrame]) ? numbers.seconds(1...60) : numbers.milliseconds(1...200)
        let text: String
        if numbers.chance(troubles[.callError]) {
            let code = numbers.pick(CallErrorCode.allCases)
            text = "[4,\"\(id)\",\"\(code.rawValue)\",\"simulated\",{}]"
        } else if numbers.chance(troubles[.unusableAnswer]) {
            text = numbers.pick([
                "[3,\"\(id)\",{\"status\":\"Perhaps\"}]", "[3,\"\(id)\",[]]", "[3,\"\(id)\"]", "[3,\"\(id)\",{\"idTagInfo\":7}]",
            ])
        } else {
            text = "[3,\"\(id)\",\(confirmation)]"
        }
        let reply = Reply(delay: delay, text: text)
        guard numbers.chance(troubles[.repeatedAnswer]) else { return [reply] }
        return [reply, Reply(delay: delay + numbers.milliseconds(0...40_000), text: text)]
    }

    private mutating func confirmation(_ request: ChargePointRequest, time: Timestamp, _ numbers: inout SeededNumbers) -> String {
        switch request {
        case .bootNotification:
            let isRefused = numbers.chance(troubles[.refusedBoot])
            let status: RegistrationStatus = isRefused ? numbers.pick([.pending, .rejected]) : .accepted
            let interval = isRefused ? numbers.below(60) : numbers.pick([0, 60, 300])
            return Payload(BootNotification.Confirmation(status: status, currentTime: time, interval: interval)).text
        case .heartbeat: return Payload(Heartbeat.Confirmation(currentTime: time)).text
        case .authorize(let request): return Payload(Authorize.Confirmation(idTagInfo: info(request.idTag, &numbers))).text
        case .startTransaction(let start): return Payload(begin(start, request.payloadJSON(), &numbers)).text
        case .stopTransaction(let stop):
            transactionIds.removeAll { $0 == stop.transactionId }
            return Payload(StopTransaction.Confirmation(idTagInfo: stop.idTag.map { info($0, &numbers) })).text
        default: return "{}"
        }
    }

    private mutating func begin(
        _ start: StartTransaction, _ payload: String, _ numbers: inout SeededNumbers
    ) -> StartTransaction.Confirmation {
        if let id = starts[payload], !forgetsRepeats {
            let info = holdsRepeatsAgainstThem ? IdTagInfo(status: .concurrentTx) : info(start.idTag, &numbers)
            return StartTransaction.Confirmation(idTagInfo: info, transactionId: id)
        }
        lastTransactionId += 1
        starts[payload] = lastTransactionId
        transactionIds.append(lastTransactionId)
        return StartTransaction.Confirmation(idTagInfo: info(start.idTag, &numbers), transactionId: lastTransactionId)
    }

    private func info(_ idTag: IdToken, _ numbers: inout SeededNumbers) -> IdTagInfo {
        let isRefused = idTag == "BLOCKED" || numbers.chance(troubles[.refusedCard])
        let status: AuthorizationStatus = isRefused ? numbers.pick([.blocked, .expired, .invalid, .concurrentTx]) : .accepted
        // Two of the cards belong to one family.
        return IdTagInfo(parentIdTag: idTag == "CARD-1" || idTag == "CARD-2" ? "FAMILY" : nil, status: status)
    }

    // MARK: What it asks

    /// A CALL as text, with the id under which it wants an answer.
    ///
    /// - Parameter time: by its own clock.
    mutating func nextRequest(connectors: Int, time: Timestamp, _ numbers: inout SeededNumbers) -> (id: MessageId, text: String) {
        requests += 1
        // Now and then it uses an id a second time.
        let id = MessageId("cs-\(numbers.chance(0.02) ? max(1, requests - 1) : requests)")
        let (action, payload) = request(connectors: connectors, time, &numbers)
        return (id, "[2,\"\(id)\",\"\(action)\",\(payload)]")
    }

    mutating func call(_ request: some Request) -> (id: MessageId, text: String) {
        requests += 1
        let id = MessageId("cs-\(requests)")
        return (id, "[2,\"\(id)\",\"\(type(of: request).action.rawValue)\",\(Payload(request).text)]")
    }

    private mutating func request(
        connectors: Int, _ time: Timestamp, _ numbers: inout SeededNumbers
    ) -> (action: String, payload: String) {
        func text<Asked: Request>(_ request: Asked) -> (String, String) { (Asked.action.rawValue, Payload(request).text) }
        // One more than there are, and 0 where it may be.
        let connector = ConnectorId(1 + numbers.below(connectors + 1))
        switch numbers.below(27) {
        case 0, 1, 2, 3:
            let named = numbers.chance(0.7) ? connector : nil
            return text(RemoteStartTransaction(connectorId: named, idTag: numbers.pick(Self.cards)))
        case 4, 5, 6:
            let id = transactionIds.isEmpty ? 77 : numbers.pick(transactionIds)
            return text(RemoteStopTransaction(transactionId: id))
        case 7:
            let type: AvailabilityType = numbers.chance(0.4) ? .inoperative : .operative
            return text(ChangeAvailability(connectorId: numbers.chance(0.3) ? 0 : connector, type: type))
        case 8: return text(ChangeAvailability(connectorId: 0, type: .operative))
        case 9, 10:
            let (key, value) = SimulatedConfiguration.change(&numbers)
            return text(ChangeConfiguration(key: CiString(truncating: key), value: CiString(truncating: value)))
        case 11, 12: return text(UnlockConnector(connectorId: connector))
        case 13, 14, 15:
            let named = numbers.chance(0.5) ? connector : nil
            return text(TriggerMessage(requestedMessage: numbers.pick(MessageTrigger.allCases), connectorId: named))
        case 16: return numbers.chance(0.4) ? text(Reset(type: numbers.pick([.soft, .hard]))) : text(GetConfiguration())
        case 17: return text(ClearCache())
        case 18: return text(DataTransfer(vendorId: "example"))
        case 20: return text(GetLocalListVersion())
        case 21, 22: return text(localList(&numbers))
        case 23, 24, 25: return text(reserveNow(numbers.chance(0.3) ? 0 : connector, time, &numbers))
        case 26: return text(CancelReservation(reservationId: 1 + numbers.below(4)))
        default:
            let log = "{\"log\":{\"remoteLocation\":\"https://example\"},\"logType\":\"SecurityLog\",\"requestId\":\(requests)}"
            return numbers.pick([
                ("GetDiagnostics", "{\"location\":\"ftp://example\",\"retries\":1,\"retryInterval\":20}"), ("GetLog", log),
                ("ExtendedTriggerMessage", "{\"requestedMessage\":\"LogStatusNotification\"}"), ("Nonsense", "{}"), ("Reset", "{}"),
            ])
        }
    }

    /// Mostly one version after the other; now and then one that is too old, or a list that no charge point takes.
    private mutating func localList(_ numbers: inout SeededNumbers) -> SendLocalList {
        listVersion += numbers.chance(0.8) ? 1 + numbers.below(3) : 0
        let type: UpdateType = numbers.chance(0.4) ? .full : .differential
        let tags = (Self.cards + ["LISTED-1", "LISTED-2", "LISTED-3"]).filter { _ in numbers.chance(0.5) }
        var entries = tags.map { idTag in
            let status: AuthorizationStatus = numbers.pick([.accepted, .accepted, .blocked, .expired])
            let info = IdTagInfo(parentIdTag: idTag == "CARD-1" || idTag == "CARD-2" ? "FAMILY" : nil, status: status)
            return AuthorizationData(idTag: idTag, idTagInfo: type == .differential && numbers.chance(0.3) ? nil : info)
        }
        if numbers.chance(0.05), let first = entries.first { entries.append(first) }
        let version = numbers.chance(0.05) ? numbers.pick([-1, 0]) : listVersion
        return SendLocalList(listVersion: version, localAuthorizationList: entries, updateType: type)
    }

    private func reserveNow(_ connector: ConnectorId, _ time: Timestamp, _ numbers: inout SeededNumbers) -> ReserveNow {
        ReserveNow(
            connectorId: connector, expiryDate: time + numbers.seconds(0...600), idTag: numbers.pick(Self.cards),
            parentIdTag: numbers.chance(0.3) ? "FAMILY" : nil, reservationId: 1 + numbers.below(4))
    }

    /// Text that is no request at all, or a damaged one.
    static func garbage(_ numbers: inout SeededNumbers) -> String {
        numbers.pick([
            "", "{}", "[]", "[2]", "[3]", "[2,\"x\"", "[9,\"x\",\"Reset\",{}]", "not JSON", "[3,\"unknown\",{}]",
            "[4,\"unknown\",\"GenericError\",\"\",{}]", "[\"2\",\"x\",\"Reset\",{}]", "[2,7,\"Reset\",{}]", "null", "[[[[[[[[[[",
        ])
    }
}
