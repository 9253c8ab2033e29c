import OCPP
import Testing
import Units

@Suite struct `Firmware management messages` {
    static let ours: OurRequests = [
        (.diagnosticsStatusNotification(DiagnosticsStatusNotification(status: .uploadFailed)), #"{"status":"UploadFailed"}"#),
        (.firmwareStatusNotification(FirmwareStatusNotification(status: .installationFailed)), #"{"status":"InstallationFailed"}"#),
    ]
    static let theirs: TheirRequests = [
        (#"{"location":"ftp://u:p@example.com/d/"}"#, .getDiagnostics(GetDiagnostics(location: "ftp://u:p@example.com/d/"))),
        (
            #"{"location":"https://example.com/","retries":0,"retryInterval":60,"startTime":"2026-11-22T09:00:00Z","stopTime":"2026-11-22T09:00:00Z"}"#,
            .getDiagnostics(
                GetDiagnostics(
                    location: "https://example.com/", retries: 0, retryInterval: 60, startTime: instant, stopTime: instant))
        ),
        (
            #"{"location":"https://example.com/fw.bin","retries":3,"retrieveDate":"2026-11-22T09:00:00Z","retryInterval":60}"#,
            .updateFirmware(
                UpdateFirmware(location: "https://example.com/fw.bin", retries: 3, retrieveDate: instant, retryInterval: 60))
        ),
    ]
    static let confirmations: OurConfirmations = [
        (.getDiagnostics(GetDiagnostics.Confirmation()), #"{}"#),
        (.getDiagnostics(GetDiagnostics.Confirmation(fileName: "cp001.log.gz")), #"{"fileName":"cp001.log.gz"}"#),
        (.updateFirmware(UpdateFirmware.Confirmation()), #"{}"#),
    ]

    @Test(arguments: ours) func `that we send are written byte for byte`(request: ChargePointRequest, json: String) throws {
        try expectEncoding(request, json)
    }
    @Test(arguments: theirs) func `that we receive are read`(json: String, request: CentralSystemRequest) {
        expectDecoding(json, request)
    }
    @Test(arguments: confirmations) func `are answered byte for byte`(confirmation: ChargePointConfirmation, json: String) {
        expectEncoding(confirmation, json)
    }
    @Test func `that we send are answered with nothing`() throws {
        try expectDecoding("{}", DiagnosticsStatusNotification.Confirmation())
        try expectDecoding("{}", FirmwareStatusNotification.Confirmation())
    }
}
