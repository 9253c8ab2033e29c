import COpenSSL
import CentralSystemLink
import Certificates
import Units

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

extension Timestamp {
    /// When all tests take place.
    static let testNow = Timestamp(seconds: 1_795_338_000)  // 2026-11-22T09:00:00Z
    /// So many days after `testNow`.
    static func day(_ number: Int) -> Timestamp { testNow + .seconds(number * 86_400) }
}

/// A certificate and its key, made for a test; freed with it.
final class TestIdentity {
    let certificate: OpaquePointer
    let key: OpaquePointer

    /// - Parameters:
    ///   - issuer: who signs it; nil: itself.
    ///   - validity: days before and after `testNow`.
    ///   - alternative: the subjectAltName as libssl reads it; nil: the name as a host.
    init(
        _ name: String, issuer: TestIdentity? = nil, isAuthority: Bool = false, validity: ClosedRange<Int> = -100...100,
        alternative: String? = nil
    ) {
        let generator = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil)
        defer { EVP_PKEY_CTX_free(generator) }
        EVP_PKEY_keygen_init(generator)
        EVP_PKEY_CTX_set_ec_paramgen_curve_nid(generator, NID_X9_62_prime256v1)
        var key: OpaquePointer?
        EVP_PKEY_keygen(generator, &key)
        self.key = made(key)
        certificate = X509_new()
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), Int.random(in: 1...1_000_000))
        let now = time_t(Timestamp.testNow.milliseconds / 1000)
        ASN1_TIME_set(X509_getm_notBefore(certificate), now + validity.lowerBound * 86_400)
        ASN1_TIME_set(X509_getm_notAfter(certificate), now + validity.upperBound * 86_400)
        let subject = X509_get_subject_name(certificate)
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0)
        X509_set_issuer_name(certificate, issuer.map { X509_get_subject_name($0.certificate) } ?? subject)
        X509_set_pubkey(certificate, key)
        add(NID_basic_constraints, isAuthority ? "critical,CA:TRUE" : "CA:FALSE")
        if !isAuthority { add(NID_subject_alt_name, alternative ?? "DNS:\(name)") }
        X509_sign(certificate, (issuer ?? self).key, EVP_sha256())
    }

    deinit {
        X509_free(certificate)
        EVP_PKEY_free(key)
    }

    private func add(_ extensionNumber: Int32, _ text: String) {
        let added = X509V3_EXT_conf_nid(nil, nil, extensionNumber, text)
        X509_add_ext(certificate, added, -1)
        X509_EXTENSION_free(added)
    }

    /// Both in PEM.
    var texts: (certificate: String, key: String) {
        func text(_ write: (OpaquePointer?) -> Int32) -> String {
            let memory = copenssl_memory()
            defer { BIO_free(memory) }
            _ = write(memory)
            var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(memory))
            BIO_read(memory, &bytes, Int32(bytes.count))
            return String(decoding: bytes, as: UTF8.self)
        }
        return (
            text { PEM_write_bio_X509($0, certificate) }, text { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
        )
    }

    /// Writes `stem`.pem and `stem`.key.
    func write(_ stem: String) {
        let file = BIO_new_file(stem + ".pem", "w")
        PEM_write_bio_X509(file, certificate)
        BIO_free(file)
        let keyFile = BIO_new_file(stem + ".key", "w")
        PEM_write_bio_PrivateKey(keyFile, key, nil, nil, 0, nil, nil)
        BIO_free(keyFile)
        chmod(stem + ".key", 0o600)
    }
}

/// A folder with a root and what it has issued, removed at the end of the test.
final class TestAuthority {
    let root = TestIdentity("Root", isAuthority: true, validity: -1000...1000)
    private let folder: String

    init() {
        var template = Array("/tmp/ladepunkt-tls-XXXXXX".utf8CString)
        folder = String(cString: made(mkdtemp(&template)))
        root.write(folder + "/root")
    }

    deinit {
        for name in ["root.pem", "root.key", "client.pem", "client.key"] { unlink(folder + "/" + name) }
        rmdir(folder)
    }

    /// What a charge point that trusts this root, and perhaps shows a certificate, knows.
    func context(client: TestIdentity? = nil) throws -> TLSContext {
        client?.write(folder + "/client")
        let certificate = client == nil ? nil : folder + "/client.pem"
        return try TLSContext(
            TLSFiles(
                caFile: folder + "/root.pem", clientCertificate: certificate,
                clientKey: certificate == nil ? nil : folder + "/client.key"))
    }

    /// The same where the client's key leaves signatures to another one, as that in a TPM does.
    func contextSigningElsewhere(_ client: TestIdentity) throws -> TLSContext {
        let texts = client.texts
        let material = TLSMaterial(
            chain: try Certificate.all(pem: texts.certificate), key: try PrivateKey(signingBy: PrivateKey(pem: texts.key)))
        return try TLSContext(TLSFiles(caFile: folder + "/root.pem"), material)
    }
}

