internal import COpenSSL

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A signature over a firmware file: RSA-PSS or ECDSA over its SHA-256 hash (security whitepaper L01.FR.04; A00.FR.505, FR.506).
///
/// The whitepaper's other algorithm, EC-Schnorr, is in no version of libcrypto; keys of elliptic curves sign by ECDSA, which it
/// recommends for certificates.
public struct FirmwareSignature: Sendable {
    /// PEM.
    public var certificate: String
    /// Base64.
    public var signature: String

    public init(certificate: String, signature: String) {
        self.certificate = certificate
        self.signature = signature
    }

    /// Why the file is not what the certificate's owner signed; nil: it is. Reads the whole file: call it where that may take its time.
    ///
    /// - Parameter isCancelled: asked now and then.
    public func flaw(ofFile path: String, isCancelled: () -> Bool = { false }) -> String? {
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard let leaf = PEMText(certificate).certificates.first, let key = X509_get0_pubkey(leaf.pointer) else {
            return "the signing certificate has no key that can be used"
        }
        guard let bytes = Self.decoded(signature) else { return "the signature is not Base64" }
        guard !bytes.isEmpty else { return "there is no signature" }
        let digest: [UInt8]
        switch Self.digest(path, isCancelled) {
        case .success(let found): digest = found
        case .failure(let problem): return problem.description
        }
        let isRSA = EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "RSA-PSS") == 1
        guard isRSA || EVP_PKEY_is_a(key, "EC") == 1 else { return "the signing key is neither RSA nor of an elliptic curve" }
        if Self.verifies(key, digest, bytes, padding: isRSA ? RSA_PKCS1_PSS_PADDING : nil) { return nil }
        if isRSA, Self.verifies(key, digest, bytes, padding: RSA_PKCS1_PADDING) {
            return "the signature is made with PKCS #1 v1.5; RSA-PSS with SHA-256 is required"
        }
        return "the signature does not fit the file"
    }

    private static func verifies(_ key: OpaquePointer, _ digest: [UInt8], _ signature: [UInt8], padding: Int32?) -> Bool {
        defer { ERR_clear_error() }
        guard let context = EVP_PKEY_CTX_new(key, nil) else { return false }
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_verify_init(context) == 1 else { return false }
        if let padding, EVP_PKEY_CTX_set_rsa_padding(context, padding) != 1 { return false }
        guard EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1 else { return false }
        return EVP_PKEY_verify(context, signature, signature.count, digest, digest.count) == 1
    }

    private struct Problem: Error { var description: String }

    /// SHA-256 of a file.
    private static func digest(_ path: String, _ isCancelled: () -> Bool) -> Result<[UInt8], Problem> {
        guard let file = fopen(path, "re") else {
            return .failure(Problem(description: "\(path) cannot be read: \(String(cString: strerror(errno)))"))
        }
        defer { fclose(file) }
        guard let context = EVP_MD_CTX_new() else { return .failure(Problem(description: "memory is short")) }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            return .failure(Problem(description: "there is no SHA-256"))
        }
        var buffer = [UInt8](repeating: 0, count: 256 * 1024)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            guard !isCancelled() else { return .failure(Problem(description: "the verification was given up")) }
            guard EVP_DigestUpdate(context, buffer, count) == 1 else { return .failure(Problem(description: "SHA-256 failed")) }
        }
        guard ferror(file) == 0 else { return .failure(Problem(description: "\(path) cannot be read to its end")) }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard EVP_DigestFinal_ex(context, &digest, &length) == 1 else { return .failure(Problem(description: "SHA-256 failed")) }
        return .success(Array(digest.prefix(Int(length))))
    }

    private static func decoded(_ text: String) -> [UInt8]? {
        let digits = text.utf8.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        guard digits.count.isMultiple(of: 4), !digits.isEmpty else { return digits.isEmpty ? [] : nil }
        var bytes = [UInt8](repeating: 0, count: digits.count / 4 * 3)
        guard EVP_DecodeBlock(&bytes, digits, Int32(clamping: digits.count)) == bytes.count else { return nil }
        return bytes.dropLast(digits.suffix(2).count { $0 == UInt8(ascii: "=") })
    }
}
