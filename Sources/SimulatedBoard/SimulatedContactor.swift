public import BoardSupport
public import Units

/// A contactor as coil and contacts, which part ways when it fails.
public struct SimulatedContactor: Sendable, Equatable {
    /// The coil is driven.
    public private(set) var isEnergised = false
    /// Times the coil has closed the contacts.
    public private(set) var closings = 0
    public private(set) var failure: SimulatedContactorFailure?

    public init() {}

    /// The contacts are closed: energy can flow, welded or not.
    public var conducts: Bool {
        switch failure {
        case .welded: true
        case .stuckOpen: false
        case nil: isEnergised
        }
    }

    /// What the auxiliary contact says, compared with the coil.
    public var state: ContactorState {
        switch (isEnergised, conducts) {
        case (true, true): .closed
        case (false, false): .open
        case (false, true): .welded
        case (true, false): .stuckOpen
        }
    }

    public mutating func close() { change { $0.isEnergised = true } }
    public mutating func open() { change { $0.isEnergised = false } }

    /// Welds the contacts in their closed position, blocks them in their open one, or frees them to follow the coil again.
    public mutating func fail(_ failure: SimulatedContactorFailure?) { change { $0.failure = failure } }

    private mutating func change(_ body: (inout SimulatedContactor) -> Void) {
        let conducted = conducts
        body(&self)
        // A weld closes contacts too, but nobody's coil did it.
        if !conducted && conducts && isEnergised { closings += 1 }
    }
}
