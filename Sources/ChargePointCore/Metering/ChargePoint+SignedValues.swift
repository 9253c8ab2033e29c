import OCPP
import Units

// Signed meter values (OCPP 1.6 signed meter values, edition 1): readings under the meter's own signature at begin and end, and in
// between where asked for. A signature is bound to the reading it came with, so a register that is billed is never signed later.
extension ChargePoint {
    /// How long a meter may take to sign (§2.3.1: "a delay of up to 30 seconds").
    static let signingTimeOut = Duration.seconds(30)

    /// Whether StopTransaction carries signed values of begin and end (§3.1.4: either key brings them).
    func isStopSigned(_ index: Int) -> Bool {
        signs(index) && (configuration.boolean(.sampledDataSignReadings) || configuration.boolean(.alignedDataSignReadings))
    }

    /// Whether the MeterValues at the start are signed: "only has an effect if SampledDataSignReadings is set to true" (§3.3.5).
    private func isStartSigned(_ index: Int) -> Bool {
        signs(index) && configuration.boolean(.sampledDataSignReadings) && configuration.boolean(.sampledDataSignStartedReadings)
            && configuration.measurands(.startTxnSampledData).contains(where: \.isSignable)
    }

    /// Whether sampled MeterValues in between are signed (§3.3.6).
    func isUpdateSigned(_ index: Int) -> Bool {
        signs(index) && configuration.boolean(.sampledDataSignReadings) && configuration.boolean(.sampledDataSignUpdatedReadings)
            && configuration.measurands(.meterValuesSampledData).contains(where: \.isSignable)
    }

    private func signs(_ index: Int) -> Bool {
        settings.hasCentralSystem && connectors[index].profile.meter?.publicKey != nil
    }

    /// What the meter is asked to sign at begin and end; nil: nobody wants it.
    func signing(_ index: Int, _ occasion: SigningRequest.Occasion, _ idTag: IdToken) -> SigningRequest? {
        isStopSigned(index) ? request(occasion, idTag) : nil
    }

    private func request(_ occasion: SigningRequest.Occasion, _ idTag: IdToken) -> SigningRequest {
        SigningRequest(occasion: occasion, idTag: idTag.text, time: clock.now(now), isTimeKnown: clock.source != .unset)
    }

    /// Whether a sample that is due can be taken: where it is to be signed the meter is asked first, and waited for up to 30 s.
    mutating func isSampleReady(_ index: Int, due: Duration) -> Bool {
        guard isUpdateSigned(index), let transaction = connectors[index].transaction else { return true }
        let request = request(.during, transaction.start.idTag)
        let meter = connectors[index].meter
        if meter.readAt >= due, meter.latest?.answers(request) == true { return true }
        guard now.uptime < due + Self.signingTimeOut, !meter.isFailed else {
            connectors[index].transaction?.flags.insert(.unsigned)
            return true
        }
        readMeter(index, signing: request)
        return false
    }

    /// A transaction has begun with the reading that is the latest now.
    mutating func sampleBegin(_ index: Int) {
        guard let source = source(index) else { return }
        let signed = signedValue(index, source.reading, .transactionBegin)
        emit(
            index, source, configuration.measurands(.startTxnSampledData), .transactionBegin,
            signed: isStartSigned(index) ? signed : nil)
        keepForStop(index, .transactionBegin, signed: signed)
    }

    /// A transaction ends with the reading that is the latest now.
    mutating func sampleEnd(_ index: Int) {
        let signed = source(index).flatMap { signedValue(index, $0.reading, .transactionEnd) }
        keepForStop(index, .transactionEnd, signed: signed)
    }

    /// The reading as a SignedMeterValueType (§3.2.1); nil: it is not signed for this context.
    mutating func signedValue(_ index: Int, _ reading: MeterReading, _ context: ReadingContext) -> SampledValue? {
        guard let transaction = connectors[index].transaction, let signed = reading.signed,
            signed.request.idTag == transaction.start.idTag.text, signed.request.occasion.context == context
        else { return nil }
        let isKeyTold: Bool
        switch configuration.text(.publicKeyWithSignedMeterValue) {
        case "EveryMeterValue": isKeyTold = true
        case "OncePerTransaction": isKeyTold = !transaction.sampling.hasToldPublicKey
        default: isKeyTold = false
        }
        let key = isKeyTold ? connectors[index].profile.meter?.publicKey : nil
        guard
            let value = SignedMeterValueType(
                signedData: signed.data, signingMethod: signed.signingMethod, encodingMethod: signed.encodingMethod, publicKey: key)
        else {
            connectors[index].transaction?.flags.insert(.unsigned)
            log(
                .error,
                "connector \(connectors[index].id): the meter's signed reading is too long to be sent, \(signed.data.count) bytes")
            return nil
        }
        if isKeyTold { connectors[index].transaction?.sampling.hasToldPublicKey = true }
        return SampledValue(
            value: value.text, context: context, format: .signedData, measurand: .energyActiveImportRegister, location: .outlet,
            unit: .wh)
    }
}

extension MeterReading {
    /// Whether it has the signature that was asked for; whatever the question was, where none was asked for.
    func answers(_ request: SigningRequest?) -> Bool {
        guard let request else { return true }
        return signed.map { $0.request.occasion == request.occasion && $0.request.idTag == request.idTag } ?? false
    }
}

extension MeasurandRequest {
    /// What a certified meter signs: its import register.
    var isSignable: Bool { measurand == .energyActiveImportRegister && phase == nil }
}

extension SigningRequest.Occasion {
    fileprivate var context: ReadingContext {
        switch self {
        case .begin: .transactionBegin
        case .during: .samplePeriodic
        case .end: .transactionEnd
        }
    }
}

extension SigningRequest.End {
    init(_ reason: Reason) {
        switch reason {
        case .local, .evDisconnected, .unlockCommand: self = .locally
        case .remote, .deAuthorized, .hardReset, .softReset: self = .remotely
        case .emergencyStop: self = .byError
        case .powerLoss: self = .byPowerFailure
        case .reboot, .other: self = .otherwise
        }
    }
}
