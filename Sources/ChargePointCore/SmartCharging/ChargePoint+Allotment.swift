import OCPP
import Units

// From profiles and the supply to current: what is in force at this instant, and what each connector may offer of it.
extension ChargePoint {
    /// How long a vehicle may take to follow a lower offer (IEC 61851-1, annex A): so long the current that others gave up is not given
    /// away. Offers fall, and rise where nobody else is concerned, at once.
    static let followTime = Duration.seconds(5)
    /// How long a vehicle that stopped asking comes after all others, if it asks again without being offered anything.
    static let contentTime = Duration.seconds(60)
    /// A change that lies further ahead is looked for again then: no deadline is years away.
    static let longestLook = Duration.seconds(86_400)

    /// A profile that is not named in SupportedFeatureProfiles is off: what is installed waits, and limits nothing.
    var isSmartCharging: Bool { enabledProfiles.contains(.smartCharging) }

    mutating func allotCurrent() {
        guard !chargingProfiles.isEmpty && isSmartCharging || settings.board.supplyCurrent != nil else {
            nextLimitChange = nil
            for index in connectors.indices where connectors[index].allotment != nil { connectors[index].allotment = nil }
            return
        }
        let instant = clock.now(now)
        let schedule = compositeSchedule(at: instant)
        nextLimitChange = schedule.nextChange(after: instant).map { now.uptime + min($0 - instant, Self.longestLook) }
        let own = connectors.indices.map { ownAllotment($0, schedule, instant) }
        for index in connectors.indices { connectors[index].allotment = own[index] }
        if let limit = schedule.common(at: instant) { share(limit, own, schedule, instant) }
    }

    /// What the connector's own profiles leave of its rating; nil: all of it.
    private func ownAllotment(_ index: Int, _ schedule: CompositeSchedule, _ instant: Timestamp) -> Allotment? {
        guard let limit = schedule.connectors[index].schedule.limit(at: instant), let rating = connectors[index].rating?.current,
            limit.current < rating
        else { return nil }
        return Allotment(current: limit.current >= Allotment.least ? limit.current : nil, source: .profile(limit.profile))
    }

    /// Divides what the charge point may draw as a whole among those that charge, the ones that came first before the others.
    private mutating func share(
        _ limit: CompositeSchedule.Common, _ own: [Allotment?], _ schedule: CompositeSchedule, _ instant: Timestamp
    ) {
        expireContentment()
        let sharing = connectors.indices.filter { mayOffer($0) || connectors[$0].command.isClosed }
            .sorted { began($0) < began($1) }
        let claims = sharing.map { index in
            let most = own[index].map { $0.current ?? 0 } ?? connectors[index].rating?.current ?? 0
            let useful = schedule.connectors[index].schedule.limit(at: instant)?.least ?? Allotment.least
            return CurrentClaim(
                most: mayOffer(index) ? most : 0, least: max(Allotment.least, min(useful, most)),
                offered: connectors[index].command.offer, mayStillDraw: mayStillDraw(index),
                isContent: connectors[index].transaction?.contentSince != nil)
        }
        let isShared = sharing.count > 1
        for (index, (claim, offer)) in zip(sharing, zip(claims, SharedCurrent(limit: limit.current, claims: claims).offers)) {
            if offer ?? 0 < claim.most, claim.least <= claim.most {
                connectors[index].allotment = Allotment(current: offer, source: limit.source, isShared: isShared)
            }
            if isShared, let until = connectors[index].command.eased?.until, until > now.uptime {
                nextLimitChange = min(nextLimitChange ?? until, until)
            }
        }
    }

    /// A vehicle that stopped asking and asks again without an offer waits its time: one that does so at every turn would have the
    /// others' offers come and go with it.
    private mutating func expireContentment() {
        for index in connectors.indices {
            guard connectors[index].vehicle.asksForEnergy, let since = connectors[index].transaction?.contentSince else { continue }
            let until = since + Self.contentTime
            if now.uptime >= until {
                connectors[index].transaction?.contentSince = nil
            } else {
                nextLimitChange = min(nextLimitChange ?? until, until)
            }
        }
    }

    private func began(_ index: Int) -> Timestamp {
        connectors[index].transaction.map { clock.corrected($0.start.time) } ?? clock.now(now)
    }

