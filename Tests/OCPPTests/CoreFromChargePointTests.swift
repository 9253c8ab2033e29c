import OCPP
import Testing
import Units

@Suite struct `Core messages that we send` {
    static let requests: OurRequests = [
        (.authorize(Authorize(idTag: "04A2B3C4")), #"{"idTag":"04A2B3C4"}"#),
        (
            .bootNotification(BootNotification(chargePointVendor: "Example", chargePointModel: "Wallbox 11")),
            #"{"chargePointModel":"Wallbox 11","chargePointVendor":"Example"}"#
        ),
        (
            .bootNotification(
                BootNotification(
                    chargePointVendor: "Example", chargePointModel: "Wallbox 11", chargePointSerialNumber: "0001",
                    chargeBoxSerialNumber: "0002", firmwareVersion: "1.0.0", iccid: "8949", imsi: "26201", meterType: "SDM630",
                    meterSerialNumber: "77")),
            #"{"chargeBoxSerialNumber":"0002","chargePointModel":"Wallbox 11","chargePointSerialNumber":"0001","chargePointVendor":"Example","firmwareVersion":"1.0.0","iccid":"8949","imsi":"26201","meterSerialNumber":"77","meterType":"SDM630"}"#
        ),
        (
            .dataTransfer(DataTransfer(vendorId: "com.example", messageId: "tariff", data: "a/b \"c\"\n")),
            #"{"data":"a/b \"c\"\n","messageId":"tariff","vendorId":"com.example"}"#
        ),
        (.heartbeat(Heartbeat()), #"{}"#),
        (
            .meterValues(
                MeterValues(
                    connectorId: 1, transactionId: 12,
                    meterValue: [
                        MeterValue(
                            timestamp: instant,
                            sampledValue: [
                                SampledValue(value: "1234"),
                                SampledValue(
                                    value: "16.0", context: .sampleClock, format: .raw, measurand: .currentImport, phase: .l1N,
                                    location: .outlet, unit: .a),
                                SampledValue(value: "21.5", measurand: .temperature, location: .body, unit: .celsius),
                                SampledValue(value: "49.98", measurand: .frequency),
                            ])
                    ])),
            #"{"connectorId":1,"meterValue":[{"sampledValue":[{"value":"1234"},{"context":"Sample.Clock","format":"Raw","location":"Outlet","measurand":"Current.Import","phase":"L1-N","unit":"A","value":"16.0"},{"location":"Body","measurand":"Temperature","unit":"Celcius","value":"21.5"},{"measurand":"Frequency","value":"49.98"}],"timestamp":"2026-11-22T09:00:00Z"}],"transactionId":12}"#
        ),
        (
            .startTransaction(StartTransaction(connectorId: 1, idTag: "04A2B3C4", meterStart: 5120, timestamp: instant)),
            #"{"connectorId":1,"idTag":"04A2B3C4","meterStart":5120,"timestamp":"2026-11-22T09:00:00Z"}"#
        ),
        (
            .startTransaction(
                StartTransaction(
                    connectorId: 2, idTag: "04A2B3C4", meterStart: 0, reservationId: 7,
                    timestamp: Timestamp(milliseconds: instant.milliseconds + 20))),
            #"{"connectorId":2,"idTag":"04A2B3C4","meterStart":0,"reservationId":7,"timestamp":"2026-11-22T09:00:00.020Z"}"#
        ),
        (
            .statusNotification(StatusNotification(connectorId: .chargePoint, errorCode: .noError, status: .available)),
            #"{"connectorId":0,"errorCode":"NoError","status":"Available"}"#
        ),
        (
            .statusNotification(
                StatusNotification(
                    connectorId: 1, errorCode: .evCommunicationError, info: "pilot", status: .suspendedEVSE, timestamp: instant,
                    vendorId: "com.example", vendorErrorCode: "E42")),
            #"{"connectorId":1,"errorCode":"EVCommunicationError","info":"pilot","status":"SuspendedEVSE","timestamp":"2026-11-22T09:00:00Z","vendorErrorCode":"E42","vendorId":"com.example"}"#
        ),
        (
            .stopTransaction(StopTransaction(meterStop: 6240, timestamp: instant, transactionId: -1)),
            #"{"meterStop":6240,"timestamp":"2026-11-22T09:00:00Z","transactionId":-1}"#
        ),
        (
            .stopTransaction(
                StopTransaction(
                    idTag: "04A2B3C4", meterStop: 6240, timestamp: instant, transactionId: 0, reason: .evDisconnected,
                    transactionData: [
                        MeterValue(timestamp: instant, sampledValue: [SampledValue(value: "5120", context: .transactionBegin)])
                    ])),
            #"{"idTag":"04A2B3C4","meterStop":6240,"reason":"EVDisconnected","timestamp":"2026-11-22T09:00:00Z","transactionData":[{"sampledValue":[{"context":"Transaction.Begin","value":"5120"}],"timestamp":"2026-11-22T09:00:00Z"}],"transactionId":0}"#
        ),
    ]

    @Test(arguments: requests) func `are written byte for byte and read back`(request: ChargePointRequest, json: String) throws {
        try expectEncoding(request, json)
    }

    @Test func `Authorize is answered with what is known about the identifier`() throws {
        try expectDecoding(
            #"{"idTagInfo":{"status":"Accepted","expiryDate":"2026-11-22T09:00:00Z","parentIdTag":"FLEET"}}"#,
            Authorize.Confirmation(idTagInfo: IdTagInfo(expiryDate: instant, parentIdTag: "FLEET", status: .accepted)))
    }

    @Test func `BootNotification is answered with registration, time and interval`() throws {
        try expectDecoding(
            #"{"status":"Pending","currentTime":"2026-11-22T09:00:00.000Z","interval":300}"#,
            BootNotification.Confirmation(status: .pending, currentTime: instant, interval: 300))
    }

    @Test func `DataTransfer is answered with a status and perhaps data`() throws {
        try expectDecoding(
            #"{"status":"UnknownVendorId","data":"x"}"#, DataTransfer.Confirmation(status: .unknownVendorId, data: "x"))
    }

    @Test func `Heartbeat is answered with the time`() throws {
        try expectDecoding(#"{"currentTime":"2026-11-22T10:00:00+01:00"}"#, Heartbeat.Confirmation(currentTime: instant))
    }

    @Test func `MeterValues and StatusNotification are answered with nothing`() throws {
        try expectDecoding("{}", MeterValues.Confirmation())
        try expectDecoding("{}", StatusNotification.Confirmation())
    }

    @Test(arguments: [0, -1, 12, 2_147_483_648]) func `StartTransaction's answer may carry any transactionId`(id: Int) throws {
        try expectDecoding(
            #"{"idTagInfo":{"status":"ConcurrentTx"},"transactionId":"# + "\(id)}",
            StartTransaction.Confirmation(idTagInfo: IdTagInfo(status: .concurrentTx), transactionId: id))
    }

    @Test func `StopTransaction is answered with or without an idTagInfo`() throws {
        try expectDecoding("{}", StopTransaction.Confirmation())
        try expectDecoding(
            #"{"idTagInfo":{"status":"Blocked"}}"#, StopTransaction.Confirmation(idTagInfo: IdTagInfo(status: .blocked)))
    }
}
