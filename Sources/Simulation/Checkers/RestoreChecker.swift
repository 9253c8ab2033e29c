import ChargePointCore
import OCPP

/// 9. What a start would restore now is what lives: open sessions, availability, configuration, charging profiles.
struct RestoreChecker: Checker {
    mutating func observe(_ observation: Observation, in world: World) throws(Violation) {
        guard case .committed(let records) = observation, world.backlog == nil, records.contains(where: Self.isJudged) else {
            return
        }
        let snapshot: Snapshot
        do { snapshot = try world.store.snapshotNow() } catch { throw Violation("restoring", "\(error)") }
        let restored = world.restored(from: snapshot)
        try compare("configuration", restored.configuration.values, world.chargePoint.configuration.values)
        try compare(
            "charging profiles", restored.chargingProfiles.map(Installed.init),
            world.chargePoint.chargingProfiles.map(Installed.init))
        let (disk, live) = (restored.view, world.view)
        try compare("availability", disk.connectors.map(\.availability), live.connectors.map(\.availability))
        try compare("sessions", disk.connectors.map(Durable.init), live.connectors.map(Durable.init))
    }

    /// Whether a record changes anything that is compared here.
    private static func isJudged(_ record: Record) -> Bool {
        switch record {
        case .transactionBegan, .transactionEnded, .transactionDeauthorised, .startConfirmed, .configurationChanged,
            .availabilityChanged, .messageResent, .chargingProfileInstalled, .chargingProfilesRemoved:
            true
        default: false
        }
    }

    private func compare<Value: Equatable>(_ name: String, _ disk: Value, _ live: Value) throws(Violation) {
        guard disk == live else { throw Violation("restoring", "\(name) on disk: \(disk); live: \(live)") }
    }

    /// What of an installed profile survives: its time is put right on disk, and in memory when it is asked for.
    private struct Installed: Equatable {
        var profile: ChargingProfile
        var connectorId: ConnectorId
        var session: SessionId?

        init(_ installed: InstalledProfile) {
            (profile, connectorId, session) = (installed.profile, installed.connectorId, installed.session)
        }
    }

    /// What of a session survives.
    private struct Durable: Equatable {
        var session: SessionId?
        var transactionId: Int?
        var idTag: IdToken?

        init(_ connector: ConnectorView) {
            session = connector.transaction?.session
            transactionId = connector.transaction?.transactionId
            idTag = connector.transaction?.idTag
        }
    }
}
