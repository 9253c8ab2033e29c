/// Asks to have the charge point's key certified (OCPP 1.6 security whitepaper §5.17).
public struct SignCertificate: FromChargePoint {
    public static let action = Action.signCertificate

    /// PKCS #10 in PEM.
    public var csr: LimitedString<5_500>

    public init(csr: LimitedString<5_500>) {
        self.csr = csr
    }

    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: GenericStatusEnumType

        public init(status: GenericStatusEnumType) {
            self.status = status
        }
    }
}
