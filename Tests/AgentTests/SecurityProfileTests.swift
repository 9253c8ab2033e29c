import CentralSystemLink
import ConfigurationFile
import Testing
import Units

@testable import Agent

@Suite struct `A security profile` {
    typealias Section = DaemonConfiguration.CentralSystemSection

    static let key = "correct-horse-16+"

    @Test(arguments: [
        (0, "ws://h/", false), (0, "wss://h/", true), (1, "ws://h/", true), (1, "wss://h/", true), (2, "wss://h/", true),
        (3, "wss://h/", false),
    ])
    func `says whether the password is shown`(profile: Int, url: String, isShown: Bool) {
        var section = Section(url: url)
        section.securityProfile = profile
        section.authorizationKey = Self.key

        let link = LinkConfiguration(section, identity: "cp001", authorizationKey: Self.key, transportSecurity: .none)

        #expect(link.password == (isShown ? .text(Self.key) : nil))
    }

    @Test func `reads its files only where the URL asks for TLS`() throws {
        var section = Section(url: "ws://h/")
        section.caFile = "/nonexistent/ca.pem"

        #expect(try section.transportSecurity() == .none)

        section.url = "WSS://h/"
        let error = #expect(throws: ConfigurationError.self) { try section.transportSecurity() }
        #expect(error?.keyPath == "centralSystem.caFile")
        #expect(error?.problem == "/nonexistent/ca.pem cannot be read: No such file or directory")
    }

    @Test(arguments: [0, 2]) func `other than 3 does not look at the client certificate`(profile: Int) throws {
        var section = Section(url: "wss://h/")
        section.securityProfile = profile
        section.clientCertificate = "/nonexistent/cp.pem"
        section.clientKey = "/nonexistent/cp.key"

        guard case .tls(let context) = try section.transportSecurity() else { throw CancellationError() }
        #expect(context.clientCertificate == nil)
    }

    @Test func `3 refuses the key of a provider, without repeating its URI`() throws {
        var section = Section(url: "wss://h/")
        section.securityProfile = 3
        section.clientCertificate = "/nonexistent/cp.pem"
        section.clientKey = "pkcs11:token=x;pin-value=1234"

        let error = #expect(throws: ConfigurationError.self) { try section.transportSecurity() }

        #expect(error?.keyPath == "centralSystem.clientKey")
        #expect(error?.description.contains("1234") == false)
    }
}

@Suite struct `A certificate that expires` {
    static func state(days: Int, ownDays: Int? = nil) -> LinkState {
        func certificate(_ name: String, _ days: Int) -> CertificateSummary {
            CertificateSummary(
                subject: name, issuer: "Root", notBefore: Timestamp(seconds: 0), notAfter: Timestamp(seconds: Int64(days) * 86_400))
        }
        var state = LinkState(url: "wss://h/cp001")
        state.peer = TLSPeer(
            version: "TLSv1.3", cipherSuite: "", chain: [certificate("leaf", days), certificate("root", 9_999)], trust: .system)
        state.clientCertificate = ownDays.map { certificate("own", $0) }
        return state
    }

    @Test(arguments: [
        (30, nil, []), (29, nil, ["the Central System's certificate chain expires in 29 days: 'leaf'"]),
        (90, 30, []), (90, 29, ["this charge point's certificate expires in 29 days: 'own'"]),
        (
            -1, -1,
            ["the Central System's certificate chain has expired: 'leaf'", "this charge point's certificate has expired: 'own'"]
        ),
    ])
    func `is warned of below thirty days`(days: Int, ownDays: Int?, warnings: [String]) {
        let found = Self.state(days: days, ownDays: ownDays).expiryWarnings(at: Timestamp(seconds: 0))

        #expect(found.count == warnings.count)
        for (text, beginning) in zip(found, warnings) { #expect(text.hasPrefix(beginning)) }
    }
}
