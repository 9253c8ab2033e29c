/// Installs a root certificate (OCPP 1.6 security whitepaper §5.11).
public struct InstallCertificate: FromCentralSystem {
    public static let action = Action.installCertificate

    public var certificateType: CertificateUseEnumType
    /// PEM.
    public var certificate: LimitedString<5_500>

    public init(certificateType: CertificateUseEnumType, certificate: LimitedString<5_500>) {
        self.certificateType = certificateType
        self.certificate = certificate
    }

    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: CertificateStatusEnumType

        public init(status: CertificateStatusEnumType) {
            self.status = status
        }
    }
}
