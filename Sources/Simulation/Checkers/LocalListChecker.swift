import ChargePointCore
import OCPP

/// 14. The Local Authorization List on disk is always one that the Central System sent, whole, under its version: after a failed
/// commit or a power cut the old one or the new one, after an answer Accepted the new one (OCPP 1.6 §3.5.2, §5.15).
struct LocalListChecker: Checker {
    private struct List: Equatable {
        var version = 0
        var entries: [IdToken: IdTagInfo] = [:]
    }

    private var held = List()
    /// What it becomes by the update that is being recorded.
    private var pending: List?
    private static let rule = "local list"

    mutating func observe(_ observation: Observation, in world: World) throws(Violation) {
        switch observation {
        case .reaction(.received(.call(_, .sendLocalList(let update)), _), let reaction):
            let isAccepted = reaction.record.contains { if case .localListUpdated = $0 { true } else { false } }
            pending = isAccepted ? Self.list(after: update, held) : nil
        case .discarded: pending = nil
        case .committed(let records):
            guard let pending, records.contains(where: { if case .localListUpdated = $0 { true } else { false } }) else { return }
            try judge([pending], world)
        case .input(.started): try judge([held, pending].compactMap { $0 }, world)
        case .effect(.send(.result(_, .sendLocalList(let confirmation)))) where confirmation.status == .accepted:
            guard pending == nil else { throw Violation(Self.rule, "an update is Accepted before it is durable") }
        case .effect(.send(.result(_, .getLocalListVersion(let confirmation)))):
            guard [-1, held.version].contains(confirmation.listVersion) else {
                throw Violation(Self.rule, "version \(confirmation.listVersion) is told, it is \(held.version)")
            }
        default: break
        }
    }

    private mutating func judge(_ allowed: [List], _ world: World) throws(Violation) {
        let found: List
        do {
            let listed = try world.store.cards(limit: 1000).filter { $0.source == .localList }.map { card in
                (card.idTag, IdTagInfo(expiryDate: card.expiryDate, parentIdTag: card.parentIdTag, status: card.status))
            }
            found = List(
                version: try world.store.snapshotNow().localList.version, entries: Dictionary(uniqueKeysWithValues: listed))
        } catch { throw Violation(Self.rule, "\(error)") }
        guard allowed.contains(found) else { throw Violation(Self.rule, "\(found) is on disk, it should be one of \(allowed)") }
        held = found
        pending = nil
    }

    /// As the specification says it, worked out beside the core and the store.
    private static func list(after update: SendLocalList, _ old: List) -> List {
        var new = List(version: update.listVersion, entries: update.updateType == .full ? [:] : old.entries)
        for entry in update.localAuthorizationList ?? [] { new.entries[entry.idTag] = entry.idTagInfo }
        if new.entries.isEmpty { new.version = 0 }
        return new
    }
}
