/// Names a certificate, as OCSP does (RFC 6960) (OCPP 1.6 security whitepaper §6.1).
public struct CertificateHashDataType: Codable, Sendable, Equatable {
    public var hashAlgorithm: HashAlgorithmEnumType
    /// Hash of the issuer's distinguished name in DER; hexadecimal.
    public var issuerNameHash: CiString<128>
    /// Hash of the issuer's public key, without tag and length; hexadecimal.
    public var issuerKeyHash: CiString<128>
    /// Hexadecimal without leading zeros.
    public var serialNumber: CiString<40>

    public init(
        hashAlgorithm: HashAlgorithmEnumType, issuerNameHash: CiString<128>, issuerKeyHash: CiString<128>,
        serialNumber: CiString<40>
    ) {
        self.hashAlgorithm = hashAlgorithm
        self.issuerNameHash = issuerNameHash
        self.issuerKeyHash = issuerKeyHash
        self.serialNumber = serialNumber
    }
}

/// Hash of names and keys (OCPP 1.6 security whitepaper §6.12).
public enum HashAlgorithmEnumType: String, Enumeration {
    case sha256 = "SHA256"
    case sha384 = "SHA384"
    case sha512 = "SHA512"
}

/// What a root certificate is for (OCPP 1.6 security whitepaper §6.4).
public enum CertificateUseEnumType: String, Enumeration {
    /// Signs the Central System's and the charge point's certificates.
    case centralSystemRootCertificate = "CentralSystemRootCertificate"
    /// Signs firmware.
    case manufacturerRootCertificate = "ManufacturerRootCertificate"
}

/// Answer to CertificateSigned (OCPP 1.6 security whitepaper §6.2).
public enum CertificateSignedStatusEnumType: String, Enumeration {
    case accepted = "Accepted"
    /// The certificate is invalid.
    case rejected = "Rejected"
}

/// Answer to InstallCertificate (OCPP 1.6 security whitepaper §6.3).
public enum CertificateStatusEnumType: String, Enumeration {
    case accepted = "Accepted"
    /// Valid, but it could not be installed.
    case failed = "Failed"
    /// Invalid, or one too many.
    case rejected = "Rejected"
}

/// Answer to DeleteCertificate (OCPP 1.6 security whitepaper §6.7).
public enum DeleteCertificateStatusEnumType: String, Enumeration {
    case accepted = "Accepted"
    case failed = "Failed"
    case notFound = "NotFound"
}

/// Answer to GetInstalledCertificateIds (OCPP 1.6 security whitepaper §6.11).
public enum GetInstalledCertificateStatusEnumType: String, Enumeration {
    case accepted = "Accepted"
    case notFound = "NotFound"
}

/// Answer to SignCertificate (OCPP 1.6 security whitepaper §6.10).
public enum GenericStatusEnumType: String, Enumeration {
    case accepted = "Accepted"
    case rejected = "Rejected"
}
