import ChargePointCore
import OCPP
import SimulatedBoard

/// Firmware: statuses follow each other as the specification has them, "Installed" is true, and nothing is installed while a session
/// runs or a contactor is closed (OCPP 1.6 §4.5, §5.19; security whitepaper L01).
struct FirmwareChecker: Checker {
    private static let rule = "firmware"
    /// The last one that is durable.
    private var update: FirmwareUpdate?
    private var isInstalling = false
    private var wasVerified = false

    /// Which status may follow; nil: the first of an update. What is not here may follow nothing.
    private static let followers: [FirmwareStatusEnumType?: Set<FirmwareStatusEnumType>] = [
        nil: [.downloadScheduled, .downloading],
        .downloadScheduled: [.downloading],
        .downloading: [.downloaded, .downloadPaused, .downloadFailed],
        .downloadPaused: [.downloading],
        .downloaded: [.signatureVerified, .invalidSignature, .installScheduled, .installing],
        .signatureVerified: [.installScheduled, .installing],
        .installScheduled: [.installing],
        .installing: [.installRebooting, .installed, .installationFailed, .installVerificationFailed],
        .installRebooting: [.installed, .installationFailed],
    ]

    private static let verified: Set<FirmwareStatusEnumType> = [.signatureVerified, .installScheduled, .installing]

    mutating func observe(_ observation: Observation, in world: World) throws(Violation) {
        switch observation {
        case .committed(let records):
            for record in records {
                if case .firmwareUpdateChanged(let update) = record { try judge(update, world) }
                if case .transactionBegan = record, isInstalling {
                    throw Violation(Self.rule, "a session begins while firmware is being installed")
                }
            }
        case .effect(.installFirmware(let update)):
            isInstalling = true
            if update.signed != nil, !wasVerified {
                throw Violation(Self.rule, "a signed update is installed without having been verified")
            }
            guard world.ledger.openSessions.isEmpty else {
                throw Violation(Self.rule, "firmware is installed while a session runs")
            }
            for connector in world.board.connectors where connector.contactor.isEnergised {
                throw Violation(Self.rule, "firmware is installed while contactor \(connector.id) is closed")
            }
        case .ended: isInstalling = false
        case .input(.started):
            // The supply may have failed after a commit that nobody was told of.
            guard let onDisk = try? world.store.snapshotNow().firmwareUpdate, onDisk != update else { return }
            update = onDisk
            if let status = onDisk.status, Self.verified.contains(status) { wasVerified = true }
        case .healed:
            guard let update, world.settings.hasCentralSystem else { return }
            guard update.untold.isEmpty else { throw Violation(Self.rule, "the Central System never hears of \(update.untold)") }
        default: break
        }
    }

    private mutating func judge(_ new: FirmwareUpdate, _ world: World) throws(Violation) {
        let old = update.flatMap { $0.id == new.id ? $0 : nil }
        defer { update = new }
        if old == nil {
            if let update, update.stage == .installing || update.stage == .restarting {
                throw Violation(Self.rule, "another update takes the place of one that is being installed")
            }
            wasVerified = false
        }
        if new.stage != .installing { isInstalling = false }
        try judgeTelling(old, new)
        guard new.status != old?.status, let status = new.status else { return }
        guard Self.followers[old?.status]?.contains(status) ?? false else {
            throw Violation(Self.rule, "\(status.rawValue) follows \(old?.status?.rawValue ?? "nothing")")
        }
        if status == .signatureVerified { wasVerified = true }
        guard status == .installed else { return }
        let running = world.workshop.running
        guard running != new.versionBefore, new.expectedVersion.map({ $0 == running }) ?? true else {
            throw Violation(Self.rule, "Installed is told, but \(running) runs as before")
        }
    }

    /// A status leaves the list of what is to be told at its front, and none is left out.
    private func judgeTelling(_ old: FirmwareUpdate?, _ new: FirmwareUpdate) throws(Violation) {
        guard let old else { return }
        let entered =
            new.status != old.status && (new.signed != nil || new.status.flatMap { FirmwareStatus(rawValue: $0.rawValue) } != nil)
        let expected = entered ? old.untold + [new.status].compactMap { $0 } : old.untold
        guard new.untold == expected || new.untold == Array(expected.dropFirst()) else {
            throw Violation(Self.rule, "of \(old.untold) there is \(new.untold) left to tell")
        }
    }
}
