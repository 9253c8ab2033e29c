public import Units

/// A vehicle with a mind of its own: it comes, gets ready, asks for energy, stops asking, obeys the pilot or cheats.
public struct SimulatedVehicle: Sendable, Equatable {
    public var configuration: SimulatedVehicleConfiguration
    /// The cable is in the vehicle.
    public private(set) var isConnected = false
    /// It asks for energy when it is offered current. A vehicle that was told to stop forgets it when it leaves.
    public var wantsEnergy = true
    /// It draws this much per phase whatever the pilot offers; nil: it obeys.
    public var overdraw: Amperes?
    /// Time left until it can take energy; zero when it can, or is not there.
    public private(set) var timeUntilReady: Duration = .zero

    public init(_ configuration: SimulatedVehicleConfiguration = .init()) { self.configuration = configuration }

    public mutating func connect() {
        guard !isConnected else { return }
        isConnected = true
        timeUntilReady = configuration.readyAfter
    }

    public mutating func disconnect() {
        guard isConnected else { return }
        isConnected = false
        wantsEnergy = true
        timeUntilReady = .zero
    }

    public mutating func advance(by elapsed: Duration) {
        timeUntilReady = max(timeUntilReady - elapsed, .zero)
    }

    /// The state into which it brings the pilot: C when it is ready, wants energy and is offered current, otherwise B.
    ///
    /// It obeys the withdrawal of an offer at once, even one that overdraws.
    /// - Parameter offer: what the pilot's duty cycle offers; nil: nothing, or no valid pilot.
    public func state(offer: Amperes?) -> VehicleState {
        guard isConnected else { return .a }
        return offer != nil && wantsEnergy && timeUntilReady <= .zero ? .c : .b
    }

    /// What it draws per phase while it asks and the contactor conducts.
    public func current(offer: Amperes?, boardRating: Amperes) -> Amperes {
        overdraw ?? min(offer ?? 0, configuration.current, boardRating)
    }
}
