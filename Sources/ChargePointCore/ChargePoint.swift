public import OCPP
public import Units

/// A charge point: all that it knows and every decision it takes, as one value without clock, socket or disk.
///
/// `handle` is the only way in. It takes in what happened, then lets every part settle: connectors advance towards what the facts
/// demand, status and meter values become due, the next message goes out. Parts look at facts, not at the order of events, so a
/// state can be reached by any path and restored from disk.
public struct ChargePoint: Sendable, Equatable {
    /// Feature profiles that exist in this version (OCPP 1.6 §3.3).
    public static let builtProfiles: [FeatureProfile] = [
        .core, .firmwareManagement, .localAuthListManagement, .reservation, .smartCharging, .remoteTrigger,
    ]

    let settings: ChargePointSettings
    public internal(set) var configuration: ConfigurationTable
    var clock: ClockKeeper
    /// Times on record wait to be put right once the clock is known.
    var isCorrectionDue: Bool
    var connectors: [Connector]
    /// Faults and availability of the charge point as a whole (connector 0).
    var faults: [BoardFault] = []
    var availability: AvailabilityType
    var reporter: StatusReporter
    var readerFailure: String?
    var storageFailure: String?
    var learning: Learning?
    var awaitedStarts: [AwaitedStart] = []
    /// By chargingProfileId.
    public internal(set) var chargingProfiles: [InstalledProfile]
    /// Uptime at which what the profiles allow may change; nil: nothing of the kind is known.
    var nextLimitChange: Duration?
    var localList: LocalListSummary
    /// Those for connector 0: so many connectors stay free. A reservation of one connector is that connector's.
    var commonReservations: [Reservation] = []
    /// Reservations on disk that hold no longer: their end is recorded at the start.
    var voidReservations: [Int] = []
    /// Cards that were read a moment ago, the oldest first: one may lie on each reader.
    var recentCards: [RecentCard] = []

    var link = Link()
    var trial = CredentialTrial()
    var certificates = CertificateDesk()
    var registration = Registration()
    var wasEverAccepted: Bool
    var calls = CallSequencer()
    var queue: TransactionQueue
    var security: SecurityEventQueue
    var logUploads = LogUploads()
    /// How many waiting messages lead to the next thinning.
    var thinQueueAt: Int
    /// UnlockConnector requests that wait for the lock's answer.
    var unlocks: [PendingUnlock] = []
    var processEnd: ProcessEnd?
    var firmware: FirmwareKeeper
    /// Uptime when the process started.
    let startedAt: Duration
    /// Sessions restored for a connector that no longer exists.
    var orphans: [ActiveTransaction] = []
    /// Uptime until which restored sessions wait for their vehicle.
    var restoredUntil: Duration?
    var aligned: Aligned?
    var lamp: LampState?

    var identifiers = IdentifierSource()
    var now: Moment
    /// As it was before the present input, which may have set it.
    var clockBefore: ClockKeeper
    var out = Reaction.none

    /// The connection to the Central System.
    struct Link: Sendable, Equatable {
        var isOpen = false
        /// Uptime of the last CALL sent: Heartbeat is due when none went for HeartbeatInterval (OCPP 1.6 §4.6).
        var lastCall = Duration.zero
        /// By which change of credentials it was made.
        var credentials = 0
        /// The root that the other side's certificate leads to.
        var root: Fingerprint?
        /// Requests that came on this connection, the latest last.
        var requests: [Request] = []

        struct Request: Sendable, Equatable {
            var id: MessageId
            var action: Action
        }
        /// More are forgotten.
        static let rememberedRequests = 32
    }

    /// A card that was read, and until when it is ignored.
    struct RecentCard: Sendable, Equatable {
        var idTag: IdToken
        var until: Duration
    }

    /// The clock-aligned interval that is running.
    struct Aligned: Sendable, Equatable {
        var interval: Duration
        /// When it ends.
        var end: Timestamp
    }

    /// The next card presented goes to the own list.
    struct Learning: Sendable, Equatable {
        var request: Int
        var until: Duration
    }

    /// BootNotification's outcome (OCPP 1.6 §4.2).
    struct Registration: Sendable, Equatable {
        var status: RegistrationStatus?
        /// Uptime before which no BootNotification goes out.
        var nextBoot = Duration.zero
        /// None was answered on this connection yet.
        var isBootDue = true
        /// One went out on this connection.
        var wasSent = false
    }

