internal import COpenSSL

/// How messages name a certificate, as OCSP does (RFC 6960, security whitepaper §6.1).
public struct CertificateHash: Sendable, Equatable {
    public enum Algorithm: String, Sendable, CaseIterable { case sha256 = "SHA256", sha384 = "SHA384", sha512 = "SHA512" }

    public var algorithm: Algorithm
    /// Of the issuer's name in DER; hexadecimal.
    public var issuerName: String
    /// Of the issuer's public key, without tag and length; hexadecimal.
    public var issuerKey: String
    /// Hexadecimal, without leading zeros.
    public var serialNumber: String

    /// - Parameter issuer: who signed it; itself, where nobody else did.
    public init(_ certificate: Certificate, issuer: Certificate, _ algorithm: Algorithm) {
        let function =
            switch algorithm {
            case .sha256: EVP_sha256()
            case .sha384: EVP_sha384()
            case .sha512: EVP_sha512()
            }
        self.algorithm = algorithm
        issuerName = hexadecimal(digest(certificate.withPointer { bytes(of: X509_get_issuer_name($0)) }, function))
        issuerKey = hexadecimal(digest(issuer.withPointer { bytes(ofKey: $0) }, function))
        serialNumber = certificate.withPointer { Self.serialNumber($0) }
    }

    private static func serialNumber(_ certificate: OpaquePointer?) -> String {
        guard let number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nil) else { return "" }
        defer { BN_free(number) }
        guard let digits = BN_bn2hex(number) else { return "" }
        defer { CRYPTO_free(digits, #file, #line) }
        let text = String(cString: digits).drop { $0 == "0" }
        return text.isEmpty ? "0" : String(text)
    }
}

private func bytes(of name: OpaquePointer?) -> [UInt8] {
    let length = i2d_X509_NAME(name, nil)
    guard length > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: Int(length))
    bytes.withUnsafeMutableBufferPointer { buffer in
        var start = buffer.baseAddress
        i2d_X509_NAME(name, &start)
    }
    return bytes
}

private func bytes(ofKey certificate: OpaquePointer?) -> [UInt8] {
    guard let string = X509_get0_pubkey_bitstr(certificate), let start = ASN1_STRING_get0_data(string) else { return [] }
    return Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(string))))
}