    private func mayStillDraw(_ index: Int) -> Amperes {
        let command = connectors[index].command
        guard command.isClosed else { return 0 }
        return max(command.offer ?? 0, command.eased.map { now.uptime < $0.until ? $0.current : 0 } ?? 0)
    }

    // MARK: Profiles on the time line

    /// Everything that is installed, as it applies to each connector.
    func compositeSchedule(at instant: Timestamp) -> CompositeSchedule {
        let chargingProfiles = isSmartCharging ? chargingProfiles : []
        return CompositeSchedule(
            connectors: connectors.indices.map { index in
                CompositeSchedule.Line(
                    schedule: ConnectorSchedule(
                        transaction: stack(index, chargingProfiles.filter { isInForce($0, of: index) }, instant),
                        // "the TxDefaultProfile SHALL be replaced only for that specific connector": its own come first.
                        standard: stack(
                            index,
                            chargingProfiles.filter { $0.isDefault && $0.connectorId == connectors[index].id }
                                + chargingProfiles.filter { $0.isDefault && $0.connectorId == .chargePoint }, instant)),
                    rating: connectors[index].rating?.current ?? connectors[index].profile.maximumCurrent,
                    phases: connectors[index].profile.phases.rawValue)
            },
            maximum: ProfileStack(
                chargingProfiles.filter { $0.profile.chargingProfilePurpose == .chargePointMaxProfile }
                    .map { placedMaximum($0, instant) }),
            supply: settings.board.supplyCurrent)
    }

    private func isInForce(_ installed: InstalledProfile, of index: Int) -> Bool {
        installed.session != nil && installed.session == connectors[index].transaction?.start.session
    }

    /// Relative is relative to the begin of the transaction; where there is none, to one that would begin now.
    private func stack(_ index: Int, _ profiles: [InstalledProfile], _ instant: Timestamp) -> ProfileStack {
        let begin = connectors[index].transaction?.start.time
        return ProfileStack(
            profiles.map { installed in
                PlacedProfile(
                    profile: installed.profile, origin: begin.map { instant - elapsed(since: $0) } ?? instant,
                    isCertain: isCertain(installed.profile, origin: begin), phases: phasesInUse(index))
            })
    }

    /// No transaction stands for the whole charge point: what is relative there begins with its installation, or with validFrom.
    private func placedMaximum(_ installed: InstalledProfile, _ instant: Timestamp) -> PlacedProfile {
        let installedAt = instant - elapsed(since: installed.installedAt)
        return PlacedProfile(
            profile: installed.profile, origin: max(installedAt, installed.profile.validFrom ?? installedAt),
            isCertain: isCertain(installed.profile, origin: installed.installedAt),
            phases: connectors.indices.map(phasesInUse).max() ?? 1)
    }

    /// By uptime where both ends are from this start: the wall clock may have been set meanwhile.
    private func elapsed(since time: RecordedTime) -> Duration {
        max(.zero, time.boot == clock.boot ? now.uptime - time.uptime : clock.now(now) - clock.corrected(time))
    }

    private func isCertain(_ profile: ChargingProfile, origin: RecordedTime?) -> Bool {
        if clock.source != .unset { return true }
        if profile.dependsOnClock { return false }
        // Of an earlier start, only the wall clock tells how long ago it was.
        return origin.map { $0.boot == clock.boot } ?? true
    }

    /// By so many phases a limit in W is divided at least: those that the vehicle was seen to use, all where the meter cannot tell.
    private func phasesInUse(_ index: Int) -> Int {
        let profile = connectors[index].profile
        guard let meter = profile.meter, meter.quantities.contains(.current), meter.phases.rawValue >= profile.phases.rawValue
        else { return profile.phases.rawValue }
        return connectors[index].transaction?.usedPhases ?? 1
    }

    /// A phase with an ampere or more counts: less is what meters show of nothing.
    mutating func noticePhases(_ index: Int, _ reading: MeterReading) {
        guard let transaction = connectors[index].transaction, connectors[index].command.isClosed else { return }
        let used = min(reading.current.count { $0 >= 1 }, connectors[index].profile.phases.rawValue)
        if used > transaction.usedPhases ?? 1 { connectors[index].transaction?.usedPhases = used }
    }
}

extension InstalledProfile {
    fileprivate var isDefault: Bool { profile.chargingProfilePurpose == .txDefaultProfile }
}