    public init(
        restoring snapshot: Snapshot, settings: ChargePointSettings, configuration: ConfigurationTable,
        certificates: CertificateInventory = CertificateInventory(), at moment: Moment
    ) {
        self.settings = settings
        self.configuration = configuration
        clock = ClockKeeper(boot: snapshot.boot, notBefore: snapshot.lastRecordedTime, at: moment)
        isCorrectionDue = clock.source == .unset || snapshot.hasUncorrectedTimes
        now = moment
        clockBefore = clock
        startedAt = moment.uptime
        wasEverAccepted = snapshot.wasEverAccepted
        queue = TransactionQueue(counts: snapshot.queue)
        self.certificates.inventory = certificates
        self.certificates.certificate = snapshot.clientCertificate
        trial.fallback = snapshot.fallbackCredentials
        trial.deadline = snapshot.fallbackCredentials.map { _ in moment.uptime + CredentialTrial.turn }
        security = SecurityEventQueue(last: snapshot.lastSecurityEvent, waiting: snapshot.waitingSecurityEvents)
        thinQueueAt = settings.queueLimit
        firmware = FirmwareKeeper(snapshot.firmwareUpdate)
        availability = snapshot.availability[.chargePoint] ?? .operative
        chargingProfiles = snapshot.chargingProfiles
        localList = snapshot.localList
        let time = clock.recorded(moment)
        reporter = StatusReporter(StatusReport(status: availability == .operative ? .available : .unavailable), at: time)
        connectors = settings.board.connectors.map { profile in
            var connector = Connector(profile, meterFailureBlocks: settings.onMeterFailure == .stop, at: time)
            connector.availability = snapshot.availability[connector.id] ?? .operative
            connector.reporter = StatusReporter(connector.report(storageFailure: nil), at: time)
            return connector
        }
        for reservation in snapshot.reservations { restore(reservation, at: time) }
        restoredUntil = snapshot.openTransactions.isEmpty ? nil : moment.uptime + Self.restoredVehicleTimeOut
        for open in snapshot.openTransactions { restore(open) }
    }

    /// Takes in what happened and says what to do about it.
    public mutating func handle(_ input: Input, at moment: Moment) -> Reaction {
        now = moment
        identifiers.reseed(moment.entropy)
        clockBefore = clock
        clock.notice(moment)
        take(input)
        reportClockSet(since: clockBefore)
        putTimesRight()
        // A part that moved may let another move; it ends after a few rounds because every step uses up its reason.
        for _ in 0..<8 {
            let before = self
            settle()
            if self == before { break }
        }
        let reaction = out
        out = .none
        return reaction
    }

    private mutating func take(_ input: Input) {
        switch input {
        case .started: begin()
        case .tick: break
        case .board(let event): take(event)
        case .cardPresented(let idTag, let lookup, let connectors): cardPresented(idTag, lookup, at: connectors)
        case .linkOpened: linkOpened()
        case .linkClosed: linkClosed()
        case .linkAlive: linkIsAlive()
        case .linkRefused: linkRefused()
        case .credentialsUnusable(let number): if number == trial.number { trial.refusals = CredentialTrial.refusalLimit }
        case .linkProved(let credentials, let root): (link.credentials, link.root) = (credentials, root)
        case .certificates(let answer): take(answer)
        case .received(let frame, let lookup): received(frame, lookup)
        case .queueHead(let message, let counts):
            queue.loaded(message, counts)
            if counts.queued < settings.queueLimit { thinQueueAt = settings.queueLimit }
        case .storageFailed(let reason): storageFailed(reason)
        case .storageRecovered: storageRecovered()
        case .firmware(let outcome, let update): take(outcome, ofUpdate: update)
        case .signingCertificate(let verdict, let question): take(verdict, of: question)
        case .requested(let request, let number): take(request, number)
        case .observed(let event, let info): report(event, info: info)
        case .logUpload(let number, let outcome): logUploadEnded(number, outcome)
        case .shutdown: end(.shutdown)
        }
    }

    private mutating func settle() {
        if storageFailure == nil { thinAndKeepAlive() }
        endReservations()
        for index in connectors.indices {
            expirePreparation(index)
            startIfReady(index)
            resumeRestored(index)
        }
        allotCurrent()
        for index in connectors.indices {
            driveEnergy(index)
            finishIfReady(index)
        }
        answerUnlocks()
        advanceFirmware()
        reportStatus()
        tellFirmwareStatus()
        expireLearning()
        tellWhoWaitsForStarts()
        retryLogUpload()
        showLamp()
        expireCall()
        endTurn()
        useNewestCertificate()
        dropReplacedRoot()
        renewCertificate()
        sendSigningRequest()
        pump()
        endProcessIfReady()
    }

    /// Once, when the clock becomes known: what was recorded without it is corrected on disk.
    private mutating func putTimesRight() {
        guard isCorrectionDue, let correction = clock.correction else { return }
        isCorrectionDue = false
        record(.clockBecameKnown(correction))
        log(.notice, "the clock is known: \(clock.now(now)); records made before are put right")
    }

    /// SettingSystemTime: the clock now says another time than it would have by itself.
    private mutating func reportClockSet(since before: ClockKeeper) {
        let step = clock.now(now) - before.undisturbed(now)
        guard step > ClockKeeper.tolerance || step < .zero - ClockKeeper.tolerance else { return }
        report(.settingSystemTime, info: "from \(before.undisturbed(now)) to \(clock.now(now)), by \(clock.source.teller)")
    }

    mutating func log(_ level: LogLevel, _ text: String) { out.then.append(.log(level, text)) }

    func index(_ id: ConnectorId) -> Int? {
        let index = id.value - 1
        return connectors.indices.contains(index) ? index : nil
    }
}
