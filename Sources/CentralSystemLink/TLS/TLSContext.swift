public import Certificates
internal import COpenSSL

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// Which roots are trusted and what this side shows: files as the configuration names them.
public struct TLSFiles: Sendable, Equatable {
    /// PEM, roots and perhaps revocation lists; `nil`: the system's trusted roots.
    public var caFile: String?
    /// PEM, the charge point's certificate first, then its intermediate ones.
    public var clientCertificate: String?
    /// PEM, without a passphrase. Beside a certificate only.
    public var clientKey: String?
    /// Whether the certificate must be for the host in the URL.
    public var verifiesHostname: Bool

    public init(
        caFile: String? = nil, clientCertificate: String? = nil, clientKey: String? = nil, verifiesHostname: Bool = true
    ) {
        self.caFile = caFile
        self.clientCertificate = clientCertificate
        self.clientKey = clientKey
        self.verifiesHostname = verifiesHostname
    }
}

/// Certificates and keys that come from elsewhere than the files, and count instead of them.
public struct TLSMaterial: Sendable {
    /// Trusted besides the system's roots where no `caFile` is named; `nil`: only what the files say.
    public var roots: [Certificate]?
    /// What this side shows: the certificate first, then those above it.
    public var chain: [Certificate]
    /// The key of `chain`; `nil`: what the files name is shown.
    public var key: PrivateKey?

    public init(roots: [Certificate]? = nil, chain: [Certificate] = [], key: PrivateKey? = nil) {
        self.roots = roots
        self.chain = chain
        self.key = key
    }
}

