import Agent
import ArgumentParser
import CentralSystemLink
import ConfigurationFile
import LocalAPIModels
import Logging
import NIOPosix
import Synchronization
import Units

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Finds out why the central system is not reached, and says what to do.",
        discussion: """
            Connects as the configuration file says, step by step, and hangs up. Reads the same files as the daemon, so run it as a user \
            who may. What is tried is what the file says. A ladepunktd that runs is asked how it fares itself: it may have newer credentials over \
            OCPP. Where it is connected, the central system may drop that connection for this one; it comes back by itself.
            Exit status: 0 all is well, certificates that expire soon apart; 1 something is not, and standard error names it.
            """)

    @OptionGroup var connection: ConnectionOptions
    @Option(help: "The daemon's configuration file.")
    var config = "/etc/ladepunkt/ladepunkt.yaml"

    func run() async throws {
        let examination = await examine()
        output(connection.json ? try jsonText(examination.report) : examination.text)
        if let failure = examination.failure { throw Failure.refused(failure) }
    }

    private func examine() async -> Examination {
        var examination = Examination()
        let file: DaemonConfiguration
        let section: DaemonConfiguration.CentralSystemSection
        let links: LinkConfiguration
        let url: ConnectionURL
        do {
            file = try DaemonConfiguration.load(path: config)
            guard let central = file.centralSystem else {
                examination.fail(
                    .configuration, "\(config) names no central system: this charge point works standalone.",
                    "Add 'centralSystem: {url: …}' to connect it.")
                return examination
            }
            section = central
            links = LinkConfiguration(
                section, identity: file.chargePoint.id, authorizationKey: section.authorizationKey,
                transportSecurity: try section.transportSecurity())
            url = try links.finalURL()
        } catch let error as ConfigurationError {
            examination.fail(.configuration, "\(error)", "")
            return examination
        } catch {
            examination.fail(.configuration, "centralSystem.url: \(error)", "")
            return examination
        }
        examination.url = url.description
        examination.pass(.configuration, "\(config), security profile \(section.securityProfile)")
        // Before the attempt, which may cost the daemon its connection.
        let own = await daemonLink(file.control.socket)
        examination.resolved(url.host, addresses(of: url.host))
        guard examination.failure == nil else { return examination }
        let (steps, end) = await attempt(links)
        let shown =
            if case .tls(let context) = links.transportSecurity { context.clientCertificate } else { CertificateSummary?.none }
        examination.take(steps, end, password: links.password != nil, clientCertificate: shown)
        examination.compare(with: own)
        return examination
    }

    /// How the link of the daemon that runs on this configuration fares; nil: none answers.
    private func daemonLink(_ socket: String) async -> CentralSystemReport? {
        do {
            let isNamed = connection.socket != nil || connection.url != nil
            let client = isNamed ? try connection.client() : APIClient(endpoint: .socket(socket))
            return try await client.get(StatusReport.self, "/v1/status").centralSystem
        } catch { return nil }
    }

    /// One attempt, by the very code that the daemon connects with.
    private func attempt(_ configuration: LinkConfiguration) async -> ([Examination.TimedStep], Examination.End) {
        let quiet = Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() }
        return await withTaskGroup { group in
            let box = Steps()
            let link = WebSocketLink(
                configuration: configuration, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: quiet,
                clock: { Moment.read().systemTime },
                progress: { step in box.steps.withLock { $0.append(.init(step: step, at: Moment.read().systemTime)) } })
            group.addTask { await link.run() }
            var end = Examination.End.failed(LinkFailure(.notConnected))
            look: for await event in link.events {
                switch event {
                case .connected(let info):
                    end = .connected(info)
                    break look
                case .refused(let failure), .disconnected(let failure):
                    end = .failed(failure)
                    break look
                case .text, .pong: break
                }
            }
            await link.stop()
            return (box.steps.withLock { $0 }, end)
        }
    }

    private final class Steps: Sendable { let steps = Mutex<[Examination.TimedStep]>([]) }
}
