import OCPP
import Testing
import Units

@Suite struct `Security messages` {
    static let hash = CertificateHashDataType(
        hashAlgorithm: .sha256, issuerNameHash: "AB01", issuerKeyHash: "CD02", serialNumber: "FFF")

    static let ours: OurRequests = [
        (
            .logStatusNotification(LogStatusNotification(status: .uploadFailure, requestId: 4)),
            #"{"requestId":4,"status":"UploadFailure"}"#
        ),
        (.logStatusNotification(LogStatusNotification(status: .idle)), #"{"status":"Idle"}"#),
        (
            .securityEventNotification(
                SecurityEventNotification(type: "StartupOfTheDevice", timestamp: instant, techInfo: "cold")),
            #"{"techInfo":"cold","timestamp":"2026-11-22T09:00:00Z","type":"StartupOfTheDevice"}"#
        ),
        (
            .signCertificate(SignCertificate(csr: "-----BEGIN CERTIFICATE REQUEST-----\nMA/=\n")),
            #"{"csr":"-----BEGIN CERTIFICATE REQUEST-----\nMA/=\n"}"#
        ),
        (
            .signedFirmwareStatusNotification(SignedFirmwareStatusNotification(status: .installVerificationFailed, requestId: 5)),
            #"{"requestId":5,"status":"InstallVerificationFailed"}"#
        ),
    ]
    static let theirs: TheirRequests = [
        (#"{"certificateChain":"PEM"}"#, .certificateSigned(CertificateSigned(certificateChain: "PEM"))),
        (
            #"{"certificateHashData":{"hashAlgorithm":"SHA256","issuerNameHash":"ab01","issuerKeyHash":"CD02","serialNumber":"FFF"}}"#,
            .deleteCertificate(DeleteCertificate(certificateHashData: hash))
        ),
        (
            #"{"requestedMessage":"SignChargePointCertificate","connectorId":1}"#,
            .extendedTriggerMessage(ExtendedTriggerMessage(requestedMessage: .signChargePointCertificate, connectorId: 1))
        ),
        (
            #"{"certificateType":"CentralSystemRootCertificate"}"#,
            .getInstalledCertificateIds(GetInstalledCertificateIds(certificateType: .centralSystemRootCertificate))
        ),
        (
            #"{"log":{"remoteLocation":"https://example.com/","oldestTimestamp":"2026-11-22T09:00:00Z","latestTimestamp":"2026-11-22T09:00:00Z"},"logType":"SecurityLog","requestId":4,"retries":1,"retryInterval":10}"#,
            .getLog(
                GetLog(
                    log: LogParametersType(
                        remoteLocation: "https://example.com/", oldestTimestamp: instant, latestTimestamp: instant),
                    logType: .securityLog, requestId: 4, retries: 1, retryInterval: 10))
        ),
        (
            #"{"certificateType":"ManufacturerRootCertificate","certificate":"PEM"}"#,
            .installCertificate(InstallCertificate(certificateType: .manufacturerRootCertificate, certificate: "PEM"))
        ),
        (
            #"{"retries":2,"retryInterval":30,"requestId":5,"firmware":{"location":"https://example.com/fw","retrieveDateTime":"2026-11-22T09:00:00Z","installDateTime":"2026-11-22T09:00:00Z","signingCertificate":"PEM","signature":"MEUC"}}"#,
            .signedUpdateFirmware(
                SignedUpdateFirmware(
                    retries: 2, retryInterval: 30, requestId: 5,
                    firmware: FirmwareType(
                        location: "https://example.com/fw", retrieveDateTime: instant, installDateTime: instant,
                        signingCertificate: "PEM", signature: "MEUC")))
        ),
    ]
    static let confirmations: OurConfirmations = [
        (.certificateSigned(CertificateSigned.Confirmation(status: .rejected)), #"{"status":"Rejected"}"#),
        (.deleteCertificate(DeleteCertificate.Confirmation(status: .notFound)), #"{"status":"NotFound"}"#),
        (.extendedTriggerMessage(ExtendedTriggerMessage.Confirmation(status: .notImplemented)), #"{"status":"NotImplemented"}"#),
        (
            .getInstalledCertificateIds(
                GetInstalledCertificateIds.Confirmation(certificateHashData: [hash], status: .accepted)),
            #"{"certificateHashData":[{"hashAlgorithm":"SHA256","issuerKeyHash":"CD02","issuerNameHash":"AB01","serialNumber":"FFF"}],"status":"Accepted"}"#
        ),
        (.getInstalledCertificateIds(GetInstalledCertificateIds.Confirmation(status: .notFound)), #"{"status":"NotFound"}"#),
        (
            .getLog(GetLog.Confirmation(status: .acceptedCanceled, filename: "log.gz")),
            #"{"filename":"log.gz","status":"AcceptedCanceled"}"#
        ),
        (.installCertificate(InstallCertificate.Confirmation(status: .failed)), #"{"status":"Failed"}"#),
        (
            .signedUpdateFirmware(SignedUpdateFirmware.Confirmation(status: .revokedCertificate)),
            #"{"status":"RevokedCertificate"}"#
        ),
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
    @Test func `that we send are answered`() throws {
        try expectDecoding("{}", LogStatusNotification.Confirmation())
        try expectDecoding("{}", SecurityEventNotification.Confirmation())
        try expectDecoding(#"{"status":"Accepted"}"#, SignCertificate.Confirmation(status: .accepted))
        try expectDecoding("{}", SignedFirmwareStatusNotification.Confirmation())
    }

    @Test func `carry a signed meter value as text`() {
        let signed = SignedMeterValueType(signedMeterData: "T0NNRg==", signingMethod: "", encodingMethod: "OCMF", publicKey: "")

        #expect(signed.text == #"{"encodingMethod":"OCMF","publicKey":"","signedMeterData":"T0NNRg==","signingMethod":""}"#)
    }
}
