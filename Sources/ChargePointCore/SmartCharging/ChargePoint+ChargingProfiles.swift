import OCPP
import Units

// What the Central System asks of charging profiles (OCPP 1.6 §5.5, §5.7, §5.16).
extension ChargePoint {
    // MARK: SetChargingProfile (OCPP 1.6 §5.16)

    mutating func setChargingProfile(_ request: SetChargingProfile, _ id: MessageId) {
        // "If an invalid value for connectorId is used … PropertyConstraintViolation" (errata 3.39).
        guard request.connectorId == .chargePoint || index(request.connectorId) != nil else {
            let error = CallError(
                code: .propertyConstraintViolation,
                description: "connectorId: \(request.connectorId) does not exist; this charge point has 0 to \(connectors.count)")
            return out.then.append(.send(.error(id, error)))
        }
        let profile = request.csChargingProfiles
        do {
            let installed = try accepted(profile, at: request.connectorId)
            install(installed)
            reply(id, .setChargingProfile(.init(status: .accepted)))
        } catch {
            log(.notice, "charging profile \(profile.chargingProfileId) rejected: \(error)")
            reply(id, .setChargingProfile(.init(status: .rejected)))
        }
    }

    private mutating func accepted(_ profile: ChargingProfile, at id: ConnectorId) throws(ProfileProblem) -> InstalledProfile {
        if let storageFailure { throw ProfileProblem("nothing can be recorded: \(storageFailure)") }
        try check(profile)
        let session: SessionId?
        switch profile.chargingProfilePurpose {
        case .chargePointMaxProfile:
            guard id == .chargePoint else { throw ProfileProblem("a ChargePointMaxProfile is for connector 0 alone") }
            session = nil
        case .txDefaultProfile: session = nil
        case .txProfile: session = try self.session(of: profile, at: id)
        }
        let installed = InstalledProfile(profile: profile, connectorId: id, session: session, installedAt: clock.recorded(now))
        try makeRoom(for: installed)
        return installed
    }

    /// "If there is no transaction active on the connector specified in a charging profile of type TxProfile, then the Charge Point SHALL
    /// discard it and return an error status."
    private func session(of profile: ChargingProfile, at id: ConnectorId) throws(ProfileProblem) -> SessionId {
        guard id != .chargePoint, let index = index(id) else {
            throw ProfileProblem("a TxProfile is for a connector, not for the charge point as a whole")
        }
        guard let transaction = connectors[index].transaction, transaction.ending == nil else {
            throw ProfileProblem("connector \(id) has no transaction")
        }
        guard profile.transactionId == nil || profile.transactionId == transaction.transactionId else {
            throw ProfileProblem("connector \(id) has another transaction than \(profile.transactionId ?? 0)")
        }
        return transaction.start.session
    }

    private func check(_ profile: ChargingProfile) throws(ProfileProblem) {
        let names = configuration.text(.chargingScheduleAllowedChargingRateUnit).commaSeparated.map { $0.lowercased() }
        let limits = ProfileLimits(
            stackLevel: configuration.integer(.chargeProfileMaxStackLevel),
            periods: configuration.integer(.chargingScheduleMaxPeriods),
            // "'Current' means … 'A', 'Power' means … 'W'" (errata 3.88).
            units: Set((names.contains("current") ? [.a] : []) + (names.contains("power") ? [.w] : [])))
        try limits.check(profile, at: clock.source == .unset ? nil : clock.now(now))
    }

    /// MaxChargingProfilesInstalled: what is over makes room for what is to come.
    private mutating func makeRoom(for new: InstalledProfile) throws(ProfileProblem) {
        let limit = configuration.integer(.maxChargingProfilesInstalled)
        func count() -> Int { chargingProfiles.count { !$0.isReplaced(by: new) } }
        if count() >= limit, clock.source != .unset {
            let time = clock.now(now)
            remove { installed in installed.profile.end.map { $0 <= time } ?? false }
        }
        guard count() < limit else {
            throw ProfileProblem("\(limit) profiles are installed already (MaxChargingProfilesInstalled)")
        }
    }

