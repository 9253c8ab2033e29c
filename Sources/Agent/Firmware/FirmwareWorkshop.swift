import Certificates
import ChargePointCore
import FileTransfer
import Logging
import Threads
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where firmware is fetched, verified and installed beside the loop: one thing at a time, and a new one in place of the one before.
final class FirmwareWorkshop: Sendable {
    enum Work: Sendable {
        case fetch(FirmwareUpdate)
        case verify(FirmwareUpdate)
        case install(FirmwareUpdate)
        /// What runs is given up, and the file goes.
        case discard
    }

    private enum Order: Sendable {
        case work(Work)
        case ended
    }

    private let tools: FirmwareTools
    private let report: @Sendable (Input) -> Void
    private let logger: Logger
    private let orders: AsyncStream<Order>
    private let continuation: AsyncStream<Order>.Continuation

    init(_ tools: FirmwareTools, logger: Logger, report: @escaping @Sendable (Input) -> Void) {
        self.tools = tools
        self.logger = logger
        self.report = report
        (orders, continuation) = AsyncStream.makeStream(of: Order.self)
    }

    func begin(_ work: Work) { continuation.yield(.work(work)) }

    /// Until its task is cancelled; what runs then is told to end, and has ended on return.
    func run() async {
        await withDiscardingTaskGroup { group in
            var running: CancellationSignal?
            var waiting: [Work] = []
            for await order in orders {
                switch order {
                case .work(let work):
                    running?.cancel()
                    // Nobody waits for what did not begin before something else was wanted; but a file that was to go goes.
                    waiting = waiting.filter { if case .discard = $0 { true } else { false } } + [work]
                case .ended: running = nil
                }
                guard running == nil, !waiting.isEmpty else { continue }
                let next = waiting.removeFirst()
                let signal = CancellationSignal()
                running = signal
                group.addTask {
                    await self.perform(next, signal)
                    self.continuation.yield(.ended)
                }
            }
            running?.cancel()
        }
    }

    private func perform(_ work: Work, _ signal: CancellationSignal) async {
        switch work {
        case .fetch(let update): tell(await fetch(update, signal), update, signal)
        case .verify(let update): tell(await verify(update, signal), update, signal)
        case .install(let update): tell(await install(update, signal), update, signal)
        case .discard: Curl.discard(tools.image)
        }
    }

    /// What was given up has no outcome.
    private func tell(_ outcome: FirmwareOutcome, _ update: FirmwareUpdate, _ signal: CancellationSignal) {
        if !signal.isCancelled { report(.firmware(outcome, update: update.id)) }
    }

    private func fetch(_ update: FirmwareUpdate, _ signal: CancellationSignal) async -> FirmwareOutcome {
        guard mkdir(tools.directory, 0o700) == 0 || errno == EEXIST else {
            return .notFetched("\(tools.directory) cannot be made: \(String(cString: strerror(errno)))", isWorthRetrying: true)
        }
        do throws(TransferFailure) {
            let url = try TransferURL(update.location)
            logger.notice("fetching firmware", metadata: ["from": "\(url)"])
            let size = try await tools.curl.download(url, to: tools.image, signal)
            logger.notice("firmware fetched", metadata: ["bytes": "\(size)"])
            return .fetched
        } catch {
            return .notFetched(error.description, isWorthRetrying: error.isWorthRetrying)
        }
    }

    private func verify(_ update: FirmwareUpdate, _ signal: CancellationSignal) async -> FirmwareOutcome {
        guard let signed = update.signed else { return .notVerified("the update is not a signed one") }
        // Between the request and now a root may have gone, and the certificate's time may have passed: the file is what counts.
        let signature = FirmwareSignature(certificate: signed.signingCertificate, signature: signed.signature)
        let flaw = await PlainThread.run(name: "verify", signal) { [image = tools.image] signal in
            signature.flaw(ofFile: image) { signal.isCancelled }
        }
        guard let flaw else { return .notVerified("the system refuses another thread") }
        return flaw.map { .notVerified($0) } ?? .verified
    }

    private func install(_ update: FirmwareUpdate, _ signal: CancellationSignal) async -> FirmwareOutcome {
        switch tools.installer {
        case .none:
            return .notInstalled(
                "no program installs firmware here: set firmware.install in the configuration file", isImageUnfit: false)
        case .simulated(let duration, let restarts):
            do { try await Task.sleep(for: duration) } catch { return .notInstalled("the process ends", isImageUnfit: false) }
            return .installed(version: update.versionBefore, restarts ? .process : .none)
        case .program(let path):
            let program = InstallProgram(path: path, image: tools.image, update: update)
            let outcome = await PlainThread.run(name: "install", signal) { [logger] signal in program.run(signal, logger) }
            return outcome ?? .notInstalled("the system refuses another thread", isImageUnfit: false)
        }
    }

    /// Whether this certificate may sign firmware, at this time.
    func judge(_ certificate: String, at time: Timestamp, question: Int) async {
        let signing = FirmwareSigning(roots: await tools.roots())
        let verdict: SigningCertificateVerdict =
            switch signing.judge(certificate, at: time.milliseconds / 1000) {
            case .valid: .valid
            case .invalid(let reason): .invalid(reason)
            case .revoked(let reason): .revoked(reason)
            }
        report(.signingCertificate(verdict, question: question))
    }
}
