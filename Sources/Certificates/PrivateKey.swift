internal import COpenSSL

/// A private key: in memory, or behind a provider that never lets it out.
public final class PrivateKey: Sendable {
    public enum Kind: Sendable, Equatable {
        /// Elliptic curve P-256: short messages, quick signatures, 128 bits of strength.
        case p256
        /// RSA with 3072 bits: for authorities that sign nothing else; making one takes a small board many seconds.
        case rsa3072
    }

    /// An `EVP_PKEY`: never changed after `init`, and counted by references under libcrypto's own locks.
    public nonisolated(unsafe) let pointer: OpaquePointer

    /// The only hash over which this key signs; nil: any.
    public let onlyHash: Hash?

    /// What is hashed is signed; named as libcrypto does.
    public enum Hash: String, Sendable {
        case sha256 = "SHA256"
        case sha384 = "SHA384"

        var method: OpaquePointer? { self == .sha384 ? EVP_sha384() : EVP_sha256() }
    }

    init(owning pointer: OpaquePointer, onlyHash: Hash? = nil) {
        self.pointer = pointer
        self.onlyHash = onlyHash
    }
    deinit { EVP_PKEY_free(pointer) }

    /// Makes a new one.
    public static func make(_ kind: Kind = .p256) throws(CertificateProblem) -> PrivateKey {
        ERR_clear_error()
        let pointer =
            switch kind {
            case .p256: copenssl_make_p256_key()
            case .rsa3072: copenssl_make_rsa_key(3072)
            }
        guard let pointer else { throw CertificateProblem(library: "no key could be made") }
        return PrivateKey(owning: pointer)
    }

    /// Reads PKCS #8 or an older form, without a passphrase.
    public convenience init(pem: String) throws(CertificateProblem) {
        ERR_clear_error()
        var bytes = Array(pem.utf8)
        // What was read is not left lying in memory.
        defer { for index in bytes.indices { bytes[index] = 0 } }
        let pointer = bytes.withUnsafeMutableBytes { buffer -> OpaquePointer? in
            guard let memory = BIO_new_mem_buf(buffer.baseAddress, Int32(clamping: buffer.count)) else { return nil }
            defer { BIO_free(memory) }
            return PEM_read_bio_PrivateKey(memory, nil, noPassphrase, nil)
        }
        guard let pointer else { throw CertificateProblem(library: "it has no private key in PEM form in it") }
        self.init(owning: pointer)
    }

    /// PKCS #8 in PEM, unencrypted.
    ///
    /// - Throws: when the key cannot leave its provider.
    public func pem() throws(CertificateProblem) -> String {
        ERR_clear_error()
        guard let memory = copenssl_memory() else { throw CertificateProblem(library: "memory is short") }
        defer { BIO_free(memory) }
        guard PEM_write_bio_PKCS8PrivateKey(memory, pointer, nil, nil, 0, nil, nil) == 1 else {
            throw CertificateProblem(library: "the key cannot be written")
        }
        return content(of: memory)
    }

    /// Whether the certificate is for this key.
    public func belongs(to certificate: Certificate) -> Bool {
        defer { ERR_clear_error() }
        return certificate.withPointer { X509_check_private_key($0, pointer) == 1 }
    }

    /// A request to sign this key, in PEM (RFC 2986), with SHA-256 unless the key demands another.
    ///
    /// - Parameters:
    ///   - commonName: CN, the charge point's serial number; at most 64 characters.
    ///   - organization: O, the value of CpoName; at most 64 characters.
    public func signingRequest(commonName: String, organization: String) throws(CertificateProblem) -> String {
        ERR_clear_error()
        guard let request = X509_REQ_new(), let memory = copenssl_memory() else {
            throw CertificateProblem(library: "memory is short")
        }
        defer {
            X509_REQ_free(request)
            BIO_free(memory)
        }
        let name = X509_REQ_get_subject_name(request)
        func add(_ key: String, _ value: String) -> Bool {
            X509_NAME_add_entry_by_txt(name, key, MBSTRING_UTF8, Array(value.utf8), Int32(clamping: value.utf8.count), -1, 0) == 1
        }
        guard X509_REQ_set_version(request, 0) == 1, add("O", organization), add("CN", commonName) else {
            throw CertificateProblem(library: "O '\(organization)' and CN '\(commonName)' make no subject")
        }
        let hash = (onlyHash ?? .sha256).method
        guard X509_REQ_set_pubkey(request, pointer) == 1, X509_REQ_sign(request, pointer, hash) > 0,
            PEM_write_bio_X509_REQ(memory, request) == 1
        else { throw CertificateProblem(library: "the signing request cannot be made") }
        return content(of: memory)
    }
}
