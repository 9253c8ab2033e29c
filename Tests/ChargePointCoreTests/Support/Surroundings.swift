import ChargePointCore
import OCPP
import Units

/// One connector's hardware and the vehicle on it: does what it is told, unless a test breaks it.
struct Hardware {
    enum Contactor { case working, welded, stuckOpen, silent }
    enum Lock { case working, stuck, silent }
    enum Meter { case working, silent }

    var contactor = Contactor.working
    var lock = Lock.working
    var meter = Meter.working
    /// The meter gives signed readings.
    var signs = false

    var isClosed = false
    var isPlugged = false
    var vehicle = VehicleState.a
    /// The vehicle asks for energy whenever current is offered.
    var wantsEnergy = true
    /// It stops asking when nothing is offered any more.
    var obeysWithdrawal = true
    /// What it draws while the contactor is closed and it asks.
    var draws: Watts = 3600
    var offer: Amperes?
    /// Energy passed since the meter was made, in watt-seconds.
    var wattSeconds = 1_000.0 * 3600

    var power: Watts { isClosed && vehicle.asksForEnergy ? draws : 0 }
    var reading: MeterReading {
        MeterReading(
            energyImport: WattHours(Int(wattSeconds / 3600)), power: power,
            powerPerPhase: [power * (1 / 3), power * (1 / 3), power * (1 / 3)],
            current: [5, 5.5, 0], voltage: [229.1, 230, 231.26], frequency: 50, temperature: 31.5)
    }
}

/// What the Central System does with a CALL.
enum Reply {
    case answer(String)
    case error(CallErrorCode)
    case silence

    static func boot(_ status: RegistrationStatus, interval: Int, at time: Timestamp = .begin) -> Reply {
        .answer(Payload(BootNotification.Confirmation(status: status, currentTime: time, interval: interval)).text)
    }
    static func start(_ transactionId: Int, _ status: AuthorizationStatus = .accepted, parent: IdToken? = nil) -> Reply {
        let info = IdTagInfo(parentIdTag: parent, status: status)
        return .answer(Payload(StartTransaction.Confirmation(idTagInfo: info, transactionId: transactionId)).text)
    }
    static func authorize(_ status: AuthorizationStatus, parent: IdToken? = nil) -> Reply {
        .answer(Payload(Authorize.Confirmation(idTagInfo: IdTagInfo(parentIdTag: parent, status: status))).text)
    }
}

/// A Central System that accepts everything, unless a test has other replies in store for it.
struct CentralSystem {
    /// Used up one by one, before the ordinary answers.
    var replies: [Action: [Reply]] = [:]
    /// False: no CALL is answered.
    var isAnswering = true
    var nextTransactionId = 1
    /// Whom it lets in.
    var admits: @Sendable (LinkCredentials) -> Bool = { _ in true }
    /// False: not even pongs come.
    var isAlive = true

    mutating func reply(to request: ChargePointRequest, at time: Timestamp) -> Reply {
        if var scripted = replies[request.action], !scripted.isEmpty {
            let reply = scripted.removeFirst()
            replies[request.action] = scripted
            return reply
        }
        guard isAnswering else { return .silence }
        switch request {
        case .bootNotification: return .boot(.accepted, interval: 300, at: time)
        case .heartbeat: return .answer("{\"currentTime\":\"\(time)\"}")
        case .authorize: return .authorize(.accepted)
        case .startTransaction:
            nextTransactionId += 1
            return .start(nextTransactionId - 1)
        default: return .answer("{}")
        }
    }
}
