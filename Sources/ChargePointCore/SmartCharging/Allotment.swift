import Units

/// What charging profiles, or the supply of all connectors, let one offer, where that is less than cable and board carry.
struct Allotment: Sendable, Equatable {
    /// nil: less than a pilot can signal, or than is of use to the vehicle.
    var current: Amperes?
    var source: Source
    /// The limit is the charge point's as a whole, and another connector has a part of it.
    var isShared = false

    /// What sets it.
    enum Source: Sendable, Equatable, CustomStringConvertible {
        /// By its chargingProfileId.
        case profile(Int)
        case supply(Amperes)

        var description: String {
            switch self {
            case .profile(let id): "ChargingProfile \(id)"
            case .supply(let current): "supply \(SampleSource.decimal(current.value)) A"
            }
        }
    }

    /// For people and programs: what limits.
    var limitedBy: String { "\(source)" + (isShared ? ", shared" : "") }

    /// Why nothing is offered; fits into StatusNotification's info.
    var reason: String {
        isShared ? "\(source): others charge first" : "\(source) allows less than 6 A"
    }

    /// The least that a pilot can signal (IEC 61851-1, annex A).
    static let least: Amperes = 6
}
