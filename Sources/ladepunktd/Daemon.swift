import Agent
import BoardSupport
import Boards
import CentralSystemLink
import ChargePointCore
import ConfigurationFile
import FileTransfer
import LocalAPI
import Logging
import NIOCore
import OCPP
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The composition root: puts the parts together, runs them, and says with which status the process ends.
struct Daemon {
    let configuration: DaemonConfiguration
    let boardFile: BoardFile
    let eventLoop: any EventLoop
    let executor: LoopExecutor
    let logger: Logger
    let supervision: Supervision
    let ring: LogRing
    /// Told how to end the charge point in good order, once it runs.
    let onRunning: @Sendable (@escaping @Sendable () -> Void) -> Void

    func run() async -> Int32 {
        do {
            return try await runBoard()
        } catch let error as ConfigurationError {
            logger.critical("\(error)")
            return ExitStatus.configuration
        } catch {
            logger.critical("\(error)")
            return ExitStatus.unavailable
        }
    }

    private var boardRestart: BoardRestart? {
        configuration.chargePoint.hardReset == .board ? BoardRestart(logger: logger) : nil
    }

    private func runBoard() async throws -> Int32 {
        boardRestart?.check()
        let directory = configuration.dataDirectory
        if !makeDirectory(directory) {
            throw ConfigurationError(
                file: "configuration", line: nil, keyPath: "dataDirectory",
                problem: "\(directory) cannot be made: \(String(cString: strerror(errno)))",
                remedy: "Make it, or name a directory that this user may write to.")
        }
        var boardFile = boardFile
        try boardFile.prepareMeterKeys(in: directory)
        // The ledger first: its lock keeps a second daemon from this one's board.
        let protocols = await curl.protocols().map { $0.rawValue.uppercased() }
        if protocols.isEmpty {
            logger.warning("there is no curl: firmware cannot be fetched, and no log sent. Install the package curl.")
        }
        let startup = try await Startup.open(
            configuration, board: boardFile.profile, fileTransferProtocols: protocols, logger: logger)
        let board = try boardFile.open(dataDirectory: directory) { [logger] in logger.warning("\($0)") }
        let wear = ContactorWear(directory: directory, board: board.profile) { [logger] in logger.warning("\($0)") }
        let status = await run(startup, board, wear)
        await board.close()
        wear.close()
        await startup.close()
        logger.notice("ladepunktd ends: contactors open, ledger closed", metadata: ["status": "\(status)"])
        return status
    }

    private func run(_ startup: Startup, _ board: Board, _ wear: ContactorWear) async -> Int32 {
        var link: WebSocketLink?
        var url: String?
        var transportSecurity = TransportSecurity.none
        var material: LinkMaterial?
        let clock = CertificateClock(notBefore: startup.earliestTime)
        if let section = configuration.centralSystem {
            let links: LinkConfiguration
            do {
                let made = LinkMaterial(section, identity: configuration.chargePoint.id, startup: startup)
                links = try await made.first(startup, logger: logger)
                material = made
                url = try links.finalURL().description
            } catch {
                logger.critical("\(error is LinkFailure ? "centralSystem.url: " : "")\(error)")
                return ExitStatus.configuration
            }
            transportSecurity = links.transportSecurity
            link = WebSocketLink(
                configuration: links, eventLoopGroup: eventLoop, logger: logger, clock: { clock.now })
        }
        let agent = ChargePointAgent(
            startup: startup, board: board, link: link, linkState: url.map { LinkState(url: $0, transportSecurity) },
            material: material, eventLoop: eventLoop, logger: logger, firmware: firmwareTools(startup.shelf), wear: wear,
            signOfLife: supervision.signOfLife,
            diagnostics: DiagnosticsSources(
                configuration, authorizationKey: startup.credentials.authorizationKey, ring: ring,
                hasJournal: getenv("JOURNAL_STREAM") != nil),
            executor: executor)
        clock.follow(agent)
        let identity = startup.settings.identity
        let access = DaemonAccess(
            agent: agent,
            identity: ChargePointIdentity(
                id: configuration.chargePoint.id, vendor: identity.chargePointVendor.text, model: identity.chargePointModel.text,
                serialNumber: identity.chargePointSerialNumber?.text, firmwareVersion: identity.firmwareVersion?.text ?? ""),
            executor: executor)
        let web = configuration.web.map {
            WebConfiguration(host: $0.host, port: $0.port, password: $0.password, publicMetrics: $0.publicMetrics)
        }
        let server = LocalAPIServer(
            access: access, socketPath: configuration.control.socket, web: web, eventLoopGroup: eventLoop, logger: logger)
        onRunning { [supervision] in
            supervision.stopping()
            agent.shutDown()
        }
        return await serve(server, agent)
    }

    /// Runs both until the charge point ends; a local API that cannot listen ends it too.
    private func serve(_ server: LocalAPIServer, _ agent: ChargePointAgent) async -> Int32 {
        await withTaskGroup(of: Int32?.self) { group in
            let (listening, listens) = AsyncStream.makeStream(of: Void.self)
            if supervision.notification != nil {
                group.addTask {
                    for await _ in listening { await supervision.announce(agent) }
                    return nil
                }
            }
            group.addTask { [boardRestart] in
                let ending = await agent.run()
                supervision.stopping()
                switch ending {
                case .stopped: return ExitStatus.stopped
                case .restart(let type):
                    if type == .hard { boardRestart?.request() }
                    return ExitStatus.restart
                }
            }
            group.addTask { [logger, socket = configuration.control.socket] in
                do {
                    try await server.run {
                        logger.notice("ladepunktd runs", metadata: ["socket": "\(socket)"])
                        listens.yield()
                    }
                    return nil
                } catch is CancellationError {
                    return nil
                } catch {
                    logger.critical("\(error)")
                    agent.shutDown()
                    return ExitStatus.unavailable
                }
            }
            var status = ExitStatus.stopped
            for await ended in group {
                if let ended, status == ExitStatus.stopped { status = ended }
                group.cancelAll()
            }
            return status
        }
    }
}

/// Makes a directory and what is missing above it; `errno` says why it could not.
private func makeDirectory(_ path: String) -> Bool {
    if mkdir(path, 0o750) == 0 || errno == EEXIST { return true }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return false }
    return makeDirectory(String(path[..<slash])) && (mkdir(path, 0o750) == 0 || errno == EEXIST)
}