    mutating func install(_ new: InstalledProfile) {
        // Sent again as it is there already, a profile costs no write; one that counts from its installation begins anew.
        let isRelative = new.profile.chargingProfilePurpose == .chargePointMaxProfile && new.profile.countsFromOrigin
        let isKnown = chargingProfiles.contains {
            $0.profile == new.profile && $0.connectorId == new.connectorId && $0.session == new.session
        }
        if isKnown && !isRelative { return }
        remove { $0.isReplaced(by: new) && $0.id != new.id }
        chargingProfiles.removeAll { $0.id == new.id }
        let place = chargingProfiles.firstIndex { $0.id > new.id } ?? chargingProfiles.endIndex
        chargingProfiles.insert(new, at: place)
        record(.chargingProfileInstalled(new))
        log(
            .notice,
            "charging profile \(new.id) (\(new.profile.chargingProfilePurpose.rawValue), level \(new.profile.stackLevel)) is installed for connector \(new.connectorId)"
        )
    }

    private mutating func remove(where isMeant: (InstalledProfile) -> Bool) {
        let leaving = chargingProfiles.filter(isMeant)
        guard !leaving.isEmpty else { return }
        chargingProfiles.removeAll(where: isMeant)
        record(.chargingProfilesRemoved(leaving.map(\.id)))
        log(.notice, "charging profiles \(leaving.map { "\($0.id)" }.joined(separator: ", ")) are gone")
    }

    /// "A profile with this purpose SHALL cease to be valid when the transaction terminates": on disk it goes with the session's end.
    mutating func forgetProfiles(of session: SessionId) { chargingProfiles.removeAll { $0.session == session } }

    // MARK: ClearChargingProfile (OCPP 1.6 §5.5)

    mutating func clearChargingProfile(_ request: ClearChargingProfile, _ id: MessageId) {
        let isFound = chargingProfiles.contains { $0.isMeant(by: request) }
        remove { $0.isMeant(by: request) }
        reply(id, .clearChargingProfile(.init(status: isFound ? .accepted : .unknown)))
    }

    // MARK: GetCompositeSchedule (OCPP 1.6 §5.7)

    mutating func getCompositeSchedule(_ request: GetCompositeSchedule, _ id: MessageId) {
        let index = index(request.connectorId)
        guard request.connectorId == .chargePoint || index != nil, request.duration > 0 else {
            return reply(id, .getCompositeSchedule(.init(status: .rejected)))
        }
        let start = clock.now(now)
        let schedule = compositeSchedule(at: start).told(
            of: index, from: start, for: .seconds(min(request.duration, ProfileLimits.seconds.upperBound)),
            in: request.chargingRateUnit ?? .a, periodLimit: max(1, configuration.integer(.chargingScheduleMaxPeriods)))
        reply(
            id,
            .getCompositeSchedule(
                .init(status: .accepted, connectorId: request.connectorId, scheduleStart: start, chargingSchedule: schedule)))
    }

    // MARK: RemoteStartTransaction with a profile (OCPP 1.6 §5.16.2)

    /// The profile that a remote start brings, if it may.
    ///
    /// - Throws: why nothing can start under it: the limit that was wished for would not be kept.
    func profile(of request: RemoteStartTransaction) throws(ProfileProblem) -> ChargingProfile? {
        // "If a Charge Point without support for Smart Charging receives … a Charging Profile, this parameter SHOULD be ignored."
        guard let profile = request.chargingProfile, isSmartCharging else { return nil }
        guard profile.chargingProfilePurpose == .txProfile, profile.transactionId == nil else {
            throw ProfileProblem("a remote start takes a TxProfile without transactionId (errata 3.41)")
        }
        try check(profile)
        let others = chargingProfiles.count { $0.id != profile.chargingProfileId }
        guard others < configuration.integer(.maxChargingProfilesInstalled) else {
            throw ProfileProblem("as many profiles are installed as may be (MaxChargingProfilesInstalled)")
        }
        return profile
    }
}
