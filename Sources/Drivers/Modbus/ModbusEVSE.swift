public import BoardSupport
import Synchronization
import Threads
public import Units

/// A controller as a board file describes it.
public struct ModbusEVSEConfiguration: Sendable, Equatable {
    /// The name of its bus.
    public var bus: String
    public var unit: Int
    public var map: EVSERegisterMap
    /// The requests of one poll, planned when the map was read.
    public var plan: BlockPlan
    /// From one poll to the next.
    public var pollInterval: Duration
    /// Polls in a row that may fail before the pilot counts as lost.
    public var toleratedMisses: Int

    public init(
        bus: String, unit: Int, map: EVSERegisterMap, pollInterval: Duration = .milliseconds(100), toleratedMisses: Int = 3
    ) throws(BlockPlanError) {
        self.bus = bus
        self.unit = unit
        self.map = map
        self.pollInterval = pollInterval
        self.toleratedMisses = toleratedMisses
        plan = try map.plan()
    }
}

/// A controller of the control pilot, and mostly of the contactor, on a Modbus bus.
///
/// It is asked ten times a second on a thread of its own, and told something when there is something to tell. What changes comes as
/// an event. A controller that stays silent for some polls is a lost pilot (state F, EVCommunicationError); when it is back it is told
/// everything anew.
public final class ModbusEVSE: ControlPilot, Contactor {
    public let configuration: ModbusEVSEConfiguration
    private let conversation: Mutex<EVSEConversation>
    private let wakeup = Wakeup()
    private let poller: EVSEPoller
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// - Parameter report: called on the controller's thread, for each change.
    public init(
        _ configuration: ModbusEVSEConfiguration, on bus: ModbusBus, connector: Int, outlet: ConnectorProfile.Outlet,
        report: @escaping @Sendable (BoardEvent) -> Void
    ) {
        self.configuration = configuration
        conversation = Mutex(
            EVSEConversation(
                map: configuration.map, connector: connector, outlet: outlet, toleratedMisses: configuration.toleratedMisses))
        poller = EVSEPoller(configuration, bus: bus, wakeup: wakeup, report: report)
    }

    /// Begins to ask; the first answer is reported in full.
    public func start() {
        let poller = poller
        let conversation = self
        task.withLock { task in
            // Begun where it is called and carried on by the controller's thread: the shared pool has no part in it.
            task = task ?? Task.immediate { await poller.run(conversation) }
        }
    }

    /// Takes the offer back, ends the thread and returns when both is done.
    public func shutDown() async {
        wakeup.end()
        await task.withLock { $0 }?.value
    }

    public func offer(_ current: Amperes?) { tell { $0.offer(current) } }

    public func signalFault() { tell { $0.signalFault() } }

    public func close() throws(ContactorFault) {
        guard configuration.map.drivesContactor else { throw .notDriven("this EVSE controller drives no contactor") }
        tell { $0.close() }
    }

    /// Takes the offer back at once; the write goes out on the controller's thread, within one exchange on the bus.
    public func open() throws(ContactorFault) {
        guard configuration.map.drivesContactor else { throw .notDriven("this EVSE controller drives no contactor") }
        tell { $0.open() }
    }

    private func tell(_ change: (inout EVSEConversation) -> Void) {
        conversation.withLock { change(&$0) }
        wakeup.ring()
    }

    fileprivate func withConversation<Answer>(_ body: (inout EVSEConversation) -> sending Answer) -> sending Answer {
        conversation.withLock { body(&$0) }
    }
}

/// The thread that asks.
private actor EVSEPoller {
    private let configuration: ModbusEVSEConfiguration
    private let bus: ModbusBus
    private let wakeup: Wakeup
    private let report: @Sendable (BoardEvent) -> Void
    private let thread: DeviceThread
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(
        _ configuration: ModbusEVSEConfiguration, bus: ModbusBus, wakeup: Wakeup, report: @escaping @Sendable (BoardEvent) -> Void
    ) {
        self.configuration = configuration
        self.bus = bus
        self.wakeup = wakeup
        self.report = report
        thread = DeviceThread(name: "evse-\(configuration.unit)")
    }

    func run(_ evse: ModbusEVSE) async {
        var isRunning = true
        while isRunning {
            let next = monotonicTime() + configuration.pollInterval
            if await tell(evse) { await ask(evse) }
            isRunning = wakeup.wait(until: next)
        }
        evse.withConversation {
            $0.open()
            $0.offer(nil)
        }
        _ = await tell(evse)
    }

    /// - Returns: whether the controller took it.
    private func tell(_ evse: ModbusEVSE) async -> Bool {
        let writes = evse.withConversation { $0.writes }
        guard !writes.isEmpty else { return true }
        do {
            for write in writes {
                try await bus.write(write, unit: configuration.unit, timeout: configuration.map.responseTimeout)
            }
            evse.withConversation { $0.took(writes) }
            return true
        } catch {
            evse.withConversation { $0.missed(error) }.forEach(report)
            return false
        }
    }

    private func ask(_ evse: ModbusEVSE) async {
        var contents = RegisterContents()
        do {
            for block in configuration.plan.blocks {
                let words = try await bus.read(block, unit: configuration.unit, timeout: configuration.map.responseTimeout)
                contents.add(words, from: block)
            }
        } catch {
            return evse.withConversation { $0.missed(error) }.forEach(report)
        }
        let answer = contents
        evse.withConversation { $0.answered(answer, at: monotonicTime()) }.forEach(report)
    }
}
