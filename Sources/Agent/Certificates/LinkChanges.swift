public import CentralSystemLink
import ChargePointCore
public import Logging

/// Makes the link's configuration of the file, the credentials that count and the certificates that are installed.
public struct LinkMaterial: Sendable {
    let section: DaemonConfiguration.CentralSystemSection
    let identity: String
    let shelf: CertificateShelf

    public init(_ section: DaemonConfiguration.CentralSystemSection, identity: String, startup: Startup) {
        self.section = section
        self.identity = identity
        shelf = startup.shelf
    }

    func configuration(_ credentials: LinkCredentials, number: Int) async throws -> LinkConfiguration {
        let transportSecurity = try await shelf.transportSecurity(credentials)
        var configuration = LinkConfiguration(
            section.with(credentials.securityProfile), identity: identity,
            authorizationKey: credentials.authorizationKey.isEmpty ? nil : credentials.authorizationKey,
            transportSecurity: transportSecurity)
        configuration.credentials = number
        return configuration
    }

    /// For the first connection: with the credentials that count, or where they cannot be used with those that did before.
    ///
    /// - Throws: when neither can be used: why the first cannot.
    public func first(_ startup: Startup, logger: Logger) async throws -> LinkConfiguration {
        do { return try await configuration(startup.credentials, number: 0) } catch {
            guard let fallback = startup.snapshot.fallbackCredentials else { throw error }
            logger.error("the new credentials cannot be used", metadata: ["reason": "\(error)"])
            // A number of no trial: a connection with it proves nothing, so that the charge point takes its turns.
            return try await configuration(fallback, number: -1)
        }
    }
}

/// Carries out what the core wants of certificates and credentials, one after the other, beside the loop.
final class LinkChanges: Sendable {
    private enum Job: Sendable {
        case task(CertificateTask)
        case use(LinkCredentials, number: Int)
    }

    private let material: LinkMaterial
    private let upstream: Upstream
    private let inbox: Inbox
    private let published: Published
    private let logger: Logger
    private let first: LinkCredentials
    private let jobs: AsyncStream<Job>
    private let continuation: AsyncStream<Job>.Continuation

    init(
        _ material: LinkMaterial, first: LinkCredentials, upstream: Upstream, inbox: Inbox, published: Published, logger: Logger
    ) {
        self.material = material
        self.first = first
        self.upstream = upstream
        self.inbox = inbox
        self.published = published
        self.logger = logger
        // The core asks for few at a time, and waits for their answers.
        (jobs, continuation) = AsyncStream.makeStream(of: Job.self)
    }

    func carryOut(_ task: CertificateTask) { continuation.yield(.task(task)) }
    func use(_ credentials: LinkCredentials, number: Int) { continuation.yield(.use(credentials, number: number)) }

    func run() async {
        var (credentials, number) = (first, 0)
        for await job in jobs {
            switch job {
            case .task(let task):
                let answer = await material.shelf.carryOut(task)
                inbox.put(outcome: .certificates(answer))
                // The next connection trusts what is trusted now.
                if task.changesRoots { await renew(credentials, number) }
            case .use(let new, let newNumber):
                (credentials, number) = (new, newNumber)
                await change(to: new, number)
            }
        }
    }

    private func change(to credentials: LinkCredentials, _ number: Int) async {
        // The answer to the request that asked for it goes out first.
        await upstream.flush()
        do {
            let configuration = try await material.configuration(credentials, number: number)
            published.updateLink { link in link.take(configuration) }
            await upstream.link.change(to: configuration, reason: "new credentials: \(credentials)")
        } catch {
            logger.error("credentials cannot be used", metadata: ["credentials": "\(credentials)", "reason": "\(error)"])
            published.updateLink { $0.lastError = "\(error)" }
            inbox.put(.unusable(number))
        }
    }

    private func renew(_ credentials: LinkCredentials, _ number: Int) async {
        do {
            await upstream.link.reconfigure(try await material.configuration(credentials, number: number))
        } catch { logger.error("the changed certificates cannot be used", metadata: ["reason": "\(error)"]) }
    }
}

extension CertificateTask {
    fileprivate var changesRoots: Bool {
        switch self {
        case .installRoot, .deleteRoot: true
        case .examineRoot, .examineChain, .installChain, .discardOwn, .makeSigningRequest: false
        }
    }
}

extension LinkState {
    /// Another configuration counts from now on.
    fileprivate mutating func take(_ configuration: LinkConfiguration) {
        if let url = try? configuration.finalURL() { self.url = url.description }
        clientCertificate =
            if case .tls(let context) = configuration.transportSecurity { context.clientCertificate } else { nil }
    }
}
