import OCPP
import Units

// What the Central System asks. Every request is answered; most at once, UnlockConnector when the lock has answered.
extension ChargePoint {
    /// Profiles that are built and that SupportedFeatureProfiles names.
    var enabledProfiles: [FeatureProfile] {
        configuration.text(.supportedFeatureProfiles).commaSeparated.compactMap(FeatureProfile.init(rawValue:))
            .filter(Self.builtProfiles.contains)
    }

    mutating func answer(_ request: CentralSystemRequest, _ id: MessageId, _ lookup: CardLookup) {
        let profile = request.action.profile
        // The security whitepaper's messages are no feature profile of OCPP 1.6 §3.3: SupportedFeatureProfiles cannot switch them off.
        guard profile == .core || profile == .security || enabledProfiles.contains(profile) else {
            let error = CallError(
                code: .notSupported,
                description: "\(request.action.rawValue): the feature profile \(profile.rawValue) is not supported here")
            return out.then.append(.send(.error(id, error)))
        }
        switch request {
        case .changeAvailability(let request): changeAvailability(request, id)
        case .changeConfiguration(let request):
            let effects = out.then.count
            let status = changeConfiguration(request.key.text, request.value.text).status
            // The answer goes out before the effect, which may be a new connection.
            out.then.insert(.send(.result(id, .changeConfiguration(.init(status: status)))), at: effects)
        case .clearCache: clearCache(id)
        case .dataTransfer:
            // §4.3: "If the recipient of the request has no implementation for the specific vendorId it SHALL return UnknownVendor."
            reply(id, .dataTransfer(.init(status: .unknownVendorId)))
        case .getConfiguration(let request): getConfiguration(request, id)
        case .remoteStartTransaction(let request): remoteStart(request, id, lookup)
        case .remoteStopTransaction(let request): remoteStop(request, id)
        case .reset(let request): reset(request, id)
        case .unlockConnector(let request): unlockConnector(request, id)
        case .triggerMessage(let request): trigger(request, id)
        case .setChargingProfile(let request): setChargingProfile(request, id)
        case .clearChargingProfile(let request): clearChargingProfile(request, id)
        case .getCompositeSchedule(let request): getCompositeSchedule(request, id)
        case .getLocalListVersion: getLocalListVersion(id)
        case .sendLocalList(let request): sendLocalList(request, id, lookup.overlap)
        case .reserveNow(let request): reserveNow(request, id)
        case .cancelReservation(let request): cancelReservation(request, id)
        case .installCertificate(let request): installCertificate(request, id)
        case .deleteCertificate(let request): deleteCertificate(request, id)
        case .getInstalledCertificateIds(let request): getInstalledCertificateIds(request, id)
        case .certificateSigned(let request): certificateSigned(request, id)
        case .extendedTriggerMessage(let request): extendedTrigger(request, id)
        case .getDiagnostics(let request): getDiagnostics(request, id)
        case .getLog(let request): getLog(request, id)
        case .updateFirmware(let request): updateFirmware(request, id)
        case .signedUpdateFirmware(let request): signedUpdateFirmware(request, id)
        }
    }

    /// "While Rejected, the Charge Point SHALL NOT respond to any Central System initiated message": one that had to wait for its answer
    /// gets none either (OCPP 1.6 §4.2).
    mutating func reply(_ id: MessageId, _ confirmation: ChargePointConfirmation) {
        guard registration.status != .rejected else { return }
        out.then.append(.send(.result(id, confirmation)))
    }

    // MARK: Availability (OCPP 1.6 §5.2)

    private mutating func changeAvailability(_ request: ChangeAvailability, _ id: MessageId) {
        guard let status = setAvailability(request.connectorId, request.type) else {
            return reply(id, .changeAvailability(.init(status: .rejected)))
        }
        reply(id, .changeAvailability(.init(status: status)))
    }

    /// - Returns: nil for a connector that does not exist.
    mutating func setAvailability(_ id: ConnectorId, _ type: AvailabilityType) -> AvailabilityStatus? {
        let indices: [Int]
        if id == .chargePoint {
            indices = Array(connectors.indices)
            if availability != type {
                availability = type
                record(.availabilityChanged(.chargePoint, type))
            }
        } else {
            guard let index = index(id) else { return nil }
            indices = [index]
        }
        var isScheduled = false
        for index in indices {
            // "In the event that Central System requests Charge Point to change to a status it is already in, … Accepted."
            // While a transaction runs it is not in that status yet, however often it is told.
            if connectors[index].transaction != nil, type == .inoperative { isScheduled = true }
            guard connectors[index].availability != type else { continue }
            connectors[index].availability = type
            record(.availabilityChanged(connectors[index].id, type))
            if type == .operative, connectors[index].transaction == nil, connectors[index].isPlugged {
                connectors[index].usage = .preparing(since: now.uptime)
            }
        }
        return isScheduled ? .scheduled : .accepted
    }

    // MARK: Configuration (OCPP 1.6 §5.3)

