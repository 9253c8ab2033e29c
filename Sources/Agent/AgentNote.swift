public import CentralSystemLink
public import ChargePointCore
public import OCPP
import Units

/// Something that happened, for people who watch.
public enum AgentNote: Sendable, Equatable {
    case sessionBegan(SessionId, ConnectorId, IdToken)
    case sessionEnded(SessionId, Reason)
    case card(IdToken)
    case log(LogLevel, String)
}

/// The connection to the Central System as people see it.
public struct LinkState: Sendable, Equatable {
    /// The URL with the identity in it, without any password.
    public var url: String
    public var isConnected = false
    /// Why the last connection failed or ended.
    public var lastError: String?
    /// Who the central system proved to be last; `nil` without TLS, and before the first time.
    public var peer: TLSPeer?
    /// What this charge point shows; `nil` but with security profile 3.
    public var clientCertificate: CertificateSummary?

    public init(url: String, _ transportSecurity: TransportSecurity = .none) {
        self.url = url
        if case .tls(let context) = transportSecurity { clientCertificate = context.clientCertificate }
    }
}

extension LinkState {
    /// So early that somebody still has the time to renew it.
    private static let warningDays = 30

    /// Which certificates expire soon, in words.
    func expiryWarnings(at now: Timestamp) -> [String] {
        let certificates = [
            ("the Central System's certificate chain", peer?.firstToExpire), ("this charge point's certificate", clientCertificate),
        ]
        return certificates.compactMap { whose, certificate in
            guard let certificate, certificate.daysLeft(at: now) < Self.warningDays else { return nil }
            let days = certificate.daysLeft(at: now)
            let left = days < 0 ? "has expired" : "expires in \(days) days"
            return "\(whose) \(left): '\(certificate.subject)', \(certificate.notAfter); "
                + "have it renewed, or the connection will be refused from then on"
        }
    }
}
