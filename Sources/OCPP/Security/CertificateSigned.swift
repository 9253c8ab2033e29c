/// Delivers the certificate that a SignCertificate asked for (OCPP 1.6 security whitepaper §5.1).
public struct CertificateSigned: FromCentralSystem {
    public static let action = Action.certificateSigned

    /// PEM: the certificate, then sub-CA certificates.
    public var certificateChain: LimitedString<10_000>

    public init(certificateChain: LimitedString<10_000>) {
        self.certificateChain = certificateChain
    }

    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: CertificateSignedStatusEnumType

        public init(status: CertificateSignedStatusEnumType) {
            self.status = status
        }
    }
}