    /// - Returns: ChangeConfiguration's status, and in words why it is not Accepted.
    mutating func changeConfiguration(_ name: String, _ value: String) -> (status: ConfigurationStatus, problem: String?) {
        let checked: String
        do { checked = try configuration.checked(name, value) } catch {
            log(.notice, "configuration refused: \(error)")
            return (error.status, error.description)
        }
        let proper = configuration.properName(name) ?? name
        let key = ConfigurationKey(named: proper)
        if let key, [.securityProfile, .authorizationKey].contains(key) { return changeCredentials(key, checked) }
        keep(proper, checked)
        if key?.isSecurityParameter ?? false {
            report(.reconfigurationOfSecurityParameters, info: "\(proper) was changed")
        }
        apply(key)
        return (.accepted, nil)
    }

    private mutating func getConfiguration(_ request: GetConfiguration, _ id: MessageId) {
        // "The number of configuration keys requested in a single PDU MAY be limited by the Charge Point" (OCPP 1.6 §5.8).
        let limit = configuration.integer(.getConfigurationMaxKeys)
        guard request.key?.count ?? 0 <= limit else {
            let error = CallError(
                code: .occurenceConstraintViolation, description: "key: at most \(limit) are allowed (GetConfigurationMaxKeys)")
            return out.then.append(.send(.error(id, error)))
        }
        reply(id, .getConfiguration(configuration.answer(request)))
    }

    /// Sets a value and records it.
    mutating func keep(_ key: String, _ value: String) {
        configuration.set(key, value)
        record(.configurationChanged(key: key, value: value))
    }

    /// Most keys are read where they matter; these have an effect of their own at the moment of change.
    private mutating func apply(_ key: ConfigurationKey?) {
        switch key {
        case .webSocketPingInterval: out.then.append(.setPingInterval(configuration.interval(.webSocketPingInterval)))
        case .lightIntensity: lamp = nil
        case .localAuthListEnabled: if !isLocalListEnabled { faults.removeAll { $0.kind == .localListConflict } }
        case .meterValueSampleInterval:
            for index in connectors.indices {
                connectors[index].transaction?.sampling.nextSample = configuration.interval(.meterValueSampleInterval).map {
                    now.uptime + $0
                }
            }
        default: break
        }
    }

    private mutating func clearCache(_ id: MessageId) {
        // Errata 3.23: without a cache the answer is Rejected.
        guard configuration.boolean(.authorizationCacheEnabled) else { return reply(id, .clearCache(.init(status: .rejected))) }
        record(.cacheCleared)
        reply(id, .clearCache(.init(status: .accepted)))
    }

    // MARK: Remote start and stop (OCPP 1.6 §5.11, §5.12)

    private mutating func remoteStart(_ request: RemoteStartTransaction, _ id: MessageId, _ lookup: CardLookup) {
        let candidates = request.connectorId.map { [$0] } ?? connectors.map(\.id)
        // "While in pending state, the following … are not allowed: RemoteStartTransaction.req and RemoteStopTransaction.req"
        guard registration.status == .accepted, choose(candidates, for: Claimant(request.idTag, group: .undecided)) != nil else {
            return reply(id, .remoteStartTransaction(.init(status: .rejected)))
        }
        let profile: ChargingProfile?
        do { profile = try self.profile(of: request) } catch {
            log(.notice, "remote start rejected for its charging profile: \(error)")
            return reply(id, .remoteStartTransaction(.init(status: .rejected)))
        }
        reply(id, .remoteStartTransaction(.init(status: .accepted)))
        let asked = AuthorisationRequest(
            idTag: request.idTag, lookup: lookup, origin: .remote(candidates), chargingProfile: profile)
        let parentIdTag = authoriser(situation).parentIdTag(lookup)
        let isDecided = choose(candidates, for: Claimant(request.idTag, group: .decided(parentIdTag))) != nil
        if configuration.boolean(.authorizeRemoteTxRequests) {
            decide(asked)
        } else if isDecided {
            accepted(asked, parentIdTag, isOffline: false)
        } else {
            // Only its group can open a reserved connector: "the Charge Point SHALL send an Authorize.req for the incoming idTag".
            calls.enqueue(.authorize(Authorize(idTag: asked.idTag)), .authorize(asked))
        }
    }

    private mutating func remoteStop(_ request: RemoteStopTransaction, _ id: MessageId) {
        // Ids need not be unique: whoever asks for one stops all that carry it.
        let matching = connectors.indices.filter { index in
            connectors[index].transaction.map { $0.toldId == request.transactionId && $0.ending == nil } ?? false
        }
        guard registration.status == .accepted, !matching.isEmpty else {
            return reply(id, .remoteStopTransaction(.init(status: .rejected)))
        }
        reply(id, .remoteStopTransaction(.init(status: .accepted)))
        for index in matching { stop(index, .remote) }
    }
}

extension ConfigurationTable {
    /// OCPP 1.6 §5.8: all keys when none is named; names that do not exist come back as unknown, each once.
    func answer(_ request: GetConfiguration) -> GetConfiguration.Confirmation {
        guard let asked = request.key, !asked.isEmpty else { return .init(configurationKey: readable, unknownKey: nil) }
        var seen: Set<CiString<50>> = []
        let names = asked.filter { seen.insert($0).inserted }
        let known = names.compactMap { keyValue($0.text) }
        let unknown = names.filter { keyValue($0.text) == nil }
        return .init(configurationKey: known.isEmpty ? nil : known, unknownKey: unknown.isEmpty ? nil : unknown)
    }
}
