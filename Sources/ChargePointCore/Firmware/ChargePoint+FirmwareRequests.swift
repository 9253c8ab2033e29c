import OCPP
import Units

// UpdateFirmware (OCPP 1.6 §5.19) and SignedUpdateFirmware (security whitepaper L01).
extension ChargePoint {
    /// A longer one is no URL that anybody could use.
    static let longestLocation = 2048
    /// More tries, or more seconds between them, are a mistake.
    static let mostRetries = 1000
    static let longestRetryInterval = 86_400

    mutating func updateFirmware(_ request: UpdateFirmware, _ id: MessageId) {
        guard settings.firmware.allowsUnsigned else {
            // L01.FR.20: "SHALL respond with a WebSocket RPC CALLERROR NotSupported, and … SHALL NOT start the Firmware Update process."
            let error = CallError(
                code: .notSupported, description: "UpdateFirmware: only signed firmware is installed here (SignedUpdateFirmware)")
            return out.then.append(.send(.error(id, error)))
        }
        guard request.location.utf8.count <= Self.longestLocation else {
            let error = CallError(
                code: .propertyConstraintViolation, description: "location: at most \(Self.longestLocation) characters are allowed")
            return out.then.append(.send(.error(id, error)))
        }
        guard firmware.update?.isReplaceable ?? true else {
            let error = CallError(
                code: .genericError, description: "UpdateFirmware: firmware is being installed; ask again when that is over")
            return out.then.append(.send(.error(id, error)))
        }
        reply(id, .updateFirmware(.init()))
        beginUpdate(
            FirmwareUpdate(
                id: identifiers.uuid(), location: request.location, retrieveAt: request.retrieveDate,
                triesLeft: tries(request.retries),
                retryInterval: interval(request.retryInterval), versionBefore: settings.identity.firmwareVersion?.text ?? ""))
    }

    /// "The Charge Point SHALL validate the certificate before accepting the message." (L01.FR.23)
    mutating func signedUpdateFirmware(_ request: SignedUpdateFirmware, _ id: MessageId) {
        guard firmware.asked.count < FirmwareKeeper.askedLimit else {
            return reply(id, .signedUpdateFirmware(.init(status: .rejected)))
        }
        firmware.lastQuestion += 1
        firmware.asked.append(FirmwareKeeper.Asked(question: firmware.lastQuestion, id: id, request: request))
        out.then.append(
            .checkSigningCertificate(request.firmware.signingCertificate.text, at: clock.now(now), question: firmware.lastQuestion))
    }

    mutating func take(_ verdict: SigningCertificateVerdict, of question: Int) {
        guard let place = firmware.asked.firstIndex(where: { $0.question == question }) else { return }
        let asked = firmware.asked.remove(at: place)
        switch verdict {
        case .valid: break
        case .invalid(let reason): return refuse(asked, .invalidCertificate, reason)
        case .revoked(let reason): return refuse(asked, .revokedCertificate, reason)
        }
        guard firmware.update?.isReplaceable ?? true else {
            // L01.FR.27: "MAY respond with status Rejected."
            log(.notice, "firmware: a signed update was rejected: firmware is being installed")
            return reply(asked.id, .signedUpdateFirmware(.init(status: .rejected)))
        }
        // L01.FR.26: "SHOULD cancel the ongoing firmware update AND respond with status AcceptedCanceled."
        let isUnderWay = firmware.update?.isUnderWay ?? false
        reply(asked.id, .signedUpdateFirmware(.init(status: isUnderWay ? .acceptedCanceled : .accepted)))
        let request = asked.request
        beginUpdate(
            FirmwareUpdate(
                id: identifiers.uuid(), location: request.firmware.location.text, retrieveAt: request.firmware.retrieveDateTime,
                installAt: request.firmware.installDateTime, triesLeft: tries(request.retries),
                retryInterval: interval(request.retryInterval),
                signed: FirmwareUpdate.Signed(
                    requestId: request.requestId, signingCertificate: request.firmware.signingCertificate.text,
                    signature: request.firmware.signature.text),
                versionBefore: settings.identity.firmwareVersion?.text ?? ""))
    }

    private mutating func refuse(_ asked: FirmwareKeeper.Asked, _ status: UpdateFirmwareStatusEnumType, _ reason: String) {
        log(.warning, "firmware: a signed update was refused, \(status.rawValue): \(reason)")
        reply(asked.id, .signedUpdateFirmware(.init(status: status)))
        report(.invalidFirmwareSigningCertificate, info: reason)
    }

    /// Whoever asked over a connection that is gone, or has rejected the charge point since, hears no answer, and nothing was promised.
    mutating func dropFirmwareQuestions() { firmware.asked = [] }

    /// Retries come after the first try: 0 is one try.
    private func tries(_ retries: Int?) -> Int { 1 + min(max(0, retries ?? Self.ownRetries), Self.mostRetries) }
    private func interval(_ seconds: Int?) -> Int { min(max(1, seconds ?? Self.ownRetryInterval), Self.longestRetryInterval) }
}
