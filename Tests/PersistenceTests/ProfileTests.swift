import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

@Suite struct `Charging profiles in the ledger` {
    static func installed(
        _ id: Int, at connector: ConnectorId = 0, session: SessionId? = nil, limit: Double = 13.7, isTrusted: Bool = true
    ) -> InstalledProfile {
        let purpose: ChargingProfilePurposeType = session == nil ? .txDefaultProfile : .txProfile
        let schedule = ChargingSchedule(
            duration: 86_400, startSchedule: noon, chargingRateUnit: .w,
            chargingSchedulePeriod: [
                ChargingSchedulePeriod(startPeriod: 0, limit: limit, numberPhases: 1),
                ChargingSchedulePeriod(startPeriod: 60, limit: 0.1),
            ], minChargingRate: 1380.5)
        let profile = ChargingProfile(
            chargingProfileId: id, transactionId: 5, stackLevel: 3, chargingProfilePurpose: purpose,
            chargingProfileKind: .recurring,
            recurrencyKind: .weekly, validFrom: noon, validTo: noon + .seconds(7), chargingSchedule: schedule)
        return InstalledProfile(
            profile: profile, connectorId: connector, session: session, installedAt: at(5, isTrusted: isTrusted))
    }

    @Test(arguments: Kind.allCases) func `are found as they were, by their ids`(kind: Kind) throws {
        let stage = try Stage(kind)
        let profiles = [Self.installed(-7), Self.installed(1, at: 2), Self.installed(40)]
        try stage.store.commit(profiles.reversed().map { .chargingProfileInstalled($0) })

        #expect(try stage.reopen().chargingProfiles == profiles)
    }

    @Test(arguments: Kind.allCases) func `are replaced under the same id, and go when they are removed`(kind: Kind) throws {
        let stage = try Stage(kind)
        try stage.store.commit((1...4).map { .chargingProfileInstalled(Self.installed($0)) })

        let news = Self.installed(2, at: 1, limit: 6)
        try stage.store.commit([.chargingProfilesRemoved([1, 3, 9]), .chargingProfileInstalled(news)])

        #expect(try stage.reopen().chargingProfiles == [news, Self.installed(4)])
    }

    @Test(arguments: Kind.allCases) func `of a transaction end with it, and only then`(kind: Kind) throws {
        let stage = try Stage(kind)
        try stage.store.commit([.transactionBegan(start("a")), .transactionBegan(start("b"))])
        try stage.store.commit([
            .chargingProfileInstalled(Self.installed(1)), .chargingProfileInstalled(Self.installed(2, at: 1, session: "a")),
            .chargingProfileInstalled(Self.installed(3, at: 2, session: "b")),
        ])

        #expect(try stage.reopen().chargingProfiles.map(\.id) == [1, 2, 3])
        try stage.store.commit([.transactionEnded(end("a"))])

        #expect(try stage.reopen().chargingProfiles.map(\.id) == [1, 3])
    }

    @Test(arguments: Kind.allCases) func `have their time put right once the clock is known`(kind: Kind) throws {
        let stage = try Stage(kind)
        _ = try stage.store.begin()
        try stage.store.commit([.chargingProfileInstalled(Self.installed(1, isTrusted: false))])
        #expect(try stage.reopen().hasUncorrectedTimes)

        let correction = ClockCorrection(boot: 1, anchor: noon + .seconds(10_000), shift: .seconds(5))
        try stage.store.commit([.clockBecameKnown(correction)])

        let snapshot = try stage.reopen()
        #expect(!snapshot.hasUncorrectedTimes)
        let found = try #require(snapshot.chargingProfiles.first)
        #expect(found.installedAt.isTrusted)
        #expect(found.installedAt.time == noon + .seconds(10_000) + .milliseconds(5007))
    }
}
