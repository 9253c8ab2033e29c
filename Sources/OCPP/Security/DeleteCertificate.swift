/// Asks to delete an installed certificate (OCPP 1.6 security whitepaper §5.3).
public struct DeleteCertificate: FromCentralSystem {
    public static let action = Action.deleteCertificate

    public var certificateHashData: CertificateHashDataType

    public init(certificateHashData: CertificateHashDataType) {
        self.certificateHashData = certificateHashData
    }

    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: DeleteCertificateStatusEnumType

        public init(status: DeleteCertificateStatusEnumType) {
            self.status = status
        }
    }
}