/// Everything that TLS connections to one central system share: roots, own certificate and key, and sessions to resume.
///
/// TLS 1.2 and 1.3; of 1.2 the cipher suites that the security whitepaper demands (A00.FR.318), their ECDHE-RSA kin and ChaCha20 for
/// processors without AES; no renegotiation, no compression (A00.FR.320). Keys of less than 112 bits and broken hashes are refused.
public final class TLSContext: Sendable {
    static let cipherSuites = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305", "AES128-GCM-SHA256",
        "AES256-GCM-SHA384",
    ]
    private static let cipherSuites13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    /// A chain of a hundred certificates with keys of 4096 bits.
    private static let longestChain = 256 * 1024

    public let files: TLSFiles
    /// The charge point's own; `nil` where none is configured.
    public let clientCertificate: CertificateSummary?
    let sessions = TLSSessions()
    /// An `SSL_CTX`: written to in `init` alone, and counted by references under libssl's own locks from then on.
    nonisolated(unsafe) let pointer: OpaquePointer

    let trust: TLSFailure.Trust

    /// Reads the files.
    ///
    /// - Throws: which file cannot be used, why, and what to do.
    public init(_ files: TLSFiles, _ material: TLSMaterial = TLSMaterial()) throws(TLSFileProblem) {
        ERR_clear_error()
        guard let pointer = SSL_CTX_new(TLS_client_method()) else {
            throw TLSFileProblem(
                .caFile, "libssl cannot be set up (\(LibraryError.first?.words ?? ""))", "Check the memory that is free.")
        }
        do {
            try TLSContext.setRules(pointer)
            if let roots = material.roots {
                try TLSContext.loadRoots(pointer, roots, files.caFile)
            } else {
                try TLSContext.loadRoots(pointer, files.caFile)
            }
            if let key = material.key {
                clientCertificate = try TLSContext.use(material.chain, key, pointer)
            } else {
                clientCertificate = try TLSContext.loadIdentity(pointer, files)
            }
        } catch {
            SSL_CTX_free(pointer)
            ERR_clear_error()
            throw error
        }
        self.files = files
        trust = material.roots == nil ? files.caFile.map { .file($0) } ?? .system : .installed
        self.pointer = pointer
    }

    deinit { SSL_CTX_free(pointer) }

    private static func setRules(_ context: OpaquePointer) throws(TLSFileProblem) {
        copenssl_forbid_renegotiation_and_compression(context)
        SSL_CTX_set_security_level(context, 2)
        let isSet =
            copenssl_set_minimum_version(context, TLS1_2_VERSION) == 1 && copenssl_set_maximum_version(context, TLS1_3_VERSION) == 1
            && SSL_CTX_set_cipher_list(context, cipherSuites.joined(separator: ":")) == 1
            && SSL_CTX_set_ciphersuites(context, cipherSuites13) == 1
        guard isSet else {
            throw TLSFileProblem(
                .caFile, "this machine's libssl does not have the cipher suites that are needed", "Install Debian's libssl3.")
        }
        copenssl_set_longest_chain(context, longestChain)
        copenssl_release_idle_buffers(context)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, TLSEngine.verified)
        copenssl_hand_out_sessions(context)
        SSL_CTX_sess_set_new_cb(context, TLSEngine.newSession)
        // Without this libssl would ask for a passphrase on the terminal.
        SSL_CTX_set_default_passwd_cb(context, noPassphrase)
        let parameters = SSL_CTX_get0_param(context)
        X509_VERIFY_PARAM_set_hostflags(
            parameters, UInt32(X509_CHECK_FLAG_ALWAYS_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
    }

    // MARK: Files

    private static func loadRoots(_ context: OpaquePointer, _ path: String?) throws(TLSFileProblem) {
        guard let path else {
            guard SSL_CTX_set_default_verify_paths(context) == 1 else {
                throw TLSFileProblem(
                    .caFile, "the system's trusted roots cannot be read",
                    "Install the package ca-certificates, or name the root of your central system in caFile.")
            }
            return
        }
        try checkReadable(path, .caFile)
        let store = SSL_CTX_get_cert_store(context)
        guard let lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file()),
            X509_load_cert_crl_file(lookup, path, X509_FILETYPE_PEM) > 0, copenssl_count(store, X509_LU_X509) > 0
        else {
            throw TLSFileProblem(
                .caFile, "\(path) has no certificate in PEM form in it\(detail)",
                "Put the root certificate of your central system there, from '-----BEGIN CERTIFICATE-----' on.")
        }
        trustPartially(context)
    }

    private static func trustPartially(_ context: OpaquePointer) {
        let parameters = SSL_CTX_get0_param(context)
        // Whoever pins an intermediate certificate or the server's own trusts just that.
        X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        if copenssl_count(SSL_CTX_get_cert_store(context), X509_LU_CRL) > 0 {
            X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL))
        }
    }

    /// Installed roots; of a file only its revocation lists count then. Without a file the system's roots count too.
    private static func loadRoots(
        _ context: OpaquePointer, _ roots: [Certificate], _ caFile: String?
    ) throws(TLSFileProblem) {
        let store = SSL_CTX_get_cert_store(context)
        if let caFile {
            try checkReadable(caFile, .caFile)
            // None in it is the rule.
            if let lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file()) {
                X509_load_crl_file(lookup, caFile, X509_FILETYPE_PEM)
            }
            ERR_clear_error()
        } else if SSL_CTX_set_default_verify_paths(context) != 1 {
            ERR_clear_error()
        }
        for root in roots { add(root.der) { X509_STORE_add_cert(store, $0) } }
        trustPartially(context)
    }

    private static func add(_ der: [UInt8], _ body: (OpaquePointer?) -> Int32) {
        der.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            let certificate = d2i_X509(nil, &start, buffer.count)
            defer { X509_free(certificate) }
            _ = body(certificate)
        }
        ERR_clear_error()
    }

    private static func use(
        _ chain: [Certificate], _ key: PrivateKey, _ context: OpaquePointer
    ) throws(TLSFileProblem) -> CertificateSummary? {
        guard let first = chain.first else {
            throw TLSFileProblem(.clientCertificate, "there is no certificate for the key", "Have one signed.")
        }
        add(first.der) { SSL_CTX_use_certificate(context, $0) }
        for other in chain.dropFirst() { add(other.der) { copenssl_add_chain_certificate(context, $0) } }
        guard let certificate = SSL_CTX_get0_certificate(context) else {
            throw TLSFileProblem(
                .clientCertificate, "the certificate '\(first.subject)' cannot be used\(detail)", "Have a new certificate made.")
        }
        guard key.belongs(to: first), SSL_CTX_use_PrivateKey(context, key.pointer) == 1 else {
            throw TLSFileProblem(
                .clientKey, "the key does not belong to the certificate '\(first.subject)'",
                "Name the key from which this certificate's signing request was made.")
        }
        // Else a server that prefers another hash would get no signature.
        if let hash = key.onlyHash, copenssl_sign_by(context, "ECDSA+\(hash.rawValue)") != 1 {
            throw TLSFileProblem(
                .clientKey, "this machine's libssl does not know ECDSA with \(hash.rawValue)\(detail)", "Install Debian's libssl3.")
        }
        return CertificateSummary(certificate)
    }

    private static func loadIdentity(_ context: OpaquePointer, _ files: TLSFiles) throws(TLSFileProblem) -> CertificateSummary? {
        guard let certificatePath = files.clientCertificate, let keyPath = files.clientKey else { return nil }
        try checkReadable(certificatePath, .clientCertificate)
        guard SSL_CTX_use_certificate_chain_file(context, certificatePath) == 1 else {
            throw unusableCertificate(certificatePath)
        }
        guard let certificate = SSL_CTX_get0_certificate(context) else { throw unusableCertificate(certificatePath) }
        let key = try readKey(keyPath)
        defer { EVP_PKEY_free(key) }
        ERR_clear_error()
        guard X509_check_private_key(certificate, key) == 1, SSL_CTX_use_PrivateKey(context, key) == 1 else {
            throw TLSFileProblem(
                .clientKey, "the key in \(keyPath) does not belong to the certificate in \(certificatePath)",
                "Name the key from which this certificate's signing request was made.")
        }
        return CertificateSummary(certificate)
    }

    private static func unusableCertificate(_ path: String) -> TLSFileProblem {
        switch LibraryError.first?.reason {
        case SSL_R_EE_KEY_TOO_SMALL, SSL_R_CA_KEY_TOO_SMALL:
            TLSFileProblem(
                .clientCertificate, "the key of a certificate in \(path) is too short",
                "Have a new certificate made, with RSA of 2048 bits or more, or P-256.")
        case SSL_R_CA_MD_TOO_WEAK:
            TLSFileProblem(
                .clientCertificate, "a certificate in \(path) is signed with a broken hash", "Have a new one made, with SHA-256.")
        default:
            TLSFileProblem(
                .clientCertificate, "\(path) has no certificate in PEM form in it\(detail)",
                "Put the charge point's certificate there, from '-----BEGIN CERTIFICATE-----' on, and its intermediate ones behind it."
            )
        }
    }

    private static func readKey(_ path: String) throws(TLSFileProblem) -> OpaquePointer {
        let status = try checkReadable(path, .clientKey)
        guard status.st_mode & 0o037 == 0 else {
            throw TLSFileProblem(
                .clientKey, "\(path) can be read by others than its owner (mode \(String(status.st_mode & 0o777, radix: 8)))",
                "Run `chmod 600 \(path)`.")
        }
        ERR_clear_error()
        guard let file = BIO_new_file(path, "r") else {
            throw TLSFileProblem(.clientKey, "\(path) cannot be read", "Check its path and its permissions.")
        }
        defer { BIO_free(file) }
        if let key = PEM_read_bio_PrivateKey(file, nil, noPassphrase, nil) { return key }
        // A passphrase is asked for in one of several layers, so the text tells, not the error queue.
        if let isEncrypted = text(of: file, path)?.contains("ENCRYPTED"), isEncrypted {
            throw TLSFileProblem(
                .clientKey, "the key in \(path) is protected by a passphrase, which nobody could enter",
                "Take it off: `openssl pkey -in \(path) -out KEY`, and keep that file at mode 600.")
        }
        throw TLSFileProblem(
            .clientKey, "\(path) has no private key in PEM form in it\(detail)",
            "Put the key there, from '-----BEGIN PRIVATE KEY-----' on.")
    }

    /// The first few kilobytes of a file.
    private static func text(of file: OpaquePointer, _ path: String) -> String? {
        guard BIO_ctrl(file, BIO_CTRL_RESET, 0, nil) >= 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = BIO_read(file, &bytes, Int32(bytes.count))
        defer { for index in bytes.indices { bytes[index] = 0 } }
        return count > 0 ? String(decoding: bytes.prefix(Int(count)), as: UTF8.self) : nil
    }

    @discardableResult
    private static func checkReadable(_ path: String, _ key: TLSFileProblem.Key) throws(TLSFileProblem) -> stat {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            let words = String(cString: strerror(errno))
            let remedy = errno == EACCES ? "Give the daemon's user the right to read it." : "Check the path."
            throw TLSFileProblem(key, "\(path) cannot be read: \(words)", remedy)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw TLSFileProblem(key, "\(path) is not a file", "Name a file in PEM form.")
        }
        ERR_clear_error()
        return status
    }

    /// libssl's own words, where it has any.
    private static var detail: String { LibraryError.first.map { " (\($0.words))" } ?? "" }
}

/// Identity: two contexts that were read from the same files at different times are different.
extension TLSContext: Equatable {
    public static func == (left: TLSContext, right: TLSContext) -> Bool { left === right }
}

/// A file that TLS needs cannot be used.
public struct TLSFileProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The key of the configuration's `centralSystem` that names the file.
    public enum Key: String, Sendable { case caFile, clientCertificate, clientKey }

    public var key: Key
    public var fact: String
    public var remedy: String

    init(_ key: Key, _ fact: String, _ remedy: String) {
        self.key = key
        self.fact = fact
        self.remedy = remedy
    }

    public var description: String { "centralSystem.\(key.rawValue): \(fact). \(remedy)" }
}

/// A `pem_password_cb` that knows none.
private let noPassphrase: @convention(c) (UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?) -> Int32 = {
    _, _, _, _ in -1
}
