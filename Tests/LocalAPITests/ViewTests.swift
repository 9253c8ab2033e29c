import ChargePointCore
import HTTPTypes
import LocalAPIModels
import OCPP
import Testing
import Units

@testable import LocalAPI

@Suite struct `What the local API shows` {
    @Test func `the status has the contract's shape`() async throws {
        let answer = try await InMemory(FakeChargePoint()).call(.get, "/v1/status")

        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "application/json")
        #expect(
            answer.text
                == #"{"centralSystem":{"connected":true,"lastError":null,"registration":"Accepted","tls":null,"url":"ws://central:9000/cp001"},"#
                + #""chargePoint":{"errorCode":"NoError","firmwareVersion":"1.0.0","id":"cp001","model":"Wallbox 11","serialNumber":null,"#
                + #""status":"Available","vendor":"Example"},"#
                + #""clock":{"offsetSeconds":-1.5,"source":"centralSystem","time":"2026-11-22T12:00:00Z"},"#
                + #""connectors":[{"availability":"Operative","cablePlugged":true,"contactor":"closed","contactorClosings":1234,"#
                + #""contactorRatedClosings":100000,"errorCode":"NoError","id":1,"info":null,"limitedBy":"ChargingProfile 7","lock":"locked","#
                + #""meter":{"currentA":[16],"energyWh":1234,"powerW":3680,"voltageV":[230]},"offeredCurrentA":16,"status":"Charging","#
                + #""transaction":{"id":"6e2b9e52-0000-4000-8000-000000000001","idTag":"04A2B3C4","meterStartWh":0,"#
                + #""startedAt":"2026-11-22T12:00:00Z","transactionId":12},"vehicleState":"C","vendorErrorCode":null},"#
                + #"{"availability":"Operative","cablePlugged":false,"contactor":"open","contactorClosings":null,"#
                + #""contactorRatedClosings":null,"errorCode":"GroundFailure","id":2,"info":null,"limitedBy":null,"lock":null,"meter":null,"offeredCurrentA":null,"status":"Faulted","transaction":null,"#
                + #""vehicleState":"A","vendorErrorCode":"E7"}],"#
                + #""firmwareUpdate":null,"ledger":{"parked":1,"queued":2,"storageFailure":null},"localList":null,"reader":{"failure":null},"reservations":[]}"#
        )
    }

    @Test func `an update of the firmware is told without its address`() async throws {
        let chargePoint = FakeChargePoint()
        chargePoint.with { $0.source.view.firmware = .scheduled }

        let update = try await InMemory(chargePoint).call(.get, "/v1/status").json["firmwareUpdate"]

        #expect(
            update
                == .object([
                    "stage": .text("scheduled"), "status": .null, "signed": .bool(false),
                    "retrieveAt": .text("2026-11-22T12:00:00Z"),
                    "untold": .integer(0),
                ]))
    }

    @Test func `standalone says null for the central system`() async throws {
        let chargePoint = FakeChargePoint()
        chargePoint.with { $0.source.centralSystem = nil }

        let answer = try await InMemory(chargePoint).call(.get, "/v1/status")

        #expect(try answer.json["centralSystem"] == .null)
    }

    @Test func `a meter that reports what cannot be is unknown, not a broken status`() async throws {
        let chargePoint = FakeChargePoint()
        chargePoint.with {
            $0.source.view.connectors[0].meter = MeterReading(energyImport: 1, power: Watts(.nan), current: [Amperes(.infinity)])
        }

        let meter = try await InMemory(chargePoint).call(.get, "/v1/status").json["connectors"]?[0]?["meter"]

        #expect(meter == .object(["energyWh": .integer(1), "powerW": .null, "currentA": .null, "voltageV": .null]))
    }

    @Test func `queue, cards, configuration and simulator have the contract's shapes`() async throws {
        let api = InMemory(FakeChargePoint())
        #expect(
            try await api.call(.get, "/v1/queue").text
                == #"{"messages":[{"action":"StartTransaction","attempts":3,"createdAt":"2026-11-22T12:00:00Z","id":7,"#
                + #""lastError":"GenericError","sessionId":"s","state":"parked"}],"parked":1,"queued":0}"#)
        #expect(
            try await api.call(.get, "/v1/cards").text
                == #"{"cards":[{"expiryDate":null,"idTag":"04A2B3C4","name":"Demo","parentIdTag":null,"source":"own","status":"Accepted"}],"#
                + #""next":null}"#)
        #expect(
            try await api.call(.get, "/v1/security-log").text
                == #"{"events":[{"critical":true,"event":"MemoryExhaustion","info":"little is left","number":3,"#
                + #""time":"2026-11-22T12:00:00Z","waiting":true}]}"#)
        #expect(
            try await api.call(.get, "/v1/configuration").text
                == #"{"configurationKey":[{"key":"HeartbeatInterval","readonly":false,"value":"300"},"#
                + #"{"key":"Empty","readonly":true,"value":null}]}"#)
        #expect(
            try await api.call(.get, "/v1/simulator").text
                == #"{"connectors":[{"cablePlugged":true,"closings":1,"contactor":"closed","energyDrawnWh":34,"id":1,"locked":true,"#
                + #""powerW":3680,"registerWh":1234,"vehicleState":"C"}]}"#)
    }

    @Test func `sessions come by pages, an open one with nulls`() async throws {
        let chargePoint = FakeChargePoint()
        chargePoint.with { $0.sessions = (1...3).map { .example($0) } + [.open] }
        let api = InMemory(chargePoint)

        let first = try await api.call(.get, "/v1/sessions?limit=3").json
        let last = try await api.call(.get, "/v1/sessions?limit=3&cursor=3").json

        #expect(first["next"] == .integer(3))
        #expect(first["sessions"]?[0]?["energyWh"] == .integer(1000))
        #expect(first["sessions"]?[0]?["flags"] == .list([.text("meterEstimated"), .text("powerLoss")]))
        #expect(last["next"] == .null)
        #expect(last["sessions"]?[0]?["stoppedAt"] == .null && last["sessions"]?[0]?["energyWh"] == .null)
        #expect(last["sessions"]?[0]?["delivery"] == .text("standalone"))
    }

    @Test func `the CSV file holds every page, and no field that a spreadsheet would run`() async throws {
        let chargePoint = FakeChargePoint()
        chargePoint.with { $0.sessions = [.example(1, idTag: "=1+1,\"x\"")] + (2...1201).map { .example($0) } }

        let answer = try await InMemory(chargePoint).call(.get, "/v1/sessions?format=csv")

        let lines = answer.text.split(separator: "\r\n")
        #expect(answer.headers[.contentType]?.hasPrefix("text/csv") == true)
        #expect(lines.count == 1202)
        #expect(
            lines[0]
                == "id,connectorId,idTag,startedAt,stoppedAt,meterStartWh,meterStopWh,energyWh,stopReason,transactionId,delivery,flags"
        )
        #expect(
            lines[1]
                == #"1,1,"'=1+1,""x""",2026-11-22T12:00:00Z,2026-11-22T13:00:00Z,500,1500,1000,PowerLoss,1,delivered,meterEstimated powerLoss"#
        )
    }

    @Test func `metrics are Prometheus text, and what is unknown is left out`() async throws {
        let answer = try await InMemory(FakeChargePoint()).call(.get, "/metrics")

        #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        for line in [
            "ladepunkt_connector_status_info{connector=\"1\",status=\"Charging\",error_code=\"NoError\"} 1",
            "ladepunkt_connector_energy_watthours_total{connector=\"1\"} 1234",
            "ladepunkt_connector_power_watts{connector=\"1\"} 3680",
            "ladepunkt_connector_current_amperes{connector=\"1\",phase=\"L1\"} 16", "ladepunkt_queue_messages{state=\"parked\"} 1",
            "ladepunkt_central_system_connected_bool 1", "# TYPE ladepunkt_connector_energy_watthours_total counter",
            "ladepunkt_clock_offset_seconds -1.5", "ladepunkt_contactor_closings_total{connector=\"1\"} 1234",
            "# TYPE ladepunkt_contactor_closings_total counter", "ladepunkt_contactor_rated_closings{connector=\"1\"} 100000",
        ] {
            #expect(answer.text.contains(line + "\n"), "\(line)")
        }
        #expect(!answer.text.contains("watthours_total{connector=\"2\"}"))
        #expect(answer.text.split(separator: "\n").allSatisfy { $0.hasPrefix("# ") || $0.hasPrefix("ladepunkt_") })
    }

    @Test func `the description lists every call`() async throws {
        let paths = try await InMemory(FakeChargePoint()).call(.get, "/v1/openapi.json").json["paths"]

        #expect(paths?["/v1/connectors/{n}/start"]?["post"] != nil)
        #expect(paths?["/v1/cards/{idTag}"]?["delete"] != nil)
        #expect(paths?["/v1/simulator/power-loss"]?["post"] != nil)
    }

    @Test func `HEAD answers without a body`() async throws {
        let answer = try await InMemory(FakeChargePoint()).call(.head, "/v1/status")

        #expect(answer.status == 200)
        #expect(answer.text.isEmpty)
    }
}

extension SessionEntry {
    static func example(_ number: Int, idTag: IdToken = "04A2B3C4") -> SessionEntry {
        SessionEntry(
            session: SessionId("\(number)"), connectorId: 1, idTag: idTag, startedAt: .noon, stoppedAt: .noon + .seconds(3600),
            meterStart: 500, meterStop: 1500, reason: .powerLoss, transactionId: number, delivery: .delivered,
            flags: [.powerLoss, .meterEstimated])
    }

    static let open = SessionEntry(
        session: SessionId("open"), connectorId: 1, idTag: "04A2B3C4", startedAt: .noon, stoppedAt: nil, meterStart: 500,
        meterStop: nil,
        reason: nil, transactionId: nil, delivery: .standalone, flags: [])
}