/// The server's side of a TLS connection, in memory.
final class TestServer {
    enum ClientCertificate { case notAsked, mustBeFrom(TestIdentity) }

    private let context: OpaquePointer
    private var ssl: OpaquePointer
    private var incoming: OpaquePointer
    private var outgoing: OpaquePointer
    /// What the client sent.
    private(set) var received: [UInt8] = []
    /// The first reason that libssl gave for failing.
    private(set) var failure: String?
    private(set) var isDone = false
    private(set) var saidGoodbye = false

    /// - Parameter signatures: which ones it takes, those that it likes best first, as libssl names them; nil: all.
    init(
        _ identity: TestIdentity, version: Int32 = TLS1_3_VERSION, client: ClientCertificate = .notAsked, signatures: String? = nil
    ) {
        context = SSL_CTX_new(TLS_server_method())
        _ = copenssl_set_minimum_version(context, version)
        _ = copenssl_set_maximum_version(context, version)
        SSL_CTX_use_certificate(context, identity.certificate)
        SSL_CTX_use_PrivateKey(context, identity.key)
        SSL_CTX_set_session_id_context(context, [1], 1)
        X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(context), time_t(Timestamp.testNow.milliseconds / 1000))
        if case .mustBeFrom(let root) = client {
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
            X509_STORE_add_cert(SSL_CTX_get_cert_store(context), root.certificate)
        }
        if let signatures {
            var text = signatures.utf8CString.map { $0 }
            SSL_CTX_ctrl(context, SSL_CTRL_SET_SIGALGS_LIST, 0, &text)
        }
        (ssl, incoming, outgoing) = Self.connection(context)
    }

    deinit {
        SSL_free(ssl)
        SSL_CTX_free(context)
    }

    private static func connection(_ context: OpaquePointer) -> (OpaquePointer, OpaquePointer, OpaquePointer) {
        let ssl = made(SSL_new(context))
        let (incoming, outgoing) = (made(copenssl_memory()), made(copenssl_memory()))
        SSL_set_bio(ssl, incoming, outgoing)
        SSL_set_accept_state(ssl)
        return (ssl, incoming, outgoing)
    }

    /// What the client asked for by SNI.
    var askedFor: String? { SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) } }
    var isResumed: Bool { SSL_session_reused(ssl) == 1 }
    /// The hash over which the client signed.
    var clientsHash: Int32 {
        var number: Int32 = 0
        SSL_ctrl(ssl, SSL_CTRL_GET_PEER_SIGNATURE_NID, 0, &number)
        return number
    }

    /// The next client, with the same keys for tickets.
    func acceptAnother() {
        SSL_free(ssl)
        (ssl, incoming, outgoing) = Self.connection(context)
        (received, failure, isDone, saidGoodbye) = ([], nil, false, false)
    }

    /// Takes bytes, goes as far as it can, and returns what it has to say.
    func exchange(_ bytes: [UInt8]) -> [UInt8] {
        if !bytes.isEmpty { BIO_write(incoming, bytes, Int32(bytes.count)) }
        ERR_clear_error()
        if !isDone { note(SSL_do_handshake(ssl)) }
        isDone = SSL_is_init_finished(ssl) == 1
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while isDone, failure == nil {
            let count = SSL_read(ssl, &buffer, Int32(buffer.count))
            guard count > 0 else {
                saidGoodbye = SSL_get_error(ssl, count) == SSL_ERROR_ZERO_RETURN
                if !saidGoodbye { note(count) }
                break
            }
            received += buffer.prefix(Int(count))
        }
        return take()
    }

    private func note(_ result: Int32) {
        guard result <= 0, SSL_get_error(ssl, result) == SSL_ERROR_SSL, failure == nil else { return }
        failure = ERR_reason_error_string(ERR_peek_error()).map { String(cString: $0) } ?? "?"
    }

    func write(_ bytes: [UInt8]) -> [UInt8] {
        SSL_write(ssl, bytes, Int32(bytes.count))
        return take()
    }

    func renegotiate() -> [UInt8] {
        SSL_renegotiate(ssl)
        SSL_do_handshake(ssl)
        return take()
    }

    func goodbye() -> [UInt8] {
        SSL_shutdown(ssl)
        return take()
    }

    private func take() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(outgoing))
        if !bytes.isEmpty { BIO_read(outgoing, &bytes, Int32(bytes.count)) }
        return bytes
    }
}

/// What libssl and the system make unless memory or disk are at their end; no test can go on then.
private func made<Thing>(_ thing: Thing?) -> Thing {
    guard let thing else { preconditionFailure("nothing was made: memory or disk are full") }
    return thing
}
