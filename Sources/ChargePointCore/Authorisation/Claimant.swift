import OCPP

/// Who wants a connector, as far as reservations ask (OCPP 1.6 §5.13).
struct Claimant: Sendable, Equatable {
    var idTag: IdToken
    var group: Group

    enum Group: Sendable, Equatable {
        /// The Central System has not been asked yet: it may turn out to be any.
        case undecided
        /// nil: of no group, as far as anybody says.
        case decided(IdToken?)
    }

    init(_ idTag: IdToken, group: Group) {
        self.idTag = idTag
        self.group = group
    }

    init(_ authorisation: Authorisation) { self.init(authorisation.idTag, group: .decided(authorisation.parentIdTag)) }

    func matches(_ reservation: Reservation) -> Bool {
        if reservation.idTag == idTag { return true }
        guard let reserved = reservation.parentIdTag else { return false }
        switch group {
        case .undecided: return true
        case .decided(let parentIdTag): return parentIdTag == reserved
        }
    }
}
