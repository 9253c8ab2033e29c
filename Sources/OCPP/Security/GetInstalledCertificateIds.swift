/// Asks which root certificates are installed (OCPP 1.6 security whitepaper §5.7).
public struct GetInstalledCertificateIds: FromCentralSystem {
    public static let action = Action.getInstalledCertificateIds

    public var certificateType: CertificateUseEnumType

    public init(certificateType: CertificateUseEnumType) {
        self.certificateType = certificateType
    }

    /// OCPP 1.6 security whitepaper §5.8.
    public struct Confirmation: Codable, Sendable, Equatable {
        /// Absent, never empty, when there is none.
        public var certificateHashData: [CertificateHashDataType]?
        public var status: GetInstalledCertificateStatusEnumType

        public init(certificateHashData: [CertificateHashDataType]? = nil, status: GetInstalledCertificateStatusEnumType) {
            self.certificateHashData = certificateHashData
            self.status = status
        }
    }
}
