import OCPP
import Units

/// What happens when this identifier is presented now, and why: one pure function of the lists, the link and the keys.
///
/// The order is the specification's (OCPP 1.6 §3.5): the Local Authorization List before the Authorization Cache, asking the
/// Central System where it can be asked and nothing local may decide alone.
struct Authoriser: Sendable, Equatable {
    var situation: Situation
    var now: Timestamp
    var localAuthorizeOffline: Bool
    var localPreAuthorize: Bool
    var allowOfflineTxForUnknownId: Bool
    var isCacheEnabled: Bool
    var isListEnabled = true

    enum Situation: Sendable, Equatable {
        /// No Central System is configured: the charge point's own list decides.
        case standalone
        /// Accepted, and the connection stands.
        case online
        /// It cannot be asked now, but has accepted this charge point before, or sales before that are allowed.
        case offline
        /// No Central System has ever accepted this charge point (OCPP 1.6 §4.2.1).
        case neverAccepted
    }

    enum Decision: Sendable, Equatable {
        case accept(parentIdTag: IdToken?, isOffline: Bool)
        /// Authorize.req decides (OCPP 1.6 §4.1).
        case ask
        /// In words, for the log and the operator.
        case refuse(String)
    }

    func decide(_ lookup: CardLookup) -> Decision {
        switch situation {
        case .standalone: standalone(lookup.own)
        case .online: online(lookup)
        case .offline: offline(lookup)
        case .neverAccepted: .refuse("no Central System has accepted this charge point yet")
        }
    }

    private func standalone(_ card: OwnCard?) -> Decision {
        guard let card else { return .refuse("the card is not in the charge point's own list") }
        let info = IdTagInfo(expiryDate: card.expiryDate, parentIdTag: card.parentIdTag, status: card.status)
        guard isValid(info) else { return .refuse("the own list says \(verdict(info))") }
        return .accept(parentIdTag: card.parentIdTag, isOffline: false)
    }

    private func online(_ lookup: CardLookup) -> Decision {
        // §3.5.1: an identifier stored as not valid is asked for again.
        guard localPreAuthorize, let known = known(lookup), isValid(known) else { return .ask }
        return .accept(parentIdTag: known.parentIdTag, isOffline: false)
    }

    private func offline(_ lookup: CardLookup) -> Decision {
        if let listed = listed(lookup) {
            // §3.5.4: "Identifiers that are present in a Local Authorization List that have a status other than Accepted MUST be rejected."
            guard isValid(listed) else { return .refuse("the Local Authorization List says \(verdict(listed))") }
            guard localAuthorizeOffline else { return .refuse("offline, and LocalAuthorizeOffline is false") }
            return .accept(parentIdTag: listed.parentIdTag, isOffline: true)
        }
        if let known = cached(lookup) {
            guard isValid(known) else { return .refuse("offline, and the Authorization Cache says \(verdict(known))") }
            if localAuthorizeOffline { return .accept(parentIdTag: known.parentIdTag, isOffline: true) }
            return .refuse("offline, and LocalAuthorizeOffline is false")
        }
        guard allowOfflineTxForUnknownId else {
            return .refuse("offline, the identifier is unknown here, and AllowOfflineTxForUnknownId is false")
        }
        return .accept(parentIdTag: nil, isOffline: true)
    }

    /// The group that the identifier belongs to, from a list that may decide and says that the identifier is valid (OCPP 1.6 §3.10).
    func group(_ lookup: CardLookup) -> IdToken? {
        if situation == .standalone {
            guard case .accept(let parentIdTag, _) = standalone(lookup.own) else { return nil }
            return parentIdTag
        }
        guard let known = known(lookup), isValid(known) else { return nil }
        return known.parentIdTag
    }

    /// The group that any list says, valid or not: for an identifier that the Central System vouches for.
    func parentIdTag(_ lookup: CardLookup) -> IdToken? {
        listed(lookup)?.parentIdTag ?? cached(lookup)?.parentIdTag ?? lookup.own?.parentIdTag
    }

    /// §3.5.3: "Local Authorization List entries as having priority over Authorization Cache entries for the same identifiers".
    private func known(_ lookup: CardLookup) -> IdTagInfo? { listed(lookup) ?? cached(lookup) }
    private func listed(_ lookup: CardLookup) -> IdTagInfo? { isListEnabled ? lookup.localList : nil }

    private func cached(_ lookup: CardLookup) -> IdTagInfo? { isCacheEnabled ? lookup.cache : nil }

    private func isValid(_ info: IdTagInfo) -> Bool { info.status == .accepted && !isExpired(info) }
    private func isExpired(_ info: IdTagInfo) -> Bool { info.expiryDate.map { $0 <= now } ?? false }
    private func verdict(_ info: IdTagInfo) -> String { info.status == .accepted ? "Expired" : info.status.rawValue }
}
