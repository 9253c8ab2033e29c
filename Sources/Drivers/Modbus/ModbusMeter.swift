public import BoardSupport
import Synchronization
public import Units
import Threads

/// A meter as a board file describes it.
public struct ModbusMeterConfiguration: Sendable, Equatable {
    /// The name of its bus.
    public var bus: String
    public var unit: Int
    public var map: RegisterMap
    /// The requests of one poll, planned when the map was read.
    public var plan: BlockPlan

    public init(bus: String, unit: Int, map: RegisterMap) throws(BlockPlanError) {
        self.bus = bus
        self.unit = unit
        self.map = map
        plan = try map.plan()
    }

    public var profile: MeterProfile { map.profile }
}

/// An electrical meter on a Modbus bus.
///
/// Each reading is taken anew, with one request for each block of the plan; other devices on the bus may be asked in between.
public final class ModbusMeter: EnergyMeter {
    public let configuration: ModbusMeterConfiguration
    private let bus: ModbusBus
    private let plausibility: Mutex<MeterPlausibility>

    /// - Parameters:
    ///   - rating: the most that the connector carries per phase.
    ///   - phases: how many the connector has, whatever the meter measures.
    public init(_ configuration: ModbusMeterConfiguration, on bus: ModbusBus, rating: Amperes, phases: Phases) {
        self.configuration = configuration
        self.bus = bus
        plausibility = Mutex(MeterPlausibility(rating: rating, phases: phases))
    }

    public func read() async throws(MeterFault) -> MeterReading {
        let registers: RegisterContents
        do { registers = try await contents() } catch { throw error.meterFault }
        return try reading(from: registers)
    }

    /// One poll's registers as they came.
    public func contents() async throws(ModbusFault) -> RegisterContents {
        var contents = RegisterContents()
        for block in configuration.plan.blocks {
            contents.add(try await bus.read(block, unit: configuration.unit), from: block)
        }
        return contents
    }

    /// What the registers mean, if it can be true after what they said before.
    public func reading(from contents: RegisterContents) throws(MeterFault) -> MeterReading {
        let reading = try configuration.map.reading(from: contents)
        let time = monotonicTime()
        // Typed throws do not go through the lock's closure.
        let outcome = plausibility.withLock { plausibility in
            Result { () throws(MeterFault) in try plausibility.check(reading, at: time) }
        }
        try outcome.get()
        return reading
    }
}
