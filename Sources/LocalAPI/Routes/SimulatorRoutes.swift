import BoardSupport
import ChargePointCore
import HTTPTypes
import Hummingbird
import LocalAPIModels
import OCPP
import Units

/// The hand that plugs, swipes and breaks things on a simulated board; on any other board every call is 404.
func simulatorRoutes(_ access: any ChargePointAccess) -> [Route] {
    /// Answers once what the board said of it has been handled, so that the next status shows the effect.
    func action(
        _ path: String, _ summary: String, fields: [String] = [],
        _ apply: @escaping @Sendable (any BoardSimulator, Call) throws -> Void
    ) -> Route {
        Route(.post, "/v1/simulator" + path, summary, fields: fields) { call in
            try apply(try access.simulatedBoard(), call)
            await access.settle()
            return .done
        }
    }
    let connector = "/connectors/{n}/"
    return [
        Route(.get, "/v1/simulator", "The truth, whatever the drivers report") { _ in
            let truth = try access.simulatedBoard().truth()
            return try .json(SimulatorReport(connectors: truth.map { SimulatedConnectorReport($0) }))
        },
        action(connector + "plug", "A cable with a vehicle behind it is plugged in") {
            try $0.plug(connector: $1.connector().value)
        },
        action(connector + "unplug", "The cable is pulled") { try $0.unplug(connector: $1.connector().value) },
        action(connector + "suspend-ev", "The vehicle stops asking for energy") {
            try $0.suspendVehicle(connector: $1.connector().value)
        },
        action(connector + "resume-ev", "The vehicle asks again") { try $0.resumeVehicle(connector: $1.connector().value) },
        action(connector + "fault", "A fault comes or goes", fields: ["errorCode", "vendorErrorCode", "info", "active"]) {
            board, call in
            guard let kind = try call.body.word("errorCode", among: BoardFault.Kind.allCases) else {
                throw APIError.invalid("errorCode is missing: a ChargePointErrorCode such as GroundFailure is expected")
            }
            let fault = BoardFault(
                kind, vendorErrorCode: try call.body.text("vendorErrorCode", upTo: 50), info: try call.body.text("info", upTo: 50))
            try board.setFault(connector: call.connector().value, fault, isActive: try call.body.bool("active") ?? true)
        },
        action(connector + "contactor", "The contactor welds or sticks open", fields: ["failure"]) { board, call in
            let failure = try call.body.wordOrNull("failure", among: SimulatedContactorFailure.allCases)
            try board.setContactorFailure(connector: call.connector().value, failure)
        },
        action(connector + "meter", "The meter falls silent, or its register changes", fields: ["failure", "registerWh"]) {
            board, call in
            let register = try call.body.wattHours("registerWh")
            guard call.body.has("failure") || register != nil else {
                throw APIError.invalid("failure (\"silent\" or null) or registerWh is expected, and neither is there")
            }
            let isSilent = call.body.has("failure") ? try call.body.word("failure", among: MeterFailure.allCases) != nil : nil
            try board.setMeter(connector: call.connector().value, isSilent: isSilent, register: register)
        },
        action(connector + "pilot", "The control pilot shows this, whatever the vehicle does", fields: ["state"]) { board, call in
            let word = try call.body.wordOrNull("state", among: PilotWord.allCases)
            try board.setPilot(connector: call.connector().value, word?.fault)
        },
        action(connector + "lock", "The plug lock is stuck, or lets go", fields: ["failure"]) { board, call in
            let failure = try call.body.wordOrNull("failure", among: SimulatedLockFailure.allCases)
            try board.setLock(connector: call.connector().value, failure)
        },
        action(connector + "overdraw", "The vehicle draws this, whatever is offered", fields: ["currentA"]) { board, call in
            guard call.body.has("currentA") else {
                throw APIError.invalid("currentA is missing: a current in A or null is expected")
            }
            try board.setOverdraw(connector: call.connector().value, try call.body.amperes("currentA"))
        },
        action("/reader", "The card reader fails", fields: ["failure"]) { board, call in
            try board.setReader(try call.body.wordOrNull("failure", among: SimulatedReaderFailure.allCases))
        },
        action("/cards", "A card is presented to the reader", fields: ["idTag", "connectors"]) { board, call in
            let idTag = try call.body.requiredIdToken("idTag")
            try board.presentCard(idTag: idTag.text, connectors: try call.body.connectors("connectors"))
        },
        action("/power-loss", "The process dies as if the supply had failed") { _, _ in access.losePower() },
    ]
}

private enum MeterFailure: String, CaseIterable { case silent }

private enum PilotWord: String, CaseIterable {
    case a = "A"
    case b = "B"
    case c = "C"
    case d = "D"
    case e = "E"
    case f = "F"
    case diodeFault

    var fault: SimulatedPilotFault {
        switch self {
        case .a: .state(.a)
        case .b: .state(.b)
        case .c: .state(.c)
        case .d: .state(.d)
        case .e: .state(.e)
        case .f: .state(.f)
        case .diodeFault: .diodeFault
        }
    }
}

extension ChargePointAccess {
    fileprivate func simulatedBoard() throws(APIError) -> any BoardSimulator {
        guard let simulator else {
            throw APIError(
                .notFound, "notSimulated",
                "this board is not simulated; simulator calls need `board: simulated` in the configuration")
        }
        return simulator
    }
}
