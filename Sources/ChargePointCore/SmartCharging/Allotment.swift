import Units

/// What charging profiles let a connector offer, where that is less than cable and board carry.
struct Allotment: Sendable, Equatable {
    /// nil: less than a pilot can signal, or than is of use to the vehicle.
    var current: Amperes?
    /// The chargingProfileId of the profile that sets it.
    var profile: Int
    /// The limit is the charge point's as a whole, and another connector has a part of it.
    var isShared = false

    /// For people and programs: what limits.
    var limitedBy: String { "ChargingProfile \(profile)" + (isShared ? ", shared" : "") }

    /// Why nothing is offered; fits into StatusNotification's info.
    var reason: String {
        isShared ? "ChargingProfile \(profile): others charge first" : "ChargingProfile \(profile) allows less than 6 A"
    }

    /// The least that a pilot can signal (IEC 61851-1, annex A).
    static let least: Amperes = 6
}
