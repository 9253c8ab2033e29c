public import Units

/// A controller of the control pilot as data: where it says what the vehicle does, and where it takes what is offered.
public struct EVSERegisterMap: Sendable, Equatable {
    public var origin: MapOrigin
    public var factorySettings: SerialSettings?
    public var factoryUnit: Int?
    public var limits: ReadLimits
    /// What the control pilot says.
    public var state: StateRegister
    public var offer: OfferRegister
    /// A switch beside the current: off means that nothing is offered.
    public var enable: EnableSwitch?
    /// A switch whose off is state F of the pilot; nil: the controller cannot be told to show it.
    public var available: EnableSwitch?
    /// The current that the plugged-in cable carries, for a socket; nil: a tethered cable, or unknown.
    public var cableRating: RegisterField?
    /// Faults that the controller reports.
    public var faults: FaultRegister?
    /// Whether the controller drives the contactor itself, as most do: then it is both pilot and contactor of the connector.
    public var drivesContactor: Bool
    /// The auxiliary contact, where the controller reports one.
    public var contactor: ContactorRegister?
    /// How long it may take to answer.
    public var responseTimeout: Duration

    /// One register, masked, with one state for each of its values. A value that is not named is a pilot error.
    public struct StateRegister: Sendable, Equatable {
        public var table: RegisterTable
        public var address: Int
        public var mask: UInt16
        public var values: [UInt16: VehicleState]

        public init(table: RegisterTable, address: Int, mask: UInt16 = 0xFFFF, values: [UInt16: VehicleState]) {
            self.table = table
            self.address = address
            self.mask = mask
            self.values = values
        }
    }

    /// Where the current is written.
    public struct OfferRegister: Sendable, Equatable {
        public var address: Int
        /// Amperes to one step.
        public var step: Double
        /// What is written for "no current"; nil: the switch alone says so, and the register keeps its last value.
        public var none: UInt16?
        /// Function 16 where the device does not know function 6.
        public var writesMultiple: Bool

        public init(address: Int, step: Double = 1, none: UInt16? = 0, writesMultiple: Bool = false) {
            self.address = address
            self.step = step
            self.none = none
            self.writesMultiple = writesMultiple
        }

        /// Rounded down: never more than is offered.
        func raw(_ current: Amperes) -> UInt16 { UInt16(clamping: Int((current.value / step + 1e-6).rounded(.down))) }
    }

    public enum EnableSwitch: Sendable, Equatable {
        case coil(address: Int, on: Bool)
        case register(address: Int, on: UInt16, off: UInt16, writesMultiple: Bool)
    }

    /// Each bit, or each value, is a fault.
    public struct FaultRegister: Sendable, Equatable {
        public var table: RegisterTable
        public var address: Int
        public var mask: UInt16
        public var values: [UInt16: BoardFault.Kind]
        /// The values are single bits, several of which may be set.
        public var areBits: Bool

        public init(
            table: RegisterTable, address: Int, mask: UInt16 = 0xFFFF, values: [UInt16: BoardFault.Kind], areBits: Bool
        ) {
            self.table = table
            self.address = address
            self.mask = mask
            self.values = values
            self.areBits = areBits
        }
    }

    public struct ContactorRegister: Sendable, Equatable {
        public var table: RegisterTable
        public var address: Int
        public var mask: UInt16
        public var closed: [UInt16]

        public init(table: RegisterTable, address: Int, mask: UInt16 = 0xFFFF, closed: [UInt16]) {
            self.table = table
            self.address = address
            self.mask = mask
            self.closed = closed
        }
    }

    public init(
        origin: MapOrigin, factorySettings: SerialSettings? = nil, factoryUnit: Int? = nil, limits: ReadLimits = ReadLimits(),
        state: StateRegister, offer: OfferRegister, enable: EnableSwitch? = nil, available: EnableSwitch? = nil,
        cableRating: RegisterField? = nil,
        faults: FaultRegister? = nil, drivesContactor: Bool = true, contactor: ContactorRegister? = nil,
        responseTimeout: Duration = .milliseconds(200)
    ) {
        self.origin = origin
        self.factorySettings = factorySettings
        self.factoryUnit = factoryUnit
        self.limits = limits
        self.state = state
        self.offer = offer
        self.enable = enable
        self.available = available
        self.cableRating = cableRating
        self.faults = faults
        self.drivesContactor = drivesContactor
        self.contactor = contactor
        self.responseTimeout = responseTimeout
    }

    /// The current's register as it is read back, to see whether the controller forgot it.
    var offerRange: RegisterBlock { RegisterBlock(table: .holding, address: offer.address, count: 1) }

    /// What one poll reads.
    public func plan() throws(BlockPlanError) -> BlockPlan {
        var ranges = [RegisterBlock(table: state.table, address: state.address, count: 1), offerRange]
        ranges += cableRating?.ranges ?? []
        if let faults { ranges.append(RegisterBlock(table: faults.table, address: faults.address, count: 1)) }
        if let contactor { ranges.append(RegisterBlock(table: contactor.table, address: contactor.address, count: 1)) }
        return try BlockPlan(ranges, limits: limits)
    }
}
