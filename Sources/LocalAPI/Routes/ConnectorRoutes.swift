import ChargePointCore
import HTTPTypes
import Hummingbird
import LocalAPIModels
import OCPP

/// What an operator may do at a connector, and with the connection to the central system.
func connectorRoutes(_ access: any ChargePointAccess) -> [Route] {
    [
        Route(
            .post, "/v1/connectors/{n}/start", "Start with this identifier, authorised as if its card had been presented",
            fields: ["idTag"]
        ) { call in
            let connector = try call.connector()
            let idTag = try call.body.requiredIdToken("idTag")
            return try await access.carryOut(.start(connector, idTag, access.lookUp(idTag)))
        },
        Route(.post, "/v1/connectors/{n}/stop", "Stop the transaction") { call in try await access.carryOut(.stop(call.connector()))
        },
        Route(.post, "/v1/connectors/{n}/unlock", "Unlock the plug; ends the transaction first") { call in
            try await access.carryOut(.unlock(call.connector()))
        },
        Route(.post, "/v1/connectors/{n}/availability", "Operative or Inoperative; connector 0 is all of them", fields: ["type"]) {
            call in
            let connector = try call.connector()
            guard let type = try call.body.word("type", among: AvailabilityType.allCases) else {
                throw APIError.invalid("type is missing: Operative or Inoperative is expected")
            }
            return try await access.carryOut(.changeAvailability(connector, type))
        },
        Route(.post, "/v1/link/disconnect", "Drop the connection to the central system and stay away") { _ in
            try await access.disconnectLink()
            return .done
        },
        Route(.post, "/v1/link/connect", "Connect to the central system again") { _ in
            try await access.connectLink()
            return .done
        },
    ]
}

extension Call {
    func connector() throws(APIError) -> ConnectorId {
        guard let number = Int(parameter("n")), let connector = ConnectorId(exactly: number) else {
            throw APIError(
                .notFound, "unknownConnector",
                "connector '\(parameter("n").prefix(64))' does not exist; connectors are numbered from 1, GET /v1/status, or `ladepunkt status`, lists them"
            )
        }
        return connector
    }
}
