import ChargePointCore
import FileTransfer
import Logging
import OCPP
import Threads
import Units

/// Makes and sends the log files that the core wants sent, one at a time and beside the loop.
///
/// A file is made once and kept until it is sent, given up, or another one is asked for.
final class LogUploader: Sendable {
    private enum Command: Sendable {
        case upload(LogUpload)
        case giveUp(Int)
    }

    /// What the loop published last, for the files.
    struct Present: Sendable {
        var view: ChargePointView
        var link: LinkState?
        var configuration: [KeyValue]
        var settings: ChargePointSettings
    }

    private let sources: DiagnosticsSources
    private let ledger: Ledger
    private let executor: (any TaskExecutor)?
    private let present: @Sendable () -> Present
    private let ended: @Sendable (Int, LogUploadOutcome) -> Void
    private let curl: Curl
    private let commands: AsyncStream<Command>
    private let continuation: AsyncStream<Command>.Continuation

    /// Sessions and messages in a file at most, the newest.
    private static let rowLimit = 10_000

    init(
        sources: DiagnosticsSources, ledger: Ledger, executor: (any TaskExecutor)?, present: @escaping @Sendable () -> Present,
        ended: @escaping @Sendable (Int, LogUploadOutcome) -> Void
    ) {
        self.sources = sources
        self.ledger = ledger
        self.executor = executor
        self.present = present
        self.ended = ended
        curl = Curl(limits: TransferLimits(total: .seconds(1800)), extraTrust: sources.extraTrust)
        // One upload runs at a time, so this holds few.
        (commands, continuation) = AsyncStream.makeStream(of: Command.self)
    }

    func upload(_ upload: LogUpload) { continuation.yield(.upload(upload)) }
    func giveUp(_ number: Int) { continuation.yield(.giveUp(number)) }

    func run() async {
        LogArchive.empty(sources.folder)
        var running: (upload: LogUpload, task: Task<Void, Never>)?
        for await command in commands {
            running?.task.cancel()
            await running?.task.value
            switch command {
            case .upload(let upload):
                if let old = running?.upload, old.number != upload.number { archive(old).remove() }
                running = (upload, Task(executorPreference: executor) { await self.carryOut(upload) })
            case .giveUp(let number):
                if let old = running?.upload, old.number == number { archive(old).remove() }
                running = nil
            }
        }
        running?.task.cancel()
        await running?.task.value
        LogArchive.empty(sources.folder)
    }

    private func archive(_ upload: LogUpload) -> LogArchive { LogArchive(folder: sources.folder, name: upload.fileName) }

    private func carryOut(_ upload: LogUpload) async {
        let archive = archive(upload)
        do {
            let url = try TransferURL(upload.location)
            if !upload.isRepeat || SystemFacts.text(archive.path).isEmpty { try await make(archive, upload) }
            try await curl.upload(archive.path, to: url, as: upload.fileName, isRepeat: upload.isRepeat)
            archive.remove()
            ended(upload.number, .uploaded)
        } catch let failure as TransferFailure {
            // Somebody else has told the core already what becomes of it.
            if failure.kind == .cancelled { return }
            ended(upload.number, .failed(failure.reason, failure.description, isFinal: !failure.isWorthRetrying))
        } catch LogArchive.Failure.cancelled {
            return
        } catch {
            ended(upload.number, .failed(.uploadFailure, "\(error)", isFinal: false))
        }
    }

    private func make(_ archive: LogArchive, _ upload: LogUpload) async throws {
        let present = present()
        let security = try await ledger.securityLog(from: upload.from, to: upload.to)
        let isWhole = upload.kind == .diagnosticsLog
        let sessions = isWhole ? try await sessions(upload) : []
        let queue = isWhole ? try await ledger.queueEntries(limit: Self.rowLimit) : []
        let made = await PlainThread.run(name: "log file") { [sources] signal in
            Result { () throws(LogArchive.Failure) in
                var files = LogFiles(
                    redaction: Redaction(secrets: sources.secrets, idTags: Set(sessions.map(\.idTag.text) + present.view.idTags)))
                files.add("about.txt", Self.about(upload, present))
                files.addSecurityLog(security)
                if isWhole {
                    files.addConfiguration(present.configuration, sources.facts)
                    files.addStatus(present.view, present.link, present.settings.board)
                    files.addSessions(sessions)
                    files.addQueue(queue)
                    files.add("system.txt", SystemFacts.lines(dataDirectory: sources.folder))
                    files.add("daemon.log", sources.ring.lines(from: upload.from, to: upload.to))
                    if sources.hasJournal {
                        files.add("journal.log", LogArchive.journal(from: upload.from, to: upload.to, signal))
                    }
                }
                try archive.make(files.files, signal)
            }
        }
        try (made ?? .failure(.unwritable("the system refuses another thread"))).get()
    }

    /// Those that began in the window, the newest first.
    private func sessions(_ upload: LogUpload) async throws(RecordStoreError) -> [SessionEntry] {
        var (found, cursor): ([SessionEntry], Int64?) = ([], nil)
        repeat {
            let page = try await ledger.sessions(SessionQuery(from: upload.from, to: upload.to, limit: 1000, cursor: cursor))
            found += page.sessions
            cursor = page.next
        } while cursor != nil && found.count < Self.rowLimit
        return found
    }

    private static func about(_ upload: LogUpload, _ present: Present) -> [String] {
        let identity = present.settings.identity
        return [
            "\(upload.kind.rawValue) of \(identity.chargePointVendor) \(identity.chargePointModel)",
            "serial number: \(identity.chargePointSerialNumber?.text ?? "none")",
            "firmware: \(identity.firmwareVersion?.text ?? "unknown")",
            "daemon: \(Software.version)", "made: \(Moment.read().systemTime + present.view.clock.offset)",
            "window: \(upload.from.map { "\($0)" } ?? "from the beginning") to \(upload.to.map { "\($0)" } ?? "now")",
            "Keys and passwords are left out; of identifiers the last four characters are shown.",
            "daemon.log and journal.log carry the operating system's time, which was \(Moment.read().systemTime) then.",
        ]
    }
}

extension ChargePointView {
    fileprivate var idTags: [String] { connectors.compactMap { $0.transaction?.idTag.text } }
}

extension TransferFailure {
    /// In the words of LogStatusNotification.
    fileprivate var reason: LogUploadFailure {
        switch kind {
        case .denied, .untrusted: .permissionDenied
        case .unusableURL, .unsupportedProtocol: .notSupportedOperation
        case .refused, .notFound: .badMessage
        case .unreachable, .interrupted, .tooLarge, .noSpace, .localFile, .cancelled, .noProgram: .uploadFailure
        }
    }
}
