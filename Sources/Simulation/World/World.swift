import ChargePointCore
import OCPP
import SimulatedBoard
import Units

/// A charge point with everything around it, in one thread and without a real clock: the board and its vehicles, the store, the
/// connection, the Central System, and the shell that carries out what the core decides.
///
/// A world is its seed: the same seed lives through the same events, down to the last byte sent.
final class World {
    let variant: Variant
    private let seed: UInt64
    private(set) var settings: ChargePointSettings
    /// What the configuration file says.
    private var fileValues: [String: String]
    /// Everything by chance is drawn from here; every step begins a stream of its own.
    var numbers: SeededNumbers
    var troubles: Troubles
    var clock = SimulatedClock()
    var board: SimulatedBoardModel
    let store = CrashingStore()
    var chargePoint: ChargePoint { didSet { knownView = nil } }
    private var knownView: ChargePointView?
    var link = FaultyLink()
    var centralSystem: SimulatedCentralSystem
    /// Whom the Central System lets in.
    var admission = SimulatedCredentials()
    /// What the shell connects with, and the change that said so.
    var credentials = LinkCredentials()
    var credentialsNumber = 0
    var agenda = Agenda()
    var inbox: [Input] = []
    /// Records that could not be made durable; nil: the store works.
    var backlog: [Record]?
    /// The store answers in order.
    var storeAnsweredAt = Duration.zero
    var pingInterval: Duration?
    var operatorRequests = 0
    /// For the shell that repeats it.
    var lastStop: ChargePointRequest?
    /// For the one that does not tell again what it has told.
    var lastTold: [ConnectorId: ChargePointStatus] = [:]
    /// For the one that renders messages when they are recorded.
    var earlyMessages: [QueuedMessage.ID] = []
    var workshop: SimulatedWorkshop
    let pollInterval: Duration
    var polls = 0
    var meters: [MeterTrouble]
    /// Counts the starts of the process, as the store does.
    private(set) var boot = 0
    /// Uptime when the process started.
    private(set) var startedAt = Duration.zero

    private var checkers = Checkers()
    /// What is durable, as the judges understand it.
    var ledger = LedgerMirror()
    var trace: Trace
    var statistics = SimulationStatistics()

    init(seed: UInt64, without spared: Set<Trouble>, variant: Variant, trace: Trace) throws(Interruption) {
        var numbers = SeededNumbers(seed: seed)
        let connectors = (1...(1 + numbers.below(2))).map { id in
            SimulatedConnectorConfiguration(
                id: id, maximumCurrent: numbers.pick([16, 32]), phases: numbers.pick([.one, .three]), hasLock: numbers.chance(0.6),
                hasMeter: !numbers.chance(0.05), outlet: numbers.pick([.socket, .cable]),
                // Without drawing for it, so that worlds stay as they were: the first place is ventilated, the second is not.
                hasVentilation: id == 1)
        }
        let vehicle = SimulatedVehicleConfiguration(
            current: numbers.pick([6, 16, 32]), phases: numbers.pick([.one, .three]), readyAfter: numbers.milliseconds(0...20_000))
        let speed: Double = numbers.pick([1, 1, 30])
        board = SimulatedBoardModel(
            SimulatedBoardConfiguration(connectors: connectors, vehicle: vehicle, speed: speed),
            milliwattHours: connectors.map { _ in Int64(100_000_000 + numbers.below(5_000_000_000)) })
        settings = SimulatedConfiguration.settings(
            BoardProfile(
                model: "simulated", connectors: connectors.map(\.profile), hasLamp: numbers.chance(0.3), timeScale: speed,
                // Without drawing for it, as above: some sites have thin wires.
                supplyCurrent: seed % 16 == 7 ? 20 : nil),
            &numbers)
        fileValues = SimulatedConfiguration.initial(&numbers)
        pollInterval = numbers.milliseconds(1000...6000)
        troubles = Troubles(&numbers).without(spared)
        centralSystem = SimulatedCentralSystem(troubles: troubles, &numbers)
        workshop = SimulatedWorkshop(seed: seed)
        clock.restart(&numbers)
        meters = connectors.map { _ in MeterTrouble() }
        self.seed = seed
        self.numbers = numbers
        self.variant = variant
        self.trace = trace
        chargePoint = ChargePoint(
            restoring: Snapshot(), settings: settings, configuration: ConfigurationTable(board: settings.board),
            at: clock.moment(entropy: 0))
        try start()
    }

    /// In some worlds, by the seed, the Central System changes credentials.
    var changesCredentials: Bool { seed % 4 == 0 }

