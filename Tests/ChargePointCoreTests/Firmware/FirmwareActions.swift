import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

// What the Central System and the shell do about firmware.
extension World {
    mutating func updateFirmware(retries: Int? = 0, after delay: Duration = .zero, retryInterval: Int? = nil) {
        ask(
            .updateFirmware(
                UpdateFirmware(
                    location: "ftp://user:secret@files/image", retries: retries, retrieveDate: time + delay,
                    retryInterval: retryInterval)))
    }

    /// - Returns: the answer once the certificate has been looked at.
    @discardableResult
    mutating func signedUpdateFirmware(
        _ verdict: SigningCertificateVerdict? = .valid, requestId: Int = 7, after delay: Duration = .zero,
        installAfter: Duration? = nil,
        retries: Int? = 0
    ) -> UpdateFirmwareStatusEnumType? {
        let count = reactions.count
        ask(
            .signedUpdateFirmware(
                SignedUpdateFirmware(
                    retries: retries, requestId: requestId,
                    firmware: FirmwareType(
                        location: "https://files/image", retrieveDateTime: time + delay,
                        installDateTime: installAfter.map { time + $0 },
                        signingCertificate: "certificate", signature: "signature"))))
        guard let verdict else { return nil }
        for effect in reactions[count...].flatMap(\.then) {
            if case .checkSigningCertificate(_, _, let question) = effect { feed(.signingCertificate(verdict, question: question)) }
        }
        for frame in sent.reversed() {
            if case .result(_, .signedUpdateFirmware(let confirmation)) = frame { return confirmation.status }
        }
        return nil
    }

    var update: FirmwareUpdate? {
        records.reversed().lazy.compactMap { if case .firmwareUpdateChanged(let update) = $0 { update } else { nil } }.first
    }

    /// What the shell did last for the update came to this.
    mutating func firmware(_ outcome: FirmwareOutcome) {
        guard let update else {
            Issue.record("there is no update")
            return
        }
        feed(.firmware(outcome, update: update.id))
    }

    var firmwareStatuses: [FirmwareStatus] {
        calls.compactMap { if case .firmwareStatusNotification(let message) = $0 { message.status } else { nil } }
    }
    var signedFirmwareStatuses: [FirmwareStatusEnumType] {
        calls.compactMap { if case .signedFirmwareStatusNotification(let message) = $0 { message.status } else { nil } }
    }

    /// Names of what the shell was told to do for an update, in order.
    var firmwareWork: [String] {
        effects.compactMap { effect in
            switch effect {
            case .fetchFirmware: "fetch"
            case .verifyFirmware: "verify"
            case .installFirmware: "install"
            case .discardFirmware: "discard"
            case .restart: "restart"
            default: nil
            }
        }
    }

    /// Another process on the same store, running this version.
    func restarted(running version: String, _ settings: ChargePointSettings = .running("1.0")) throws -> World {
        var settings = settings
        settings.identity.firmwareVersion = CiString(truncating: version)
        return try World.accepted(settings, store: store)
    }
}

extension ChargePointSettings {
    static func running(_ version: String, _ board: BoardProfile = .sockets(2), allowsUnsigned: Bool = true) -> ChargePointSettings
    {
        var settings = ChargePointSettings.test(board)
        settings.identity.firmwareVersion = CiString(truncating: version)
        settings.firmware.allowsUnsigned = allowsUnsigned
        return settings
    }
}
