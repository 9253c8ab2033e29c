public import BoardSupport
public import CentralSystemLink
public import ChargePointCore
public import Logging
public import NIOCore
public import OCPP
import Persistence
import Synchronization
import Units

/// The shell around the core: one inbox, one loop, and effects carried out in a fixed order.
///
/// Only `run()` touches the core, one input after another, so nothing can happen between a decision and its effect. Everything else
/// here hands an input in, or reads what the loop last published.
public actor ChargePointAgent {
    /// How `run()` ended.
    public enum Ending: Sendable, Equatable {
        case stopped
        /// A Reset was carried out: start me again.
        case restart(ResetType)
    }

    private let actuators: Actuators
    let ledger: Ledger
    private let logger: Logger
    let upstream: Upstream?
    private let workshop: FirmwareWorkshop
    private let pollers: [MeterPoller]
    private let uploader: LogUploader?
    private let securityChanges: [String]
    private let resources: ResourceWatch?
    nonisolated let inbox: Inbox
    nonisolated let published: Published
    nonisolated let configurationValues: ConfigurationValues
    nonisolated let wear: ContactorWear?
    private let linkChanges: LinkChanges?

    private var core: ChargePoint
    private var backlog = Backlog()
    private var answers: [Int: @Sendable (OperatorAnswer) -> Void] = [:]
    private var requests = 0
    /// The disk is full, and was said to be.
    private var isFull = false
    private var ending: Ending?
    /// Some contactor may be closed: the board's interlock wants signs of life.
    private var isFeeding = false
    private let signOfLife: SignOfLife?
    private var nextSign = Duration.zero

    public nonisolated var simulator: (any BoardSimulator)? { actuators.board.simulator }

    /// - Parameters:
    ///   - startup: the opened ledger and what it held.
    ///   - link: nil: standalone.
    ///   - firmware: with what it is fetched and installed.
    ///   - material: what later connections are made of; nil: as the first, for ever.
    ///   - wear: counts what the contactors do; nil: nobody counts.
    ///   - signOfLife: for whoever outside the process watches that the loop turns; nil: nobody does.
    ///   - diagnostics: what log files are made from; nil: none can be asked for.
    ///   - executor: where work that is not the loop's runs.
    public init(
        startup: Startup, board: Board, link: WebSocketLink?, linkState: LinkState?, material: LinkMaterial? = nil,
        eventLoop: any EventLoop, logger: Logger, firmware: FirmwareTools, wear: ContactorWear? = nil,
        signOfLife: SignOfLife? = nil,
        diagnostics: DiagnosticsSources? = nil, executor: (any TaskExecutor)? = nil
    ) {
        let inbox = Inbox(arrived: Alarm(eventLoop: eventLoop))
        let moment = Moment.read()
        core = ChargePoint(
            restoring: startup.snapshot, settings: startup.settings, configuration: startup.configuration,
            certificates: startup.certificates, at: moment)
        let published = Published(view: core.view, link: linkState)
        self.inbox = inbox
        self.published = published
        self.logger = logger
        self.signOfLife = signOfLife
        self.wear = wear
        ledger = startup.ledger
        configurationValues = ConfigurationValues(core.configuration.readable)
        actuators = Actuators(board: board, logger: logger) { inbox.put($0) }
        let upstream = link.map { Upstream(link: $0, inbox: inbox, published: published, logger: logger) }
        self.upstream = upstream
        linkChanges = upstream.flatMap { upstream in
            material.map {
                LinkChanges(
                    $0, first: startup.credentials, upstream: upstream, inbox: inbox, published: published, logger: logger)
            }
        }
        workshop = FirmwareWorkshop(firmware, logger: logger) { inbox.put(outcome: $0) }
        pollers = board.connectors.compactMap { connector in
            connector.meter.map { meter in
                MeterPoller(connector: connector.profile.id, meter: meter, eventLoop: eventLoop) { inbox.put($0) }
            }
        }
        securityChanges = startup.securityChanges
        let (settings, ledger) = (startup.settings, startup.ledger)
        uploader = diagnostics.map { [configurationValues] sources in
            LogUploader(sources: sources, ledger: ledger, executor: executor) {
                LogUploader.Present(
                    view: published.view, link: published.link, configuration: configurationValues.all, settings: settings)
            } ended: {
                inbox.put(outcome: .logUpload($0, $1))
            }
        }
        resources = diagnostics.map { ResourceWatch(directory: $0.folder) }
        pollerIndex = Dictionary(
            uniqueKeysWithValues: board.connectors.filter { $0.meter != nil }.enumerated().map { ($1.profile.id, $0) })
    }

    /// Which poller reads which connector.
    private let pollerIndex: [Int: Int]

    /// Runs the charge point until it is told to stop; contactors are open afterwards, whatever happened.
    public func run() async -> Ending {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [actuators, inbox, wear] in
                for await event in actuators.board.events {
                    wear?.note(event)
                    inbox.put(event)
                }
            }
            for poller in pollers { group.addTask { await poller.run() } }
            if let upstream { group.addTask { await upstream.run() } }
            if let linkChanges { group.addTask { await linkChanges.run() } }
            if let uploader { group.addTask { await uploader.run() } }
            group.addTask { [workshop] in await workshop.run() }
            let ending = await loop()
            actuators.openAll()
            // Whoever waits for the loop is let go first: the link's reader is one of them.
            inbox.close()
            await upstream?.stop()
            group.cancelAll()
            return ending
        }
    }

    private func loop() async -> Ending {
        await feed(.started)
        for key in securityChanges {
            await feed(.observed(.reconfigurationOfSecurityParameters, "\(key) was changed in the configuration file"))
        }
        while true {
            if let ending { return ending }
            actuators.board.heartbeat()
            giveSignOfLife()
            if let warning = resources?.look(at: Moment.read().uptime) { await feed(.observed(.memoryExhaustion, warning)) }
            guard let item = await inbox.next(within: timeToDeadline) else {
                await retryBacklog()
                await feed(.tick)
                continue
            }
            await take(item)
        }
    }

    private func giveSignOfLife() {
        guard let signOfLife, Moment.read().uptime >= nextSign else { return }
        nextSign = Moment.read().uptime + signOfLife.every
        signOfLife.give()
    }

    private var timeToDeadline: Duration? {
        let uptime = Moment.read().uptime
        let beat = isFeeding ? uptime + Board.heartbeatInterval : nil
        return [core.deadline, backlog.retryAt, beat, signOfLife.map { _ in nextSign }].compactMap { $0 }.min().map {
            max($0 - uptime, .zero)
        }
    }

    private func take(_ item: Inbox.Item) async {
        switch item {
        case .board(.card(let text, let connectors)): await cardPresented(text, connectors)
        case .board(let event): await feed(.board(event))
        case .link(.opened): await feed(.linkOpened)
        case .link(.closed): await feed(.linkClosed)
        case .link(.alive): await feed(.linkAlive)
        case .link(.refused): await feed(.linkRefused)
        case .link(.proved(let credentials, let root)): await feed(.linkProved(credentials: credentials, root: root))
        case .link(.unusable(let number)): await feed(.credentialsUnusable(number: number))
        case .link(.observed(let event, let words)): await feed(.observed(event, words))
        case .link(.frame(let frame)): await feed(.received(frame, await lookUp(frame)))
        case .outcome(let input): await feed(input)
        case .request(let request, let answer):
            if let refusal = await refusal(request) { return answer(.refused(refusal)) }
            requests += 1
            answers[requests] = answer
            await feed(.requested(await lookUp(request), request: requests))
        case .barrier(let reached): reached()
        case .shutdown: await feed(.shutdown)
        }
    }

    private func cardPresented(_ text: String, _ connectors: [Int]?) async {
        guard let idTag = IdToken(text), !text.isEmpty else {
            logger.warning(
                "card refused: its identifier is empty or longer than 20 characters", metadata: ["length": "\(text.count)"])
            return
        }
        published.note(.card(idTag))
        await feed(
            .cardPresented(idTag, await lookUp(idTag), connectors: connectors.map { $0.compactMap(ConnectorId.init(exactly:)) }))
    }

    private func lookUp(_ frame: IncomingFrame) async -> CardLookup {
        if case .call(_, .sendLocalList(let update)) = frame { return CardLookup(overlap: await overlap(update)) }
        guard let idTag = core.subject(of: frame) else { return CardLookup() }
        return await lookUp(idTag)
    }

    /// nil: there is nothing to compare with, or it cannot be read.
    private func overlap(_ update: SendLocalList) async -> LocalListOverlap? {
        guard update.updateType == .differential, let entries = update.localAuthorizationList else { return LocalListOverlap() }
        // What is longer than any message may be is refused without a look.
        guard entries.count <= Int(core.configuration.text(.sendLocalListMaxLength)) ?? 0 else { return nil }
        do { return try await ledger.localListOverlap(entries) } catch {
            logger.error("the Local Authorization List cannot be read", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// What the core cannot know: whether the thing that is asked for exists on disk.
    private func refusal(_ request: OperatorRequest) async -> Refusal? {
        switch request {
        case .removeCard(let idTag):
            let isKnown = await lookUp(idTag).own != nil
            return isKnown ? nil : Refusal(.notFound, "the charge point's own list has no card \(idTag)")
        case .resend(let id):
            do {
                let isParked = try await ledger.queueEntries(limit: Backlog.limit).contains { $0.id == id && $0.isParked }
                return isParked ? nil : Refusal(.notFound, "no parked message has the number \(id)")
            } catch { return Refusal(.storageFailing, "the queue cannot be read: \(error)") }
        default: return nil
        }
    }

    private func lookUp(_ request: OperatorRequest) async -> OperatorRequest {
        guard case .start(let connector, let idTag, _) = request else { return request }
        return .start(connector, idTag, await lookUp(idTag))
    }

    /// What the lists say; nothing, when they cannot be read: then nobody is known.
    public func lookUp(_ idTag: IdToken) async -> CardLookup {
        do { return try await ledger.lookUp(idTag) } catch {
            logger.error("the lists cannot be read", metadata: ["error": "\(error)"])
            return CardLookup()
        }
    }

    /// What would happen if this card were presented now, and why.
    public func explain(_ idTag: IdToken) async -> CardExplanation {
        let lookup = await lookUp(idTag)
        return core.explain(idTag, lookup, at: .read())
    }

    // MARK: One step

    /// Make safe now, record durably, then act.
    private func feed(_ input: Input) async {
        let moment = Moment.read()
        var next = core
        var reaction = next.handle(input, at: moment)
        actuators.makeSafe(reaction.now)
        if !reaction.record.isEmpty {
            do { try await commit(reaction.record, at: moment) } catch {
                // What was decided on the strength of that record is undone; the same input meets a charge point that cannot record.
                next = core
                let failed = next.handle(.storageFailed(error.description), at: moment)
                actuators.makeSafe(failed.now)
                // That the store works again has just proved wrong.
                reaction = input == .storageRecovered ? .none : next.handle(input, at: moment)
                actuators.makeSafe(reaction.now)
                backlog.add(failed.record + reaction.record, at: moment.uptime)
                reaction.then = failed.then + reaction.then
                if error.kind == .full, !isFull { inbox.put(outcome: .observed(.memoryExhaustion, error.description)) }
                isFull = error.kind == .full
            }
        }
        core = next
        noteSessions(reaction.record)
        await perform(reaction.then)
        publish()
    }

    private func commit(_ records: [Record], at moment: Moment) async throws(RecordStoreError) {
        // While the store fails, order is kept: what is new waits behind what waits already.
        guard backlog.isEmpty else { return backlog.add(records, at: moment.uptime) }
        try await ledger.commit(records)
    }

    private func retryBacklog() async {
        let uptime = Moment.read().uptime
        guard let retryAt = backlog.retryAt, uptime >= retryAt else { return }
        do {
            try await ledger.commit(backlog.records)
            backlog.written()
            isFull = false
            await feed(.storageRecovered)
        } catch {
            logger.error("still nothing can be recorded", metadata: ["error": "\(error)"])
            backlog.failedAgain(at: uptime)
        }
    }

    private func perform(_ effects: [Effect]) async {
        for effect in effects {
            switch effect {
            case .closeContactor(let id): actuators.close(id)
            case .offer(let id, let current): actuators.offer(id, current)
            case .lock(let id): actuators.lock(id)
            case .unlock(let id): actuators.unlock(id)
            case .readMeter(let id): pollerIndex[id.value].map { pollers[$0].readNow() }
            case .readSignedMeter(let id, let request): pollerIndex[id.value].map { pollers[$0].readNow(signing: request) }
            case .send(let frame): upstream?.send(frame)
            case .reconnect(let reason): await upstream?.link.reconnectNow(reason: reason)
            case .ping: await upstream?.link.ping()
            case .setPingInterval(let interval): await upstream?.link.setPingInterval(interval)
            case .useCredentials(let credentials, let number): linkChanges?.use(credentials, number: number)
            case .certificates(let task): linkChanges?.carryOut(task)
            case .loadQueueHead: await loadQueueHead()
            case .answer(let answer, let request): answers.removeValue(forKey: request)?(answer)
            case .showLamp(let state, let intensity): actuators.showLamp(state, intensity: intensity)
            case .blink(let times): actuators.blink(times)
            case .uploadLog(let upload): uploadLog(upload)
            case .giveUpLogUpload(let number): uploader?.giveUp(number)
            case .fetchFirmware(let update): workshop.begin(.fetch(update))
            case .verifyFirmware(let update): workshop.begin(.verify(update))
            case .installFirmware(let update): workshop.begin(.install(update))
            case .discardFirmware: workshop.begin(.discard)
            case .checkSigningCertificate(let certificate, let time, let question):
                await workshop.judge(certificate, at: time, question: question)
            case .restart(let type): ending = .restart(type)
            case .stopped: ending = .stopped
            case .log(let level, let text):
                logger.log(level: Logger.Level(level), "\(text)")
                published.note(.log(level, text))
            }
        }
    }

    private func uploadLog(_ upload: LogUpload) {
        guard let uploader else {
            let words = "this process was started without a place for log files"
            return inbox.put(outcome: .logUpload(upload.number, .failed(.uploadFailure, words, isFinal: true)))
        }
        uploader.upload(upload)
    }

    private func loadQueueHead() async {
        do {
            let (message, counts) = try await ledger.queueHead()
            await feed(.queueHead(message, counts))
        } catch {
            logger.error("the queue cannot be read", metadata: ["error": "\(error)"])
            backlog.add([], at: Moment.read().uptime)
            await feed(.storageFailed(error.description))
        }
    }

    private func noteSessions(_ records: [Record]) {
        for record in records {
            switch record {
            case .transactionBegan(let start): published.note(.sessionBegan(start.session, start.connectorId, start.idTag))
            case .transactionEnded(let end): published.note(.sessionEnded(end.session, end.reason))
            case .configurationChanged: configurationValues.set(core.configuration.readable)
            default: break
            }
        }
    }

    private func publish() {
        let view = core.view
        for connector in view.connectors {
            pollerIndex[connector.id.value].map { pollers[$0].setBusy(connector.isPlugged || connector.transaction != nil) }
        }
        isFeeding = view.connectors.contains { $0.contactor != .open }
        published.publish(view)
    }
}

extension Logger.Level {
    fileprivate init(_ level: LogLevel) {
        switch level {
        case .debug: self = .debug
        case .info: self = .info
        case .notice: self = .notice
        case .warning: self = .warning
        case .error: self = .error
        }
    }
}