    /// What follows draws from a stream of its own, whatever went before.
    func beginStream(_ number: Int) { numbers = SeededNumbers(seed: seed, stream: number) }

    /// `chargePoint.view`, worked out once for all judges.
    var view: ChargePointView {
        if let knownView { return knownView }
        let view = chargePoint.view
        knownView = view
        return view
    }

    // MARK: Process

    /// What the shell does when it starts: reads the store, hands in `started` and all that the board reports.
    func start() throws(Interruption) {
        let snapshot: Snapshot
        do { snapshot = try store.begin() } catch { throw .violation(Violation("store", "\(error)")) }
        boot = snapshot.boot
        startedAt = clock.uptime
        statistics.starts += 1
        settings.identity.firmwareVersion = CiString(truncating: workshop.running)
        backlog = nil
        pingInterval = nil
        inbox = []
        agenda.clear()
        link.close()
        admission.connectionLost()
        chargePoint = restored(from: try adoptFile(snapshot))
        forgetReadings()
        (credentials, credentialsNumber) = (chargePoint.credentials, 0)
        trace.note("start \(snapshot.boot)", at: clock.elapsed)
        inbox = [.started] + board.report.map(Input.board)
        agenda.plan(.pollMeters, at: clock.elapsed + pollInterval)
        agenda.plan(.ping, at: clock.elapsed + .seconds(10))
        if settings.hasCentralSystem { planConnection(in: numbers.milliseconds(100...5000)) }
    }

    /// A value counts when it is new in the configuration file; until it changes there again, what came over OCPP stands.
    private func adoptFile(_ snapshot: Snapshot) throws(Interruption) -> Snapshot {
        var snapshot = snapshot
        var records: [Record] = []
        for (key, value) in fileValues.sorted(by: { $0.key < $1.key }) where snapshot.fileValues[key] != value {
            records += [.configurationChanged(key: key, value: value), .fileValueSeen(key: key, value: value)]
            snapshot.configuration[key] = value
            snapshot.fileValues[key] = value
        }
        store.fate = .done
        do { try store.commit(records) } catch { throw .violation(Violation("store", "\(error)")) }
        ledger.apply(records)
        return snapshot
    }

    /// Enough for every security profile, for ever.
    private static let certificates = CertificateInventory(
        fileCertificate: OwnCertificate(
            id: Fingerprint("own"), subject: "CN=0001", commonName: "0001", organization: "", notBefore: Timestamp(seconds: 0),
            notAfter: Timestamp(seconds: 32_000_000_000)), trustsSystem: true)

    /// What a start at this instant would make of the records.
    func restored(from snapshot: Snapshot) -> ChargePoint {
        var configuration = ConfigurationTable(board: settings.board)
        for (key, value) in snapshot.configuration { configuration.set(key, value) }
        var snapshot = snapshot
        if variant == .forgetsReservations { snapshot.reservations = [] }
        return ChargePoint(
            restoring: snapshot, settings: settings, configuration: configuration, certificates: Self.certificates,
            at: clock.moment(entropy: 0))
    }

    /// The supply fails: contactors fall open, whatever was under way is gone, and after a while everything begins anew.
    func losePower() throws(Interruption) {
        statistics.powerLosses += 1
        trace.note("power lost", at: clock.elapsed)
        try observe(.ended)
        _ = board.makeSafe()
        workshop.start(isMachine: true)
        let isLong = numbers.chance(0.3)
        sleep(numbers.seconds(isLong ? 60...7200 : 1...20))
        clock.restart(&numbers)
        try changeInTheDark()
        try start()
        delayMeters()
    }

    /// The process ends and is started again; the machine and its uptime go on.
    func restartProcess() throws(Interruption) {
        trace.note("process ended", at: clock.elapsed)
        try observe(.ended)
        _ = board.makeSafe()
        workshop.start(isMachine: false)
        sleep(numbers.seconds(1...10))
        try changeInTheDark()
        try start()
    }

    /// While nobody looks, drivers leave and somebody edits the configuration file.
    private func changeInTheDark() throws(Interruption) {
        for connector in board.connectors where connector.vehicle.isConnected && numbers.chance(0.2) {
            change(ConnectorId(connector.id)) { $0.unplug() }
        }
        if numbers.chance(0.2) {
            let (key, value) = SimulatedConfiguration.setting(&numbers)
            fileValues[key] = value
        }
    }

    private func sleep(_ duration: Duration) {
        _ = board.advance(by: duration)
        clock.advance(by: duration)
    }

    func observe(_ observation: Observation) throws(Interruption) {
        do {
            try checkers.observe(observation, in: self)
        } catch { throw .violation(error) }
    }
}
